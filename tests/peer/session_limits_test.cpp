// What a session reads, holds and answers when the other side does its worst.
#include <algorithm>
#include <random>

#include <doctest/doctest.h>

#include "tests/support/sampled.hpp"
#include "tests/support/session_bench.hpp"
#include "wire/limits.hpp"

using namespace ethpoc;
using namespace ethpoc::peer;
using namespace std::chrono_literals;
using test::SessionBench;

namespace {

Bytes frame_of(BytesView payload) {
    const auto header = wire::frame_header(payload.size());
    Bytes out(header.begin(), header.end());
    out.insert(out.end(), payload.begin(), payload.end());
    return out;
}

/// A list with this id and a string, `size` bytes in all.
Bytes payload_of(std::uint8_t id, std::size_t size) {
    Bytes out(size, 0x01);
    out[0] = 0xfa; // three bytes of length
    const std::size_t list = size - 4;
    for (int i = 0; i < 3; ++i) {
        out[static_cast<std::size_t>(1 + i)] = static_cast<std::uint8_t>(list >> (16 - 8 * i));
    }
    out[4] = id == 0 ? 0x80 : id;
    out[5] = 0xba;
    const std::size_t text = size - 9;
    for (int i = 0; i < 3; ++i) {
        out[static_cast<std::size_t>(6 + i)] = static_cast<std::uint8_t>(text >> (16 - 8 * i));
    }
    return out;
}

/// Everything that a session may be sent, and some things that it may not.
std::vector<Bytes> all_frames() {
    std::vector<Bytes> out;
    for (const char* const payload :
         {"c102", "c103", "c110", "c111", "c112", "c113", "c116", "c20107", "c14d", "c3148080", "c1",
          "e215a0000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
          "e514a0000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f820100"}) {
        out.push_back(test::framed(payload));
    }
    out.push_back(test::hello_frame());
    out.push_back(Bytes(100, 0xaa));
    out.push_back(test::hex("22400891 7fffffff"));
    out.push_back(test::hex("22400891 00000100 e514"));
    return out;
}

/// How often the session asks to be called although it was called just now and nothing has changed.
int calls_in_vain(SessionBench& bench) {
    int calls = 0;
    while (!bench.session.ended() && bench.session.deadline() <= bench.clock.now && calls < 100) {
        bench.session.tick(bench.clock.now);
        bench.session.writable(bench.clock.now); // the socket takes nothing
        ++calls;
    }
    return calls;
}

} // namespace

TEST_CASE("session limits: whatever was sent to it, a session whose socket takes nothing does not ask to be called") {
    for (const Bytes& first : all_frames()) {
        for (const Bytes& second : all_frames()) {
            for (const char* const version : {"8", "12", "28", "p2p2/eth49"}) {
                SessionBench bench;
                bench.start();
                bench.feed(test::hello_frame({.version = version, .client_id = "Ethereum(py)/0.0.1"}));
                bench.feed(first);
                CHECK(calls_in_vain(bench) <= 2);
                bench.clock.advance(1s);
                bench.feed(second);
                bench.host.full = true;
                CHECK(calls_in_vain(bench) <= 2);
                bench.clock.advance(5s);
                bench.session.tick(bench.clock.now);
                CHECK(calls_in_vain(bench) <= 2);
            }
        }
    }
}

