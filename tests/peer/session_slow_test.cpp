// A peer that reads slowly: what it does not get, what it gets, and when it is enough. And what it is answered with, in
// bytes a second.
#include <algorithm>

#include <doctest/doctest.h>

#include "tests/support/session_bench.hpp"
#include "wire/limits.hpp"
#include "wire/reasons.hpp"

using namespace ethpoc;
using namespace ethpoc::peer;
using namespace std::chrono_literals;
using test::SessionBench;
using wire::MessageType;

namespace {

const test::TheirHello ours{.client_id = "ethpoc/v1.0.0"}; // takes frames as fast as they come

SharedFrame blocks(std::size_t size, std::uint8_t fill = 0) {
    return std::make_shared<const Bytes>(size, fill);
}

/// Time goes on; the socket takes a byte of the frame in front now and then, and never all of it.
void trickle(SessionBench& bench, std::chrono::seconds time) {
    for (auto past = 0s; past < time && bench.session.phase() == Phase::ready; past += 1s) {
        bench.clock.advance(1s);
        bench.session.writable(bench.clock.now);
        bench.session.moved(bench.clock.now);
        bench.session.receive(test::framed("c103"), bench.clock.now); // and it is not silent
        bench.session.tick(bench.clock.now);
    }
}

} // namespace

TEST_CASE("slow peer: news are shed oldest first and counted, and it is dropped with a reason in the end") {
    SessionBench bench;
    bench.options.send_queue = 100'000;
    SessionBench::make_ready(bench, ours);
    for (std::uint8_t i = 0; i < 50; ++i) {
        bench.session.send(MessageType::Blocks, blocks(10'000, i), true);
        bench.session.writable(bench.clock.now); // the first is offered, and begun
    }
    CHECK(bench.host.events.count("shed Blocks") == 41);
    CHECK(bench.session.queued_bytes() <= 100'000);
    CHECK(bench.session.writable(bench.clock.now)->front() == 0); // begun
    trickle(bench, 59s);
    CHECK(bench.session.phase() == Phase::ready);
    trickle(bench, 3s);
    REQUIRE(bench.session.phase() == Phase::closing);
    CHECK(bench.session.how_it_ended().reason == wire::reason::useless_peer);
    CHECK(bench.session.how_it_ended().why.starts_with("reads too slowly: "));
    // The frame that was begun, and at once the last word.
    CHECK(bench.said() == "Blocks Disconnect");
    CHECK(bench.written[bench.written.size() - 2].front() == 0);
    CHECK(bench.reason_said() == wire::reason::useless_peer);
}

TEST_CASE("slow peer: one whose queue is half empty now and then stays, and gets every reply") {
    SessionBench bench;
    bench.options.send_queue = 100'000;
    SessionBench::make_ready(bench, ours);
    std::size_t replies = 0;
    for (int round = 0; round < 20; ++round) {
        for (int i = 0; i < 12; ++i) {
            bench.session.send(MessageType::Blocks, blocks(10'000), false);
            bench.session.send(MessageType::Transactions, blocks(500), true);
            ++replies;
        }
        CHECK_FALSE(bench.session.wants_bytes()); // what it asks for next waits in its socket
        trickle(bench, 50s);
        bench.said();
    }
    CHECK(bench.session.phase() == Phase::ready);
    CHECK(static_cast<std::size_t>(std::ranges::count(bench.types, MessageType::Blocks)) == replies);
    CHECK(bench.host.events.count("shed Transactions") > 100);
    CHECK(bench.host.events.count("shed Blocks") == 0);
}

TEST_CASE("slow peer: one that has too much waiting for itself alone is no reason to keep it either") {
    SessionBench bench;
    bench.options.send_queue = 100'000;
    SessionBench::make_ready(bench, ours);
    for (int i = 0; i < 11; ++i) {
        bench.session.send(MessageType::Blocks, blocks(10'000), false);
    }
    trickle(bench, 70s);
    CHECK(bench.session.how_it_ended().reason == wire::reason::useless_peer);
}

TEST_CASE("session limits: a peer is answered with so many bytes a second, and what it asks beyond waits") {
    SessionBench bench;
    bench.options.answer_rate = 100'000;
    SessionBench::make_ready(bench, ours);
    CHECK(bench.session.wants_bytes());
    for (int i = 0; i < 30; ++i) {
        bench.session.send(MessageType::Blocks, blocks(10'000), false);
    }
    bench.said(); // it reads as fast as it likes
    CHECK_FALSE(bench.session.wants_bytes());
    bench.wait(900ms);
    CHECK_FALSE(bench.session.wants_bytes());
    bench.wait(200ms);
    CHECK(bench.session.wants_bytes());
    CHECK(bench.session.phase() == Phase::ready);
    SessionBench news; // of which it did not ask for any
    news.options.answer_rate = 100'000;
    SessionBench::make_ready(news, ours);
    for (int i = 0; i < 30; ++i) {
        news.session.send(MessageType::Blocks, blocks(10'000), true);
    }
    CHECK(news.session.wants_bytes());
}

TEST_CASE("session limits: requests that cost much have a rate, no genuine client comes near it, and it is counted") {
    const char* const get_chain = "e514a0000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f820100";
    SessionBench bench;
    SessionBench::make_ready(bench, ours);
    const auto row = wire::limits_of(MessageType::GetChain);
    REQUIRE(row.burst > 0);
    for (std::uint32_t i = 0; i < row.burst; ++i) {
        bench.feed_hex(get_chain);
    }
    CHECK(bench.session.wants_bytes());
    CHECK(bench.host.events.count("delayed") == 0);
    bench.feed_hex(get_chain);
    CHECK_FALSE(bench.session.wants_bytes());
    CHECK(bench.host.events.count("delayed GetChain") == 1);
    bench.wait(1s);
    CHECK(bench.session.wants_bytes());

    // A minute of the busiest ones (spec CLIENTS): every 20 ms for a block that is missing, every 0.2 s for peers.
    SessionBench busy;
    SessionBench::make_ready(busy, ours);
    for (int tick = 0; tick < 3'000; ++tick) {
        busy.feed_hex(get_chain);
        if (tick % 10 == 0) { busy.feed_hex("c110"); }
        CHECK(busy.session.wants_bytes());
        busy.clock.advance(20ms);
        busy.said();
    }
    CHECK(busy.host.events.count("delayed") == 0);
}
