// A new head, or a transaction, that some peers are told of first: who, and that nobody is left behind.
#include "sync/hub.hpp"

#include <algorithm>
#include <array>
#include <ranges>
#include <set>

#include <doctest/doctest.h>

#include "tests/support/hub_bench.hpp"
#include "tests/support/mini_transaction.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;
using namespace ethpoc::sync;
using test::HubBench;
using test::MinedBlock;
using wire::ConnectionId;
using wire::MessageType;
using namespace std::chrono_literals;

namespace {

HubOptions fanning(std::size_t fanout = 8, std::uint64_t seed = 1) {
    HubOptions options;
    options.relay = RelayMode::fanout;
    options.relay_fanout = fanout;
    options.seed = seed;
    return options;
}

/// Peers `first` to `last`, each in sync, of a kind that asks for what it misses.
void connect_own(HubBench& bench, ConnectionId first, ConnectionId last, PeerTraits traits = {}) {
    traits.quirks.asks_for_gaps = true;
    for (ConnectionId id = first; id <= last; ++id) {
        bench.up(id, "11", traits);
        bench.newest_first(id, {});
    }
    bench.told();
}

/// Who has been told something since.
std::set<ConnectionId> told_by(HubBench& bench, std::string_view what) {
    std::set<ConnectionId> out;
    for (const std::string& line : bench.told()) {
        const auto at = line.find(' ');
        if (line.substr(at + 1) == what) { CHECK(out.insert(std::stoull(line)).second); } // nobody twice
    }
    return out;
}

} // namespace

TEST_CASE("fanout: a head goes to so many at once, to the rest after a while, and never back") {
    HubBench bench(11, fanning());
    connect_own(bench, 1, 24);
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 1);
    bench.newest_first(1, blocks);
    const auto first = told_by(bench, "Blocks 1");
    CHECK(first.size() == 8);
    CHECK_FALSE(first.contains(1));
    bench.newest_first(2, {}); // a sync that ends tells nobody once more
    CHECK(told_by(bench, "Blocks 1").empty());
    // One that shows meanwhile that it has it need not be told.
    const ConnectionId shows = first.contains(24) ? 23 : 24;
    REQUIRE_FALSE(first.contains(shows));
    bench.newest_first(shows, blocks);
    CHECK(bench.hub->deadline() == bench.now + 30s);
    bench.wait(29s);
    CHECK(told_by(bench, "Blocks 1").empty());
    bench.wait(1s);
    const auto rest = told_by(bench, "Blocks 1");
    CHECK(rest.size() == 24 - 1 - 8 - 1);
    CHECK_FALSE(rest.contains(shows));
    for (const ConnectionId id : rest) {
        CHECK_FALSE(first.contains(id));
    }
    CHECK(bench.hub->deadline() == Time::max());
    bench.wait(600s);
    CHECK(told_by(bench, "Blocks 1").empty());
}

TEST_CASE("fanout: heads that come fast reach each peer at least every so many, and no more bytes are spent") {
    HubBench bench(11, fanning());
    connect_own(bench, 1, 25); // 1 sends
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 30);
    std::vector<int> without(26, 0);
    std::size_t messages = 0;
    for (const MinedBlock& block : blocks) {
        bench.newest_first(1, {block});
        const auto told = told_by(bench, "Blocks 1"); // the head alone: they ask for what is between
        CHECK(told.size() == 8);
        messages += told.size();
        for (ConnectionId id = 2; id <= 25; ++id) {
            without[id] = told.contains(id) ? 0 : without[id] + 1;
            CHECK(without[id] < 3); // 24 peers, 8 at once
        }
        bench.wait(12s);
    }
    CHECK(messages == 30 * 8);
    bench.wait(30s); // and when no more come, all
    for (const ConnectionId id : told_by(bench, "Blocks 1")) {
        without[id] = 0;
    }
    CHECK(std::ranges::count(without, 0) == 26);
}

