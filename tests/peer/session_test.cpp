// A session that is ready: messages in and out, what is malformed, how it ends.
#include "peer/session.hpp"

#include <array>

#include <doctest/doctest.h>

#include "tests/support/session_bench.hpp"

using namespace ethpoc;
using namespace ethpoc::peer;
using namespace std::chrono_literals;
using test::SessionBench;

namespace {

Bytes joined(std::initializer_list<Bytes> parts) {
    Bytes out;
    for (const Bytes& part : parts) {
        out.insert(out.end(), part.begin(), part.end());
    }
    return out;
}

} // namespace

TEST_CASE("session: messages reach the chain and requests are answered") {
    SessionBench bench;
    SessionBench::make_ready(bench);
    const std::string hash(64, '1');
    bench.feed_hex("c102");
    CHECK(bench.said() == "Pong");
    bench.feed_hex("c103");
    bench.feed_hex("c110");
    CHECK(bench.said() == "Peers");
    bench.feed_hex("e514a0" + hash + "820100");
    bench.feed_hex("e215a0" + hash);
    bench.feed_hex("c116");
    bench.feed_hex("c113");
    bench.feed_hex("c212c0");
    bench.feed_hex("c14d"); // an id that nobody has
    CHECK(bench.said().empty());
    CHECK(bench.host.recorded.calls ==
          std::vector<std::string>{"GetChain 1 256", "NotInChain 17", "GetTransactions", "Blocks 0", "Transactions 0"});
    CHECK(bench.session.phase() == Phase::ready);
}

TEST_CASE("session: any fragmentation gives the same") {
    const Bytes stream = joined({test::hello_frame(), test::framed("c102"), test::framed("c414820100"),
                                 test::framed("c102"), test::framed("c113")});
    for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{8}, stream.size()}) {
        INFO(piece);
        SessionBench bench;
        bench.start();
        for (std::size_t at = 0; at < stream.size(); at += piece) {
            const BytesView part = BytesView(stream).subspan(at, std::min(piece, stream.size() - at));
            bench.session.receive(part, bench.clock.now);
        }
        CHECK(bench.said() == "Hello GetPeers Pong Pong");
        CHECK(bench.host.recorded.calls == std::vector<std::string>{"GetChain 0 256", "Blocks 0"});
    }
}

TEST_CASE("session: addresses are learned up to the limit") {
    SessionBench bench;
    bench.options.addresses_per_message = 3;
    SessionBench::make_ready(bench);
    bench.feed_hex("e9 11 c9c401020304820101 80 c9c401020304820102 80 c9c401020304820103 80 c9c401020304820104 80");
    CHECK(bench.host.learned_ports == std::vector<std::uint16_t>{0x101, 0x102, 0x103});
}

TEST_CASE("session: an odd entry of peers costs that entry, and is told of") {
    const std::string good = "c9c401020304820101 80";
    const std::string hex_id = "f88a 8401020304 820102 b880" + to_hex(Bytes(128, '7')); // as py-0.7.52 writes it
    for (const std::string& odd : {std::string("c0"), std::string("c2c002"), std::string("80"), hex_id}) {
        CAPTURE(odd);
        SessionBench bench;
        SessionBench::make_ready(bench);
        for (int i = 0; i < 20; ++i) {
            const Bytes entries = test::hex(odd + good);
            Bytes payload = test::hex(entries.size() < 55 ? "c0 11" : "f800 11");
            payload.insert(payload.end(), entries.begin(), entries.end());
            const std::size_t header = entries.size() < 55 ? 1 : 2;
            payload[header - 1] = static_cast<std::uint8_t>(payload[header - 1] + payload.size() - header);
            bench.feed_hex(to_hex(payload));
        }
        CHECK(bench.host.learned_ports.size() == 20);
        CHECK(bench.host.events.count("tolerated") == 20);
        CHECK_FALSE(bench.host.events.has("malformed"));
        CHECK(bench.session.phase() == Phase::ready);
    }
}

