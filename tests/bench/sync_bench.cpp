// A whole sync over loopback: another process serves the chain, ours verifies and stores it; against the hashing that
// it cannot do without.
#include <array>
#include <atomic>
#include <fstream>
#include <sys/resource.h>
#include <unistd.h>

#include "chain/block.hpp"
#include "chain/keccak.hpp"
#include "tests/bench/drivers.hpp"
#include "tests/bench/loopback.hpp"
#include "tests/bench/measure.hpp"
#include "tests/bench/sync_bench.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/temporary.hpp"

namespace ethpoc::bench {

namespace {

constexpr std::uint32_t version = 23; // PoC-5: the layout of the corpus of blocks

const chain::Rules& rules() {
    return chain::rules_for(version);
}

peer::NodeOptions chain_options(const test::MiniChain& mini) {
    peer::NodeOptions options = node_options(version);
    options.chain.genesis = mini.genesis();
    options.chain.rules = &mini.rules();
    return options;
}

/// `miners` take turns, so that there are as many accounts more.
std::vector<test::MinedBlock> mine_some(const test::MiniChain& mini, const test::MinedBlock& last, std::size_t count,
                                        std::size_t miners) {
    if (miners == 1) { return mini.mine_many(last, count); }
    std::vector<test::MinedBlock> out;
    for (std::size_t i = 0; i < count; ++i) {
        const test::MinedBlock& parent = out.empty() ? last : out.back();
        const std::uint64_t turn = parent.record.number % miners;
        const auto name = Address::right_aligned(
            chain::keccak256(BytesView{reinterpret_cast<const std::uint8_t*>(&turn), sizeof turn}));
        out.push_back(mini.mine(parent, {.coinbase = Bytes(name.bytes.begin(), name.bytes.end())}));
    }
    return out;
}

/// Serves `blocks` blocks; they are written to `file` too. Tells its port.
void serve(const test::MiniChain& mini, std::size_t blocks, const std::string& file, const Fd& out,
           std::size_t miners = 1) {
    peer::NodeOptions options = chain_options(mini);
    const test::TemporaryFolder folder;
    options.chain.data_dir = folder.path();
    peer::Node node(std::move(options), {});
    if (const auto opened = node.open(); !opened) { throw std::runtime_error(opened.error().message()); }
    std::ofstream bytes(file, std::ios::binary);
    test::MinedBlock last = mini.genesis_block();
    while (blocks > 0) {
        const auto some = mine_some(mini, last, std::min<std::size_t>(blocks, 1'000), miners);
        for (const auto& block : some) {
            bytes.write(reinterpret_cast<const char*>(block.rlp.data()), std::ssize(block.rlp));
        }
        if (node.seed(test::views(some)).imported != some.size()) { throw std::runtime_error("a block is refused"); }
        blocks -= some.size();
        last = some.back();
    }
    bytes.close();
    const std::string& address = node.listen_address();
    tell(out, std::stoul(address.substr(address.rfind(':') + 1)));
    node.run();
}

class StopWhenSynced final : public peer::ObserverOf<StopWhenSynced> {
  public:
    peer::Node* node = nullptr;
    void on(const peer::event::Synced&) { node->stop(); }
    void on(const peer::event::Disconnected&) { node->stop(); }
};

SyncCost sync_from(const test::MiniChain& mini, std::uint64_t port, std::size_t blocks,
                   chain::StateCheck state = chain::StateCheck::on) {
    const test::TemporaryFolder folder;
    peer::NodeOptions options = chain_options(mini);
    options.listen_host.reset();
    options.chain.state = state;
    options.chain.data_dir = folder.path();
    options.dial = {"127.0.0.1:" + std::to_string(port)};
    StopWhenSynced observer;
    SyncCost cost;
    const double cpu = process_cpu();
    const double wall = wall_seconds();
    {
        peer::Node node(std::move(options), {&observer});
        observer.node = &node;
        if (const auto opened = node.open(); !opened) { throw std::runtime_error(opened.error().message()); }
        node.run();
        if (node.head().number != blocks) { throw std::runtime_error("the sync stopped on its way"); }
    } // the store is closed: everything is on its way to the disk
    cost.cpu = process_cpu() - cpu;
    cost.wall = wall_seconds() - wall;
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    cost.peak_bytes = 1024.0 * static_cast<double>(usage.ru_maxrss);
    return cost;
}

void hash_block(BytesView bytes) {
    const auto items = rlp::first_item(bytes);
    const auto header_item = rlp::first_item(items->payload());
    const auto header = chain::decode_header(rules(), *header_item);
    if (!header) { throw std::runtime_error(header.error().message()); }
    keep(chain::keccak256(bytes));
    keep(chain::proof_of_work_holds(*header));
}

/// Of the blocks in `file`: Keccak of the block, of what its proof of work is about, and the work itself.
double hashing(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    Bytes window(1u << 20);
    std::size_t have = 0;
    double cpu = 0;
    for (;;) {
        in.read(reinterpret_cast<char*>(window.data() + have), static_cast<std::streamsize>(window.size() - have));
        have += static_cast<std::size_t>(in.gcount());
        BytesView rest = BytesView(window).first(have);
        cpu += cpu_of([&] {
            for (auto block = rlp::first_item(rest); block; block = rlp::first_item(rest)) {
                hash_block(block->whole());
                rest = rest.subspan(block->whole().size());
            }
        });
        if (in.gcount() == 0) { return cpu; }
        std::copy(rest.begin(), rest.end(), window.begin());
        have = rest.size();
    }
}

/// What checking the state adds: the same chain synced with it and without.
Row state_row(std::string_view name, std::size_t blocks, std::size_t miners, int rounds) {
    const test::TemporaryFolder folder;
    const std::string file = folder.path() / "blocks.rlp";
    const test::MiniChain mini(rules(), 4, &chain::all_premines().back());
    const Helper server([&](const Fd& out) { serve(mini, blocks, file, out, miners); });
    const std::uint64_t port = server.hear();
    std::vector<double> with, without;
    for (int i = 0; i < rounds; ++i) {
        for (const auto state : {chain::StateCheck::on, chain::StateCheck::off}) {
            const auto cpu =
                in_child([&]() -> std::vector<double> { return {sync_from(mini, port, blocks, state).cpu}; });
            if (cpu.size() != 1) { throw std::runtime_error("the sync failed"); }
            (state == chain::StateCheck::on ? with : without).push_back(cpu[0]);
        }
    }
    const double thousands = 1e-3 * static_cast<double>(blocks);
    Row row = rate_row(std::string(name), thousands / median(with), thousands / median(without), "k/s", 0.5);
    row.note = std::to_string(blocks) + " blocks, the yardstick is the same sync with --state off";
    return row;
}

} // namespace

SyncCost measure_sync(std::size_t blocks, int rounds) {
    const test::TemporaryFolder folder;
    const std::string file = folder.path() / "blocks.rlp";
    const test::MiniChain mini(rules());
    const Helper server([&](const Fd& out) { serve(mini, blocks, file, out); });
    const std::uint64_t port = server.hear();
    std::vector<double> cpu, wall, hash, peak;
    for (int i = 0; i < rounds; ++i) {
        const auto figures = in_child([&]() -> std::vector<double> {
            const SyncCost cost = sync_from(mini, port, blocks);
            return {cost.cpu, cost.wall, cost.peak_bytes, hashing(file)};
        });
        if (figures.size() != 4) { throw std::runtime_error("the sync failed"); }
        cpu.push_back(figures[0]);
        wall.push_back(figures[1]);
        peak.push_back(figures[2]);
        hash.push_back(figures[3]);
    }
    return {median(cpu), median(wall), median(hash), median(peak)};
}

Rows sync_rows(const Scale& scale, std::size_t blocks) {
    constexpr std::size_t asked = 200'000;
    if (scale.smoke) { blocks = 500; }
    const SyncCost cost = measure_sync(blocks, scale.smoke ? 1 : 3);
    const double thousands = 1e-3 * static_cast<double>(blocks);
    Row row = rate_row("sync, verified and stored", thousands / cost.cpu, thousands / cost.hashing, "k/s", 0.5);
    row.note = std::to_string(blocks) + " blocks in " + std::to_string(cost.wall).substr(0, 5) + " s, at most " +
               std::to_string(static_cast<long>(cost.peak_bytes / 1e6)) + " MB";
    if (blocks != asked) { row.note += "; the goal is about 200000: --blocks 200000"; }
    const std::size_t some = std::min<std::size_t>(blocks, 20'000);
    const int rounds = scale.smoke ? 1 : 3;
    return {row, state_row("state of 30 accounts", some, 16, rounds),
            state_row("state of many accounts", some, some, rounds)};
}

} // namespace ethpoc::bench
