// The thread around the manager: it carries out what comes, waits for a network that is slow, and stops at any moment.
#include "sync/chain_thread.hpp"

#include <chrono>
#include <thread>

#include <doctest/doctest.h>

#include "tests/support/chain_bench.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;
using namespace ethpoc::sync;
using namespace std::chrono_literals;

namespace {

/// Takes actions out until so many answers have come, at most 30 s.
std::size_t wait_for(test::ChainBench& bench, std::size_t wanted) {
    std::size_t got = 0;
    const auto end = std::chrono::steady_clock::now() + 30s;
    while (got < wanted && std::chrono::steady_clock::now() < end) {
        got += bench.answers();
        std::this_thread::sleep_for(1ms);
    }
    return got;
}

} // namespace

TEST_CASE("chain thread: commands are carried out as they come") {
    test::ChainBench bench;
    bench.seed();
    ChainThread thread(bench.manager, bench.in, bench.out);
    thread.start();
    bench.meet(1);
    for (int i = 0; i < 3; ++i) {
        bench.ask(1);
        CHECK(wait_for(bench, 1) == 1);
    }
}

TEST_CASE("chain thread: takes nothing in while the network takes nothing out, and loses nothing") {
    test::ChainBench bench(1);
    bench.seed();
    for (wire::ConnectionId id = 1; id <= 20; ++id) {
        bench.meet(id);
        bench.ask(id);
    }
    ChainThread thread(bench.manager, bench.in, bench.out);
    thread.start();
    std::this_thread::sleep_for(50ms);
    CHECK(bench.in.queue().bytes() > 0); // it waits
    CHECK(wait_for(bench, 20) == 20);
}

TEST_CASE("chain thread: stops while it waits for the network, and while it waits for commands") {
    for (const bool asked : {true, false}) {
        test::ChainBench bench(1);
        bench.seed();
        ChainThread thread(bench.manager, bench.in, bench.out);
        thread.start();
        bench.meet(1);
        if (asked) { bench.ask(1); }
        thread.stop();
        thread.stop(); // twice does no harm
    }
}