TEST_CASE("session: five malformed messages are one too many") {
    SessionBench bench;
    SessionBench::make_ready(bench);
    for (int i = 1; i <= 4; ++i) {
        bench.feed_hex("c2 02");
        CHECK(bench.session.phase() == Phase::ready);
    }
    bench.feed_hex("c102");
    CHECK(bench.said() == "Pong");
    bench.feed_hex("c2 02");
    CHECK(bench.said() == "Disconnect");
    CHECK(bench.reason_said() == wire::reason::bad_protocol);
    CHECK(bench.host.events.count("malformed rlp.") == 5);
    bench.feed_hex("c102"); // nothing matters after our Disconnect
    CHECK(bench.said().empty());
}

TEST_CASE("session: a wrong token is skipped up to the next one and counts as a strike") {
    SessionBench bench;
    SessionBench::make_ready(bench);
    const std::uint64_t at = test::hello_frame().size();
    bench.feed(joined({Bytes{0x22, 0x40, 0x08, 0x92, 0, 0, 0, 2, 0xc1, 0x02}, test::framed("c102")}));
    CHECK(bench.said() == "Pong");
    CHECK(bench.host.events.has("malformed frame.bad_token " + std::to_string(at) + " 10"));
}

TEST_CASE("session: garbage without end is told once and ends it") {
    SessionBench bench;
    SessionBench::make_ready(bench);
    const Bytes garbage(64 * 1024, 0x41);
    for (int i = 0; i < 40 && bench.session.phase() == Phase::ready; ++i) {
        bench.feed(garbage);
    }
    CHECK(bench.session.phase() == Phase::closing);
    CHECK(bench.host.events.count("malformed frame.bad_token") == 1);
}

TEST_CASE("session: another protocol is told at its first bytes") {
    SessionBench bench;
    bench.start();
    const std::string_view http = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    bench.feed(Bytes(http.begin(), http.end()));
    CHECK(bench.session.phase() == Phase::closing);
    CHECK(bench.host.events.has("malformed frame.bad_token 0"));
}

TEST_CASE("session: a length above the limit is a strike, not an allocation") {
    for (const std::string_view length : {"01000001", "7fffffff", "fffffff8", "ffffffff"}) {
        INFO(length);
        SessionBench bench;
        SessionBench::make_ready(bench);
        bench.feed(joined({test::hex("22400891" + std::string(length)), test::framed("c102")}));
        CHECK(bench.host.events.count("malformed frame.too_large") == 1);
        CHECK(bench.said() == "Pong");
    }
}

TEST_CASE("session: a frame cut open by another is found inside it") {
    SessionBench bench;
    SessionBench::make_ready(bench);
    // The outer frame announces 30 bytes; after 3 of them a whole Ping was written, then the stream goes on.
    bench.feed(
        joined({test::hex("22400891 0000001e e51400"), test::framed("c102"), Bytes(17, 0xee), test::framed("c102")}));
    CHECK(bench.said() == "Pong Pong");
    CHECK(bench.session.phase() == Phase::ready);
}

TEST_CASE("session: disconnect, with a reason and without") {
    struct Row {
        std::string_view payload;
        std::optional<wire::Reason> reason;
        std::string_view why;
    };
    const std::array rows{
        Row{"c20108", wire::reason::client_quitting, "client quitting"}, Row{"c101", std::nullopt, "no reason given"},
        Row{"c20100", wire::reason::requested, "requested"}, Row{"c2015f", wire::Reason{0x5f}, "unknown reason"}};
    for (const Row& row : rows) {
        INFO(row.payload);
        SessionBench bench;
        SessionBench::make_ready(bench);
        bench.feed_hex(row.payload);
        CHECK(bench.session.ended());
        CHECK(bench.session.how_it_ended().by == EndedBy::them);
        CHECK(bench.session.how_it_ended().reason == row.reason);
        CHECK(bench.session.how_it_ended().why == row.why);
        CHECK(bench.said().empty());
    }
}

