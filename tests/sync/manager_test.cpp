// The manager in a time that the test moves: no thread, no clock, and it never waits.
#include "sync/manager.hpp"

#include <doctest/doctest.h>

#include "tests/support/chain_bench.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;
using namespace ethpoc::sync;
using namespace std::chrono_literals;

namespace {
constexpr std::uint64_t wall = 2'000'000'000;
}

TEST_CASE("manager: what waits is carried out when it is called, and only then") {
    test::ChainBench bench;
    bench.seed();
    bench.meet(1);
    bench.ask(1);
    CHECK(bench.answers() == 0);
    bench.manager.drain(Time{} + 1h, wall);
    CHECK(bench.answers() == 1);
    CHECK(bench.manager.head_of({11, wire::ClientKind::cpp}).number == 40);
}

TEST_CASE("manager: it puts what it has to, however little room there is, and does not wait") {
    test::ChainBench bench(1);
    bench.seed();
    for (wire::ConnectionId id = 1; id <= 20; ++id) {
        bench.meet(id);
        bench.ask(id);
    }
    bench.manager.drain(Time{} + 1h, wall);
    CHECK(bench.answers() == 20);
}

TEST_CASE("manager: many of them live on one thread in their own time") {
    std::vector<std::unique_ptr<test::ChainBench>> all;
    for (int i = 0; i < 20; ++i) {
        all.push_back(std::make_unique<test::ChainBench>());
        all.back()->seed();
        all.back()->meet(1);
    }
    for (int turn = 1; turn <= 3; ++turn) {
        for (std::size_t i = 0; i < all.size(); ++i) {
            const Time now = Time{} + std::chrono::hours(turn * (i + 1)); // no two of them agree on the time
            all[i]->ask(1);
            all[i]->manager.drain(now, wall);
            CHECK(all[i]->answers() == 1);
            CHECK(all[i]->manager.deadline() > now);
        }
    }
}

TEST_CASE("manager: its deadline is when a question that nobody answers is given up") {
    test::ChainBench bench; // empty: it asks
    CHECK(bench.manager.deadline() == Time::max());
    bench.meet(1);
    Time now = Time{} + 1h;
    bench.manager.drain(now, wall);
    int turns = 0;
    for (; turns < 1000 && bench.manager.deadline() != Time::max(); ++turns) {
        REQUIRE(bench.manager.deadline() >= now);
        now = std::max(now, bench.manager.deadline());
        bench.manager.tick(now);
    }
    CHECK(turns < 1000);
    CHECK(now > Time{} + 1h);
}
