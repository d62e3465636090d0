// A peer that says as much as a socket takes, of anything. tests/hostile/suite.py starts it.
//
//   ethpoc_hostile_load --list | --check
//   ethpoc_hostile_load --to HOST:PORT --attack NAME[,NAME...] [--version 12[,28...]] [--connections N] [--addresses N]
//                       [--first-address N] [--shuffle] [--seconds S] [--bytes N] [--redials N] [--deaf] [--window
//                       BYTES] [--before-hello] [--seed N]
//   ethpoc_hostile_load --to HOST:PORT --fuzz --frames N [--seed N] [--seconds S]
//   ethpoc_hostile_load --write-chain FOLDER --version 23 [--blocks N] [--data BYTES]
//
// Prints {"ready": true} when all bytes are made and the first connection opens, and one line of figures at the end.
// Ends by itself, by SIGTERM too. Loopback only. Exit 0 done, 2 usage, 3 the version does not have the message.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "rlp/hex.hpp"
#include "tests/hostile/load.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/mini_transaction.hpp"
#include "wire/codec.hpp"
#include "wire/frame.hpp"

namespace {

using namespace ethpoc;
using namespace ethpoc::hostile;

volatile std::sig_atomic_t stopped = 0;

constexpr int done = 0;
constexpr int bad_usage = 2;
constexpr int no_such_message = 3;

struct Options {
    std::map<std::string, std::string, std::less<>> values{};

