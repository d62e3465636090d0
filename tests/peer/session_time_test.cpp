// What time does to a session.
#include <doctest/doctest.h>

#include "tests/support/session_bench.hpp"

using namespace ethpoc;
using namespace ethpoc::peer;
using namespace std::chrono_literals;
using test::SessionBench;

namespace {

SharedFrame some_frame() {
    return std::make_shared<const Bytes>(test::framed("c110"));
}

} // namespace

TEST_CASE("session time: silence brings pings and then the end") {
    SessionBench bench;
    SessionBench::make_ready(bench);
    bench.wait(14'999ms);
    CHECK(bench.host.events.count("out Ping") == 0);
    bench.wait(1ms);
    CHECK(bench.host.events.count("out Ping") == 1);
    bench.wait(74'999ms);
    CHECK(bench.host.events.count("out Ping") == 5);
    CHECK_FALSE(bench.session.ended());
    bench.wait(1ms);
    CHECK(bench.session.ended());
    CHECK(bench.session.how_it_ended().by == EndedBy::timeout);
}

TEST_CASE("session time: the answer to a Ping tells how long it took, once") {
    SessionBench bench;
    SessionBench::make_ready(bench);
    bench.feed_hex("c103"); // a Pong that nobody asked for
    CHECK(bench.host.events.count("latency") == 0);
    bench.wait(15s);
    REQUIRE(bench.host.events.count("out Ping") == 1);
    bench.wait(40ms);
    bench.feed_hex("c103");
    bench.feed_hex("c103");
    CHECK(bench.host.events.count("latency") == 1);
    CHECK(bench.host.events.has("latency 40"));
}

TEST_CASE("session time: any whole frame is a sign of life") {
    SessionBench bench;
    SessionBench::make_ready(bench);
    for (int i = 0; i < 20; ++i) {
        bench.wait(14s);
        bench.feed_hex("c14d");
    }
    CHECK_FALSE(bench.session.ended());
    CHECK(bench.host.events.count("out Ping") == 0);
}

TEST_CASE("session time: a frame that does not end, fast or slow") {
    SessionBench bench;
    bench.options.frame = 5s;
    SessionBench::make_ready(bench);
    bench.feed(test::hex("22400891 00000100 e5"));
    SUBCASE("half a frame, then silence") {
        bench.wait(4999ms);
    }
    SUBCASE("one byte a second") {
        for (int i = 0; i < 4; ++i) {
            bench.wait(1s);
            bench.feed(Bytes{0x14});
        }
        bench.wait(999ms);
    }
    CHECK_FALSE(bench.session.ended());
    bench.wait(1ms);
    CHECK(bench.session.ended());
    CHECK(bench.session.how_it_ended().why == "a frame that does not end");
}

TEST_CASE("session time: half a frame before hello") {
    SessionBench bench;
    bench.start();
    bench.feed(test::hex("22400891 00000100 e5"));
    bench.wait(bench.options.handshake);
    CHECK(bench.session.ended());
    CHECK(bench.session.how_it_ended().by == EndedBy::timeout);
}

TEST_CASE("session time: a peer that says anything but hello faster than it may gets no more time for its hello") {
    // GetPeers, Transactions, GetTransactions, NotInChain, Unknown; each on its own and again and again
    for (const char* const payload : {"c110", "c112", "c116", "c515 83010203", "c14d"}) {
        CAPTURE(payload);
        SessionBench bench;
        bench.start();
        const Time begin = bench.clock.now;
        while (!bench.session.ended() && bench.clock.now < begin + 60s) {
            for (int i = 0; i < 100 && bench.session.wants_bytes(); ++i) {
                bench.feed_hex(payload);
            }
            bench.wait(100ms);
            bench.said();
        }
        CHECK(bench.session.ended());
        CHECK(bench.clock.now <= begin + bench.options.handshake + 200ms);
    }
}

TEST_CASE("session time: a peer that does not read is given up") {
    SessionBench bench;
    SessionBench::make_ready(bench);
    bench.wait(15s); // the stall counts from the frame, not from the last thing that happened
    bench.feed_hex("c102");
    CHECK(bench.session.writable(bench.clock.now) != nullptr); // and the socket takes nothing
    bench.clock.advance(29'999ms);
    bench.session.tick(bench.clock.now);
    CHECK_FALSE(bench.session.ended());
    bench.clock.advance(1ms);
    CHECK(bench.session.deadline() <= bench.clock.now);
    bench.session.tick(bench.clock.now);
    CHECK(bench.session.ended());
    CHECK(bench.session.how_it_ended().why == "does not read");
}

TEST_CASE("session time: a peer that reads slowly is not given up") {
    SessionBench bench;
    SessionBench::make_ready(bench);
    bench.feed_hex("c102");
    for (int i = 0; i < 10; ++i) {
        CHECK(bench.session.writable(bench.clock.now) != nullptr);
        bench.clock.advance(20s);
        bench.session.moved(bench.clock.now);
        bench.feed_hex("c103");
        bench.session.tick(bench.clock.now);
    }
    CHECK_FALSE(bench.session.ended());
}

TEST_CASE("session time: a frame sent after a long silence is not stalled at once") {
    SessionBench bench;
    bench.options.send_stall = 5s;
    SessionBench::make_ready(bench, {.version = "8", .client_id = "Ethereum(py)/0.0.1"});
    bench.wait(3900ms);
    bench.clock.advance(10s); // no call of the session meanwhile
    bench.session.send(wire::MessageType::Peers, some_frame());
    CHECK(bench.session.writable(bench.clock.now) != nullptr);
    bench.session.tick(bench.clock.now);
    CHECK_FALSE(bench.session.ended());
}

TEST_CASE("session time: disconnect has two seconds to leave, counted from when it was said") {
    SessionBench bench;
    SessionBench::make_ready(bench);
    bench.clock.advance(15s);
    bench.session.end(wire::reason::too_many_peers, "too many"); // by the host, long after the last call
    CHECK(bench.said() == "Disconnect");
    CHECK(bench.reason_said() == wire::reason::too_many_peers);
    CHECK(bench.session.deadline() <= bench.clock.now);
    bench.session.tick(bench.clock.now);
    CHECK_FALSE(bench.session.ended());
    bench.wait(1999ms);
    CHECK_FALSE(bench.session.ended());
    bench.wait(1ms);
    CHECK(bench.session.ended());
    CHECK(bench.session.how_it_ended().by == EndedBy::us);
    CHECK(bench.session.how_it_ended().why == "too many");
}

TEST_CASE("session time: after our disconnect a fin ends it at once") {
    SessionBench bench;
    SessionBench::make_ready(bench);
    bench.session.end(wire::reason::client_quitting, "quitting");
    bench.said();
    bench.session.receive_eof(bench.clock.now);
    CHECK(bench.session.ended());
    CHECK(bench.session.how_it_ended().by == EndedBy::us);
    CHECK(bench.session.how_it_ended().reason == wire::reason::client_quitting);
}

TEST_CASE("session time: a paced disconnect still leaves") {
    SessionBench bench;
    SessionBench::make_ready(bench, {.version = "8", .client_id = "Ethereum(py)/0.0.1"});
    bench.wait(1s);
    bench.said();
    bench.feed_hex("c102");
    CHECK(bench.said() == "Pong");
    bench.session.end(wire::reason::too_many_peers, "too many");
    CHECK(bench.said().empty()); // within 300 ms of the Pong
    bench.wait(400ms);
    CHECK(bench.reason_said() == wire::reason::too_many_peers);
}

TEST_CASE("session time: while the chain is full nobody is silent") {
    SessionBench ready;
    SessionBench::make_ready(ready);
    ready.host.full = true;
    ready.wait(10min);
    CHECK_FALSE(ready.session.ended());
    ready.host.full = false;
    ready.session.tick(ready.clock.now);
    CHECK_FALSE(ready.session.ended());
    ready.wait(2min);
    CHECK(ready.session.ended());

    SessionBench waiting;
    waiting.start();
    waiting.host.full = true;
    waiting.wait(1min);
    CHECK_FALSE(waiting.session.ended());
    waiting.host.full = false;
    waiting.feed(test::hello_frame());
    CHECK(waiting.session.phase() == Phase::ready);
}

TEST_CASE("session time: deadlines never ask for a busy loop") {
    SessionBench bench;
    SessionBench::make_ready(bench);
    for (const bool full : {false, true}) {
        bench.host.full = full;
        int turns = 0;
        for (const Time end = bench.clock.now + 60s; bench.session.deadline() <= end && turns < 100; ++turns) {
            bench.clock.now = std::max(bench.clock.now, bench.session.deadline());
            bench.session.tick(bench.clock.now);
            bench.said();
            bench.feed_hex("c103");
        }
        CHECK(turns < 20);
    }
}