TEST_CASE("session limits: nothing is read while something waits, and what is held stays small") {
    sync::Budget budget(64u << 20);
    std::mt19937 random(7);
    for (const char* const payload : {"c116", "c102", "c110", "c113"}) {
        CAPTURE(payload);
        CHECK(budget.held() == 0); // the one before has left nothing
        SessionBench bench;
        bench.options.send_queue = 1u << 20;
        bench.session.set_account(budget.account("a"));
        SessionBench::make_ready(bench);
        Bytes flood;
        while (flood.size() < 64u << 10) {
            const Bytes one = test::framed(payload);
            flood.insert(flood.end(), one.begin(), one.end());
        }
        std::size_t most = 0;
        const std::size_t turns = 2'000 / test::sampled(8);
        for (std::size_t turn = 0; turn < turns; ++turn) {
            bench.host.full = random() % 2 == 0; // as a queue that has room for a moment
            if (bench.session.wants_bytes()) { bench.feed(flood); }
            bench.clock.advance(1ms);
            bench.session.tick(bench.clock.now);
            if (turn % 2 == 0) { bench.said(); }
            most = std::max(most, budget.held());
        }
        CHECK(most < (1u << 20) + (256u << 10));
    }
    CHECK(budget.held() == 0);
}

TEST_CASE("session limits: every type of message has a largest size, before and after hello") {
    const wire::Profile& profile = *wire::find_profile("12");
    for (std::size_t i = 0; i < wire::message_type_count; ++i) {
        const auto type = static_cast<wire::MessageType>(i);
        const auto id = wire::id_of(profile, type);
        if (!id || type == wire::MessageType::Hello) { continue; }
        CAPTURE(wire::name_of(type));
        for (const bool greeted : {false, true}) {
            const wire::MessageLimits& row = wire::limits_of(type);
            const std::size_t most = greeted ? row.bytes : row.before_hello;
            for (const bool whole : {false, true}) {
                SessionBench bench;
                greeted ? static_cast<void>(SessionBench::make_ready(bench)) : bench.start();
                Bytes frame = frame_of(payload_of(static_cast<std::uint8_t>(*id), most + 1));
                if (!whole) { frame.resize(30); }               // its beginning is enough
                if (whole && most + 1 > 1u << 20) { continue; } // would be told by its beginning long before
                bench.feed(frame);
                CHECK(bench.host.events.has("malformed frame.too_large"));
                CHECK(bench.host.recorded.calls.empty());
                // Beyond the limit of all frames the reader goes on at the next token instead.
                if (!whole && most < wire::default_max_payload) { CHECK(bench.session.phase() == Phase::closing); }
            }
            SessionBench good;
            greeted ? static_cast<void>(SessionBench::make_ready(good)) : good.start();
            good.feed(frame_of(payload_of(static_cast<std::uint8_t>(*id), std::min<std::size_t>(most, 60'000))));
            CHECK_FALSE(good.host.events.has("malformed frame.too_large"));
        }
    }
}

TEST_CASE(
    "session limits: a hello of megabytes is refused by its first bytes, in both dialects, and told in few words") {
    for (const char* const head : {"22400891 001d0000 fa1cfff0 80 02", "22400891 001d0000 bd1cfff0 00 00"}) {
        SessionBench bench;
        bench.start();
        bench.feed(test::hex(head));
        CHECK(bench.session.phase() == Phase::closing);
        CHECK(bench.host.events.has("malformed frame.too_large"));
        CHECK(bench.host.events.events.back().size() < 200);
    }
    SessionBench bench; // whole, and small enough, with more capabilities than anybody has
    bench.start();
    Bytes payload = test::hex("f904b0 80 02 81 41 f904a0");
    payload.resize(3 + 1200, 0xc0);
    bench.feed(frame_of(payload));
    CHECK_FALSE(bench.host.events.has("hello"));
}

TEST_CASE("session limits: room for a large frame is set aside before it is read, and a peer that finds none waits") {
    sync::Budget budget(4u << 20, 1u << 20); // 1 MiB an address
    const auto account = budget.account("a");
    std::array<SessionBench, 2> benches;
    const Bytes frame = frame_of(payload_of(0x13, 900'000));
    for (SessionBench& bench : benches) {
        bench.session.set_account(account);
        SessionBench::make_ready(bench);
        bench.feed(Bytes(frame.begin(), frame.begin() + 1000));
    }
    CHECK(account->held() > 900'000);
    CHECK(account->held() < 920'000);
    CHECK(benches[0].session.wants_bytes());
    CHECK_FALSE(benches[1].session.wants_bytes());
    CHECK(benches[1].session.deadline() <= benches[1].clock.now + 100ms);
    benches[0].feed(Bytes(frame.begin() + 1000, frame.end()));
    CHECK(benches[0].host.recorded.calls == std::vector<std::string>{"Blocks 1"});
    benches[1].wait(100ms);
    CHECK(benches[1].session.wants_bytes());
    benches[1].feed(Bytes(frame.begin() + 1000, frame.end()));
    CHECK(benches[1].host.recorded.calls.size() == 1);
    CHECK(account->held() < 10'000);
}

TEST_CASE("session limits: a frame for which there never is room ends with its time") {
    sync::Budget budget(4u << 20, 1u << 20);
    const auto account = budget.account("a");
    account->charge(1u << 20);
    SessionBench bench;
    bench.session.set_account(account);
    SessionBench::make_ready(bench);
    bench.feed(test::hex("22400891 000dbba0 fa0dbb9c13"));
    bench.wait(61s);
    CHECK(bench.session.how_it_ended().why == "a frame that does not end");
}

TEST_CASE("session limits: a peer that sends faster than its row allows is read later, and loses nothing") {
    SessionBench bench;
    SessionBench::make_ready(bench);
    Bytes flood;
    for (int i = 0; i < 100; ++i) {
        const Bytes one = test::framed("c110");
        flood.insert(flood.end(), one.begin(), one.end());
    }
    bench.feed(flood);
    const auto row = wire::limits_of(wire::MessageType::GetPeers);
    CHECK(bench.host.events.count("in GetPeers") == row.burst + 1);
    CHECK_FALSE(bench.session.wants_bytes());
    bench.wait(1s);
    CHECK(bench.host.events.count("in GetPeers") == row.burst + row.per_second + 1);
    bench.wait(60s);
    CHECK(bench.host.events.count("in GetPeers") == 100);
    CHECK(bench.session.wants_bytes());
    CHECK(bench.session.phase() == Phase::ready);
}

TEST_CASE("session limits: malformed frames count whatever stands inside them, and are forgiven with time") {
    const Bytes with_token = frame_of(test::hex("c1ff 22400891 00000002 c102"));
    SessionBench quick;
    SessionBench::make_ready(quick);
    for (int i = 0; i < 5; ++i) {
        CHECK(quick.session.phase() == Phase::ready);
        quick.feed(with_token);
    }
    CHECK(quick.session.phase() == Phase::closing);

    SessionBench slow;
    SessionBench::make_ready(slow);
    for (int i = 0; i < 50; ++i) {
        slow.feed(with_token);
        slow.wait(10s);
    }
    CHECK(slow.session.phase() == Phase::ready);
}

TEST_CASE("session limits: garbage between good frames counts too") {
    SessionBench bench;
    SessionBench::make_ready(bench);
    Bytes mixed = test::hex("aaaa");
    const Bytes ping = test::framed("c102");
    mixed.insert(mixed.end(), ping.begin(), ping.end());
    for (int i = 0; i < 5; ++i) {
        bench.feed(mixed);
    }
    CHECK(bench.session.phase() == Phase::closing);
}

TEST_CASE("limits: what is forgiven in a message is told, and costs nothing") {
    for (const auto& [payload, told] : {std::pair{"c28102", "tolerated rlp.non_canonical_byte payload[0]"},
                                        std::pair{"c102ff", "tolerated frame.trailing_bytes "}}) {
        SessionBench bench;
        bench.start();
        bench.feed(test::hello_frame());
        bench.host.events.events.clear();
        for (int i = 0; i < 20; ++i) {
            bench.feed_hex(payload);
        }
        CHECK(std::ranges::count(bench.host.events.events, told) == 20);
        CHECK_FALSE(bench.session.ended());
    }
}
