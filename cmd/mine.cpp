// ethpoc mine: makes blocks above the stored chain, without a network.
#include <CLI/App.hpp>
#include <array>
#include <condition_variable>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "chain/keccak.hpp"
#include "chain/u256.hpp"
#include "cmd/chain_open.hpp"
#include "cmd/mining_options.hpp"
#include "cmd/signals.hpp"
#include "cmd/view/chain_json.hpp"
#include "rlp/hex.hpp"
#include "sync/chain_thread.hpp"
#include "sync/miner.hpp"

namespace ethpoc::cmd {

namespace {

using Clock = std::chrono::steady_clock;

struct MineOptions {
    config::Flags flags{};
    MiningOptions mining{};
    std::uint64_t blocks = 0; // 0: no limit
    double seconds = 0;       // 0: no limit
    std::vector<std::string> transactions{};
};

/// Something has happened: a block was found, or a signal came.
class Bell {
  public:
    void ring() {
        const std::lock_guard lock(mutex_);
        rung_ = true;
        changed_.notify_all();
    }
    void wait(Clock::time_point until) {
        std::unique_lock lock(mutex_);
        changed_.wait_until(lock, until, [this] { return rung_; });
        rung_ = false;
    }

  private:
    std::mutex mutex_{};
    std::condition_variable changed_{};
    bool rung_ = false;
};

struct MineRun {
    Context& context;
    OpenedChain& opened;
    chain::TransactionPool& pool;
    chain::MinerChoice choice;
    std::uint64_t mined = 0;
    Clock::time_point began = Clock::now();
};

std::string rate_text(std::uint64_t tried, Clock::duration time) {
    const double seconds = std::max(std::chrono::duration<double>(time).count(), 0.001);
    std::array<char, 48> out{};
    std::snprintf(out.data(), out.size(), "%.2f million hashes/s", static_cast<double>(tried) / seconds / 1e6);
    return out.data();
}

void print_mined(MineRun& run, const chain::BlockRecord& record, const chain::Work& work) {
    if (run.context.out.json()) {
        run.context.out.line({{"event", "mined"},
                              {"number", record.number},
                              {"hash", hex_text(record.hash)},
                              {"parent", hex_text(record.parent)},
                              {"difficulty", chain::to_decimal(record.difficulty)},
                              {"timestamp", record.timestamp},
                              {"transactions", work.transactions},
                              {"uncles", work.uncles}});
        return;
    }
    run.context.out.text("mined #" + std::to_string(record.number) + " " + to_hex(record.hash).substr(0, 16) + "  " +
                         plural(work.transactions, "transaction") + ", " + plural(work.uncles, "uncle") +
                         ", difficulty " + chain::to_decimal(record.difficulty) + "\n");
    run.context.out.flush();
}

/// A block that was found goes through all the rules, like that of a peer. The exit code when it cannot be kept.
std::optional<ExitCode> keep_found(MineRun& run, const sync::MinerPort::Found& found) {
    chain::Blockchain& chain = *run.opened.chain;
    const BytesView bytes = found.block;
    const auto result = chain.import({&bytes, 1}, sync::wall_seconds());
    if (result.store_error) { return refuse(run.context, run.opened.store_name, *result.store_error); }
    if (result.blocks.front().error) {
        run.context.out.complain("a block of our own was refused: " + result.blocks.front().error->message());
        return ExitCode::internal;
    }
    const auto block = chain::decode_block(chain.rules(), bytes);
    for (const rlp::Item& item : block ? block->transactions : rlp::Items{}) {
        const auto entry = chain::decode_entry(chain.rules().entry, item);
        if (entry) { run.pool.remove(chain::keccak256(entry->transaction.whole())); }
    }
    ++run.mined;
    print_mined(run, chain.head(), *found.work);
    return {};
}

ExitCode print_end(MineRun& run, std::uint64_t tried, ExitCode code) {
    const chain::BlockRecord& head = run.opened.chain->head();
    const auto time = Clock::now() - run.began;
    if (run.context.out.json()) {
        run.context.out.line({{"event", "stopped"},
                              {"mined", run.mined},
                              {"tried", tried},
                              {"seconds", std::chrono::duration<double>(time).count()},
                              {"head_number", head.number},
                              {"head_hash", hex_text(head.hash)},
                              {"left", run.pool.size()}});
        return code;
    }
    run.context.out.text("mined " + plural(run.mined, "block") + ", " + rate_text(tried, time) +
                         "; the head is block " + std::to_string(head.number) + " " + to_hex(head.hash) + "\n");
    if (run.pool.size() != 0) {
        run.context.out.text(plural(run.pool.size(), "transaction") +
                             " could not be carried out: another nonce, or too little to pay with\n");
    }
    return code;
}

/// Until enough is mined or the time is over.
ExitCode mine_on(MineRun& run, const MineOptions& given) {
    constexpr auto refresh = std::chrono::seconds(2); // the clock goes on
    std::atomic<bool> stop = false;
    Bell bell;
    const StopSignal signal([&] {
        stop = true;
        bell.ring();
    });
    sync::Miner miner(given.mining.threads, [&bell] { bell.ring(); });
    const auto end = given.seconds > 0
                         ? run.began + std::chrono::milliseconds(static_cast<std::int64_t>(given.seconds * 1000))
                         : Clock::time_point::max();
    Progress progress(run.context.out);
    while (!stop && (given.blocks == 0 || run.mined < given.blocks) && Clock::now() < end) {
        run.choice.now_seconds = sync::wall_seconds();
        auto work = run.opened.chain->work(run.pool.all(), run.choice);
        if (!work) {
            return refuse(run.context, "mining", work.error()) == ExitCode::io ? ExitCode::io : ExitCode::negative;
        }
        const bool early = sync::too_early(*work, run.choice.now_seconds);
        progress.update("block " + std::to_string(work->number) + ", difficulty " +
                        chain::to_decimal(work->difficulty) + ", " +
                        rate_text(miner.tried(), Clock::now() - run.began));
        miner.set(early ? nullptr : std::make_shared<const chain::Work>(std::move(*work)));
        bell.wait(std::min(end, Clock::now() + (early ? std::chrono::milliseconds(200) : refresh)));
        if (const auto found = miner.take()) {
            progress.clear();
            if (const auto failed = keep_found(run, *found)) { return *failed; }
        }
    }
    miner.set(nullptr);
    progress.clear();
    const bool done = given.blocks != 0 && run.mined >= given.blocks;
    return print_end(run, miner.tried(), done || given.seconds > 0 ? ExitCode::done : signal.exit_code(ExitCode::done));
}

ExitCode mine(Context& context, const MineOptions& given) {
    const auto resolved = load_settings(context, given.flags);
    if (!resolved) { return resolved.error(); }
    const auto coinbase = coinbase_of(context, given.mining);
    if (!coinbase) { return coinbase.error(); }
    auto opened = open_or_make_chain(context, resolved->settings);
    if (!opened) { return opened.error(); }
    chain::TransactionPool pool(opened->chain->rules().transaction);
    for (const std::string& text : given.transactions) {
        const auto bytes = from_hex(text);
        const auto added = bytes ? pool.add(*bytes) : chain::PoolResult{.error = bytes.error()};
        if (!added.error) { continue; }
        context.out.refuse(added.error->code->word,
                           "--transaction " + printable(text, 64) + ": " + added.error->message());
        return ExitCode::negative;
    }
    MineRun run{context, *opened, pool, {.coinbase = *coinbase}};
    return mine_on(run, given);
}

} // namespace

void add_mine(CLI::App& app, Context& context) {
    CLI::App* sub = add_command(app, "mine", "Make blocks above the stored chain",
                                "ethpoc mine --blocks 3 --protocol poc7 --data-dir ./chain");
    auto options = std::make_shared<MineOptions>();
    auto* blocks = sub->add_option("--blocks", options->blocks, "stop after so many (default: go on until a signal)")
                       ->check(CLI::PositiveNumber);
    sub->add_option("--for", options->seconds, "stop after so many seconds")
        ->check(CLI::PositiveNumber)
        ->excludes(blocks);
    add_mining_options(*sub, options->mining);
    sub->add_option("--transaction", options->transactions, "hex of a transaction to take in; may be given again");
    static constexpr std::array<std::string_view, 4> uses{"protocol", "genesis", "data-dir", "limits.store"};
    options->flags.add_to(*sub, uses, config::default_settings(context.environment));
    sub->callback([&context, options] { context.action = [&context, options] { return mine(context, *options); }; });
}

} // namespace ethpoc::cmd