    Options(int argc, char** argv) {
        for (int i = 1; i < argc; ++i) {
            const std::string name = argv[i];
            if (!name.starts_with("--")) { throw std::runtime_error("what is " + name + "?"); }
            const bool has_value = i + 1 < argc && argv[i + 1][0] != '-';
            values[name.substr(2)] = has_value ? argv[++i] : "";
        }
    }
    bool has(std::string_view name) const { return values.contains(name); }
    std::string text(std::string_view name, std::string otherwise) const {
        const auto at = values.find(name);
        return at == values.end() ? std::move(otherwise) : at->second;
    }
    double number(std::string_view name, double otherwise) const {
        return has(name) ? std::stod(text(name, "")) : otherwise;
    }
};

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        out.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

Plan plan_of(const Options& options) {
    Plan plan;
    const std::string to = options.text("to", "");
    const auto colon = to.rfind(':');
    if (colon == std::string::npos || !to.starts_with("127.")) {
        throw std::runtime_error("--to 127.x.x.x:PORT, please");
    }
    plan.host = to.substr(0, colon);
    plan.port = std::uint16_t(std::stoul(to.substr(colon + 1)));
    plan.connections = unsigned(options.number("connections", plan.connections));
    plan.addresses = unsigned(options.number("addresses", 0));
    plan.first_address = unsigned(options.number("first-address", plan.first_address));
    plan.seconds = options.number("seconds", plan.seconds);
    plan.max_bytes = std::uint64_t(options.number("bytes", double(plan.max_bytes)));
    plan.redials = unsigned(options.number("redials", plan.redials));
    plan.reads = !options.has("deaf");
    plan.window = int(options.number("window", plan.window));
    return plan;
}

void print(const nlohmann::json& line) {
    std::printf("%s\n", line.dump().c_str());
    std::fflush(stdout);
}

nlohmann::json figures(const Tally& tally) {
    return {{"bytes", tally.bytes},         {"frames", tally.frames},   {"received", tally.received},
            {"connected", tally.connected}, {"dropped", tally.dropped}, {"refused", tally.refused},
            {"seconds", tally.seconds}};
}

bool stop() {
    return stopped != 0;
}

int attack(const Options& options) {
    std::vector<Part> parts;
    const auto seed = std::uint64_t(options.number("seed", 1));
    for (const std::string& version : split(options.text("version", "12"))) {
        const Scene scene = make_scene(version, seed);
        for (const std::string& name : split(options.text("attack", ""))) {
            const Attack* row = find_attack(name);
            if (row == nullptr) { throw std::runtime_error("no such attack: " + name + "; --list knows them"); }
            Pattern pattern = row->make(scene);
            if (pattern.bytes.empty()) { continue; }
            parts.push_back({scene, std::move(pattern), row->before_hello || options.has("before-hello")});
        }
    }
    if (parts.empty()) { return no_such_message; }
    if (options.has("shuffle")) { std::ranges::shuffle(parts, std::mt19937_64(seed)); }
    const Plan plan = plan_of(options);
    print({{"ready", true}});
    print(figures(run_load(plan, speakers_of(parts), stop)));
    return done;
}

int fuzz(const Options& options) {
    Plan plan = plan_of(options);
    plan.connections = unsigned(options.number("connections", 16));
    plan.first_address = unsigned(options.number("first-address", plan.first_address));
    plan.seconds = options.number("seconds", 3600);
    plan.redials = unsigned(options.number("redials", 5000));
    const auto frames = std::uint64_t(options.number("frames", 100'000));
    FuzzTally tally;
    const SpeakerFactory speakers = fuzz_speakers(std::uint64_t(options.number("seed", 1)), tally);
    print({{"ready", true}});
    const Tally load = run_load(plan, speakers, [&] { return stop() || tally.handled >= frames; });
    nlohmann::json line = figures(load);
    line["handled"] = tally.handled;
    line["handfuls"] = tally.handfuls;
    print(line);
    return done;
}

/// genesis.hex and blocks.rlp of a chain at a tiny difficulty; each block has one transaction with `data` bytes.
int write_chain(const Options& options) {
    const Scene scene = make_scene(options.text("version", "11"), 1);
    const test::MiniChain mini(chain::rules_for(scene.profile->chain_version()));
    const std::string folder = options.text("write-chain", ".");
    std::ofstream(folder + "/genesis.hex") << to_hex(mini.genesis_block().rlp) << "\n";
    std::ofstream blocks(folder + "/blocks.rlp", std::ios::binary);
    test::TransactionDraft draft;
    draft.data.assign(static_cast<std::size_t>(options.number("data", 0)), 0x5a);
    draft.gas = U256(50'000 + 100 * draft.data.size()); // these blocks are honest
    test::MinedBlock last = mini.genesis_block();
    for (auto left = static_cast<std::uint64_t>(options.number("blocks", 0)); left > 0; --left) {
        last = mini.mine(last, {.transactions = {test::sign_transaction(mini.rules().transaction, draft)}});
        ++draft.nonce;
        blocks.write(reinterpret_cast<const char*>(last.rlp.data()), std::ssize(last.rlp));
    }
    return blocks.flush() ? done : bad_usage;
}

int list() {
    for (const Attack& row : attacks()) {
        std::printf("%-26s %-6s %s\n", std::string(row.name).c_str(), row.before_hello ? "before" : "after",
                    std::string(row.what).c_str());
    }
    return done;
}

/// Every message that a version has must be the first one of some attack: a new row of messages.def wants one here,
/// too.
int check() {
    int missing = 0;
    for (const std::string version : {"12", "28", "p2p2/eth49"}) {
        const Scene scene = make_scene(version, 1);
        const wire::IdOffsets offsets{.eth = wire::first_sub_protocol_id, .shh = 0};
        std::set<wire::MessageType> said;
        for (const Attack& row : attacks()) {
            const Pattern pattern = row.make(scene);
            Bytes scratch;
            const std::size_t end = pattern.begins.size() > 1 ? pattern.begins[1] : pattern.bytes.size();
            if (end <= wire::frame_header_size) { continue; } // pieces smaller than a frame
            const auto first = BytesView{pattern.bytes}.first(end).subspan(wire::frame_header_size);
            if (const auto message = wire::decode(*scene.profile, first, scratch, offsets)) {
                said.insert(wire::type_of(*message));
            }
        }
        for (std::size_t i = 0; i < wire::message_type_count; ++i) {
            const auto type = static_cast<wire::MessageType>(i);
            if (!wire::id_of(*scene.profile, type, offsets) || said.contains(type)) { continue; }
            std::printf("no attack says %s in %s\n", std::string(wire::name_of(type)).c_str(), version.c_str());
            ++missing;
        }
    }
    return missing == 0 ? done : 1;
}

int run(const Options& options) {
    if (options.has("check")) { return check(); }
    if (options.has("list")) { return list(); }
    if (options.has("write-chain")) { return write_chain(options); }
    return options.has("fuzz") ? fuzz(options) : attack(options);
}

} // namespace

int main(int argc, char** argv) {
    std::signal(SIGTERM, [](int) { stopped = 1; });
    std::signal(SIGINT, [](int) { stopped = 1; });
    try {
        return run(Options(argc, argv));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "ethpoc_hostile_load: %s\n", error.what());
        return bad_usage;
    }
}