TEST_CASE("session: disconnect with a reason that is none") {
    for (const std::string_view payload : {"c201c0", "c301c102", "c70185ffffffffff", "c801c6c5c4c3c2c1c0"}) {
        INFO(payload);
        SessionBench bench;
        SessionBench::make_ready(bench);
        bench.feed_hex(payload);
        CHECK(bench.host.events.has("malformed"));
        CHECK(bench.session.ended());
        CHECK(bench.session.how_it_ended().by == EndedBy::them);
        CHECK(bench.session.how_it_ended().why == "no reason given");
        CHECK(bench.said().empty());
    }
    SessionBench early; // before any Hello
    early.start();
    early.feed_hex("c201c0");
    CHECK(early.session.ended());
}

TEST_CASE("session: a fin without disconnect is understood") {
    SessionBench bench;
    SessionBench::make_ready(bench);
    bench.session.receive_eof(bench.clock.now);
    CHECK(bench.session.ended());
    CHECK(bench.session.how_it_ended().by == EndedBy::them);
    CHECK_FALSE(bench.host.events.has("malformed"));
}

TEST_CASE("session: a fin inside a frame is malformed") {
    const Bytes whole = test::framed("e514a0" + std::string(64, '1') + "820100");
    for (std::size_t cut = 1; cut < whole.size(); ++cut) {
        INFO(cut);
        SessionBench bench;
        SessionBench::make_ready(bench);
        bench.feed(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(cut)));
        bench.session.receive_eof(bench.clock.now);
        const std::uint64_t at = test::hello_frame().size();
        CHECK(bench.host.events.has("malformed frame.incomplete " + std::to_string(at) + " " + std::to_string(cut)));
        CHECK(bench.session.how_it_ended().by == EndedBy::them);
    }
}

TEST_CASE("session: a full chain stops the reading and nothing is lost") {
    SessionBench bench;
    SessionBench::make_ready(bench);
    bench.host.full = true;
    CHECK_FALSE(bench.session.wants_bytes());
    bench.feed(joined({test::framed("c113"), test::framed("c113"), test::framed("c102")}));
    CHECK(bench.host.recorded.calls.empty());
    bench.host.full = false;
    CHECK_FALSE(bench.session.wants_bytes());           // not while whole frames wait inside
    CHECK(bench.session.deadline() <= bench.clock.now); // it asks to be called
    bench.session.tick(bench.clock.now);
    CHECK(bench.session.wants_bytes());
    CHECK(bench.host.recorded.calls == std::vector<std::string>{"Blocks 0", "Blocks 0"});
    CHECK(bench.said() == "Pong");
}

TEST_CASE("session: a full queue of its own stops the reading until it has left") {
    SessionBench bench;
    bench.options.send_queue = 2000;
    SessionBench::make_ready(bench);
    Bytes pings;
    for (int i = 0; i < 100; ++i) {
        const Bytes ping = test::framed("c102");
        pings.insert(pings.end(), ping.begin(), ping.end());
    }
    bench.feed(pings);
    CHECK_FALSE(bench.session.wants_bytes());
    std::size_t pongs = bench.host.events.count("out Pong");
    CHECK(pongs < 100);
    for (int turns = 0; turns < 100 && pongs < 100; ++turns) {
        bench.said();
        CHECK(bench.session.deadline() <= bench.clock.now);
        bench.session.tick(bench.clock.now);
        pongs = bench.host.events.count("out Pong");
    }
    CHECK(pongs == 100);
}

TEST_CASE("session: relay to a slow peer is shed and told, answers are not") {
    SessionBench bench;
    bench.options.send_queue = 1600;
    SessionBench::make_ready(bench);
    const auto big = std::make_shared<const Bytes>(600);
    bench.session.send(wire::MessageType::Blocks, big, true);
    bench.session.send(wire::MessageType::Blocks, big, true);
    bench.session.send(wire::MessageType::Pong, big);
    CHECK(bench.host.events.count("shed Blocks") == 1);
    CHECK(bench.said() == "Blocks Pong");
}
