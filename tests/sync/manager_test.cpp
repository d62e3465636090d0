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

TEST_CASE("manager: who asks for little is not kept waiting by who asks for much") {
    test::ChainBench bench;
    bench.seed();
    const auto ask_above = [&](wire::ConnectionId id, const Hash256& hash) {
        const Bytes payload = test::hex("e314a0" + to_hex(hash) + "20"); // up to 32 blocks
        const auto message = wire::decode(*wire::find_profile("11"), payload);
        REQUIRE(message);
        bench.in.request_chain(id, std::get<wire::GetChain>(*message));
    };
    bench.meet(1);
    bench.meet(2);
    bench.manager.drain(Time{} + 1h, wall);
    bench.answers();
    for (int i = 0; i < 30; ++i) {
        ask_above(1, bench.mini.genesis().hash);
        ask_above(2, bench.blocks[38].record.hash);
    }
    bench.manager.drain(Time{} + 2h, wall);
    std::size_t much = 0;
    std::size_t little = 0;
    for (std::size_t answer = 0; answer < 30; ++answer) {
        const auto action = bench.out.try_pop();
        REQUIRE(action);
        const auto& send = std::get<sync::action::Send>(*action);
        (send.to == 1 ? much : little) += send.frame->size();
        if (send.to == 1) { CHECK(send.frame->size() > CommandLanes::quantum); }
    }
    CHECK(little > 0);
    CHECK(much <= 10 * std::size_t{6'400}); // command by command it would be 15 of them
    CHECK(bench.answers() == 30);
}