TEST_CASE("fanout: one that was left out and hears of a later head is given what is between") {
    HubBench bench(11, fanning(1));
    connect_own(bench, 1, 3);
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 2);
    bench.newest_first(1, {blocks[0]});
    const auto first = told_by(bench, "Blocks 1");
    bench.newest_first(1, {blocks[1]});
    const auto second = told_by(bench, "Blocks 1");
    REQUIRE(second.size() == 1);
    CHECK(first != second); // those come first that were left out
    bench.give(*second.begin(), command::GetChain{{bench.mini.genesis().hash}, 256});
    CHECK(bench.told(*second.begin()) == std::vector<std::string>{std::to_string(*second.begin()) + " Blocks 2"});
}

TEST_CASE("fanout: special peers, and those that would stay behind for good, are told at once") {
    HubBench bench(11, fanning(2));
    connect_own(bench, 1, 10);
    PeerTraits special;
    special.special = true;
    connect_own(bench, 11, 13, special);
    for (ConnectionId id = 14; id <= 16; ++id) { // of 2014
        bench.up(id, "11");
        bench.newest_first(id, {});
    }
    bench.told();
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 3);
    for (const MinedBlock& block : blocks) {
        bench.newest_first(1, {block});
        const auto told = told_by(bench, "Blocks 1");
        CHECK(told.size() == 2 + 6);
        for (ConnectionId id = 11; id <= 16; ++id) {
            CHECK(told.contains(id));
        }
    }
}

TEST_CASE("fanout: transactions too, each once, and those that were left out have all in one message later") {
    HubBench bench(11, fanning(3));
    connect_own(bench, 1, 12);
    std::vector<std::set<ConnectionId>> told;
    for (std::uint64_t nonce = 0; nonce < 2; ++nonce) {
        bench.transactions(1, {test::sign_transaction(bench.mini.rules().transaction, {.nonce = nonce})});
        told.push_back(told_by(bench, "Transactions 1"));
        CHECK(told.back().size() == 3);
        CHECK_FALSE(told.back().contains(1));
    }
    bench.wait(30s);
    const auto lines = bench.told();
    std::size_t both = 0;
    for (ConnectionId id = 2; id <= 12; ++id) {
        const auto before = told[0].count(id) + told[1].count(id);
        const std::string line = std::to_string(id) + " Transactions " + std::to_string(2 - before);
        CHECK(std::ranges::count(lines, line) == (before == 2 ? 0 : 1));
        both += before == 0 ? 1 : 0;
    }
    CHECK(both >= 5);
    CHECK(lines.size() <= 11);
    bench.wait(600s);
    CHECK(bench.told().empty());
}

TEST_CASE("fanout: the choice is that of the seed") {
    const auto choices = [](std::uint64_t seed) {
        HubBench bench(11, fanning(4, seed));
        connect_own(bench, 1, 20);
        std::vector<std::set<ConnectionId>> out;
        for (const MinedBlock& block : bench.mini.mine_many(bench.mini.genesis_block(), 3)) {
            bench.newest_first(1, {block});
            out.push_back(told_by(bench, "Blocks 1"));
        }
        return out;
    };
    const auto one = choices(1);
    CHECK(one == choices(1));
    CHECK(one != choices(2));
}

TEST_CASE("fanout: chance favours nobody") {
    SplitMix64 chance(7);
    std::array<int, 24> chosen{};
    for (int round = 0; round < 6'000; ++round) {
        std::array<int, 24> all{};
        std::ranges::copy(std::views::iota(0, 24), all.begin());
        put_chosen_first(std::span<int>(all), chance, [](int) { return 0; });
        for (const int each : std::span(all).first(8)) {
            ++chosen[static_cast<std::size_t>(each)];
        }
    }
    for (const int times : chosen) {
        CHECK(times > 1'850); // 2,000 is the mean, 37 the deviation
        CHECK(times < 2'150);
    }
}
