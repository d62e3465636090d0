// Hello: who speaks first, whose version is spoken, who is refused.
#include <array>

#include <doctest/doctest.h>

#include "peer/versions.hpp"
#include "tests/support/session_bench.hpp"

using namespace ethpoc;
using namespace ethpoc::peer;
using namespace std::chrono_literals;
using test::SessionBench;

TEST_CASE("session handshake: the version of the other side is mirrored") {
    for (const std::string_view version : {"3", "5", "7", "8", "9", "11", "12", "17", "23", "28", "30"}) {
        INFO(version);
        SessionBench bench;
        bench.start();
        CHECK(bench.said().empty());
        bench.feed(test::hello_frame({.version = version}));
        CHECK(bench.said().starts_with("Hello"));
        CHECK(bench.session.phase() == Phase::ready);
        CHECK(bench.session.profile() == wire::find_profile(version));
        CHECK(bench.host.events.has("hello " + std::string(version)));
        const auto ours =
            wire::decode_greeting(BytesView(bench.written.front()).subspan(8), *std::make_unique<Bytes>());
        REQUIRE(ours);
        CHECK(ours->profile == wire::find_profile(version));
        CHECK(bench.host.ready_calls == 1);
    }
}

TEST_CASE("session handshake: p2p is ready only after both statuses") {
    for (const std::string_view version : {"p2p0/eth33", "p2p2/eth49"}) {
        INFO(version);
        SessionBench bench;
        bench.start();
        bench.feed(test::hello_frame({.version = version}));
        // p2p 0 does not say in Hello which eth it means: we wait for its Status and mirror that.
        const bool names_only = version == "p2p0/eth33";
        CHECK(bench.said() == (names_only ? "Hello" : "Hello Status"));
        CHECK(bench.session.phase() == Phase::greeted);
        bench.feed(test::status_frame(version, bench.session.offsets()));
        CHECK(bench.session.phase() == Phase::ready);
        CHECK(bench.session.profile() == wire::find_profile(version));
        CHECK(bench.said() == (names_only ? "Status" : ""));
        CHECK(bench.host.ready_calls == 1);
    }
}

TEST_CASE("session handshake: python's status comes a second late, and says which eth was meant") {
    SessionBench bench;
    bench.start();
    bench.feed(test::hello_frame({.version = "p2p0/eth33"}));
    bench.wait(1'200ms);
    CHECK(bench.said() == "Hello");
    bench.feed(test::status_frame("p2p0/eth32"));
    CHECK(bench.said() == "Status");
    CHECK(bench.session.profile() == wire::find_profile("p2p0/eth32"));
    CHECK(bench.session.phase() == Phase::ready);
}

TEST_CASE("session handshake: a peer that shares no eth is kept without one") {
    SessionBench bench;
    bench.start();
    bench.feed_hex("f849 80 02 78 c0 82765f b840" + std::string(128, '5')); // no capabilities
    CHECK(bench.said() == "Hello");
    bench.feed_hex("c102");
    CHECK(bench.said() == "Pong");
    bench.wait(11s);
    CHECK(bench.session.phase() == Phase::ready); // for what Hello alone allows
    CHECK(bench.host.recorded.calls.empty());
    CHECK_FALSE(bench.host.events.has("out Status"));
}

TEST_CASE("session handshake: a side that hears nothing says its guess, later when it was dialled") {
    SessionBench dialled(Direction::outbound);
    dialled.start();
    dialled.wait(999ms);
    CHECK(dialled.said().empty());
    dialled.wait(1ms);
    CHECK(dialled.said() == "Hello");
    CHECK(dialled.session.profile() == dialled.host.version);

    SessionBench accepted(Direction::inbound);
    accepted.start();
    accepted.wait(6999ms); // Java says its own after 6.4 s
    CHECK(accepted.said().empty());
    accepted.wait(1ms);
    CHECK(accepted.said() == "Hello");
}

TEST_CASE("session handshake: a guess that was right goes on, a wrong one is refused") {
    SessionBench right(Direction::outbound);
    right.start();
    right.wait(1s);
    right.feed(test::hello_frame({.version = "12"}));
    CHECK(right.session.phase() == Phase::ready);
    CHECK(right.said() == "Hello GetPeers");

    SessionBench wrong(Direction::outbound);
    wrong.start();
    wrong.wait(1s);
    wrong.feed(test::hello_frame({.version = "8"}));
    CHECK(wrong.session.phase() == Phase::closing);
    CHECK(wrong.said() == "Hello Disconnect");
    CHECK(wrong.reason_said() == wire::reason::flat::incompatible_protocols);
    CHECK(wrong.session.their_profile() == wire::find_profile("8"));
    CHECK(wrong.host.ready_calls == 0);
}

TEST_CASE("session handshake: one that dialled, waited and answers a wrong guess in p2p is followed") {
    for (const char* const guess : {"p2p2/eth36", "p2p0/eth33", "p2p2/eth49"}) {
        for (const char* const theirs : {"p2p0/eth33", "p2p0/eth31", "p2p2/eth36", "p2p2/eth49", "p2p2/eth38"}) {
            CAPTURE(guess);
            CAPTURE(theirs);
            test::SessionBench bench;
            bench.host.version = wire::find_profile(guess);
            bench.start();
            bench.wait(7s);
            CHECK(bench.said() == "Hello");
            bench.feed(test::hello_frame({.version = theirs, .client_id = "Ethereum Node.js/0.1.2"}));
            bench.feed(test::status_frame(theirs));
            CHECK(bench.session.phase() == Phase::ready);
            CHECK(bench.session.profile() == wire::find_profile(theirs));
            CHECK(bench.session.remote().same_network);
        }
    }
    // Whom we dialled is dialled again; flat versions and those that were asked for are not changed.
    struct Row {
        Direction direction;
        const char* guess;
        const char* theirs;
        bool fixed;
    };
    for (const Row& row :
         {Row{Direction::outbound, "p2p2/eth36", "p2p0/eth33", false}, Row{Direction::inbound, "12", "15", false},
          Row{Direction::inbound, "12", "p2p0/eth33", false}, Row{Direction::inbound, "p2p2/eth36", "15", false},
          Row{Direction::inbound, "p2p2/eth36", "p2p0/eth33", true}}) {
        CAPTURE(row.guess);
        test::SessionBench bench(row.direction);
        bench.host.version = wire::find_profile(row.guess);
        bench.host.fixed = row.fixed;
        bench.start();
        bench.wait(7s);
        bench.feed(test::hello_frame({.version = row.theirs}));
        CHECK(bench.session.phase() == Phase::closing);
    }
}

TEST_CASE("session handshake: a fixed protocol is said at once and no other is accepted") {
    SessionBench bench;
    bench.host.fixed = true;
    bench.host.version = wire::find_profile("7");
    bench.start();
    CHECK(bench.said() == "Hello");
    bench.feed(test::hello_frame({.version = "8"}));
    CHECK(bench.said() == "Disconnect");
    CHECK(bench.reason_said() == wire::reason::flat::incompatible_protocols);
}

TEST_CASE("session handshake: refusals and their reasons") {
    struct Row {
        const char* what;
        std::string payload;
        wire::Reason reason;
    };
    const std::string key(128, '5');
    const std::array rows{
        Row{"unknown version", "f84a 80 63 80 78 07 82765f b840" + key, wire::reason::flat::incompatible_protocols},
        Row{"another network", "f84a 80 0c 05 78 07 82765f b840" + key, wire::reason::flat::incompatible_protocols},
        Row{"zero node id", "f84a 80 0c 80 78 07 82765f b840" + std::string(128, '0'),
            wire::reason::flat::incompatible_protocols},
        Row{"node id of 65 bytes", "f84b 80 0c 80 78 07 82765f b841" + key + "55", wire::reason::bad_protocol},
        Row{"six items", "c8 80 0c 80 78 07 82765f", wire::reason::bad_protocol},
        Row{"no items", "c1 80", wire::reason::bad_protocol},
        Row{"version is a list", "c3 80 c0 80", wire::reason::bad_protocol},
        Row{"cut in its middle", "f84a 80 0c 80 78 07 8276", wire::reason::bad_protocol},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string(row.what));
        SessionBench bench;
        bench.start();
        bench.feed_hex(row.payload);
        bench.said();
        CHECK(bench.session.phase() == Phase::closing);
        CHECK(bench.reason_said() == row.reason);
        CHECK(bench.host.ready_calls == 0);
        CHECK(bench.host.events.has("malformed") == (row.reason == wire::reason::bad_protocol));
        bench.wait(3s);
        CHECK(bench.session.ended());
    }
}

TEST_CASE("session handshake: what genuine clients were seen to say is accepted") {
    const std::string key(128, '5');
    const std::array rows{
        std::pair{"node id of 32 bytes", "e9 80 0c 80 78 07 82765f a0" + key.substr(64)},
        std::pair{"node id of 63 bytes", "f849 80 0c 80 78 07 82765f b83f" + key.substr(2)},
        std::pair{"empty node id", std::string("c9 80 0c 80 78 07 82765f 80")},
        std::pair{"no capabilities", "f84a 80 0c 80 78 80 82765f b840" + key},
        std::pair{"more items", "f84c 80 0c 80 78 07 82765f b840" + key + "01 02"},
        std::pair{"zero as a byte", "f84a 00 0c 00 78 07 82765f b840" + key},
        std::pair{"port before capabilities", "f84a 80 0c 80 78 82765f 07 b840" + key},
    };
    for (const auto& [what, payload] : rows) {
        CAPTURE(std::string(what));
        SessionBench bench;
        bench.start();
        bench.feed_hex(payload);
        CHECK(bench.session.phase() == Phase::ready);
        CHECK_FALSE(bench.host.events.has("malformed"));
    }
}

TEST_CASE("session handshake: the host refuses for reasons of its own") {
    SessionBench bench;
    bench.host.refusal = wire::reason::already_connected;
    bench.start();
    bench.feed(test::hello_frame());
    CHECK(bench.said() == "Hello Disconnect"); // it must hear who refuses it
    CHECK(bench.reason_said() == wire::reason::already_connected);
    CHECK(bench.session.how_it_ended().by == EndedBy::us);
}

TEST_CASE("session handshake: a client id of 3 kb is kept short") {
    SessionBench bench;
    bench.start();
    wire::HelloOut hello;
    const std::string id = "Ethereum(++)/\x1b[2J\n" + std::string(3'000, 'x');
    hello.client_id = id;
    hello.node_id.bytes.fill(3);
    bench.feed(wire::compose_hello(*wire::find_profile("12"), hello));
    CHECK(bench.session.phase() == Phase::ready);
    CHECK(bench.session.client() == wire::ClientKind::cpp);
    CHECK(bench.session.client_id().size() == 256);
}

TEST_CASE("session handshake: a second hello changes nothing, unless it is another's") {
    SessionBench bench;
    SessionBench::make_ready(bench);
    bench.feed(test::hello_frame());
    CHECK(bench.said().empty());
    CHECK(bench.session.phase() == Phase::ready);
    CHECK(bench.host.ready_calls == 1);

    SUBCASE("other id") {
        bench.feed(test::hello_frame({.id_byte = 0x23}));
    }
    SUBCASE("other version") {
        bench.feed(test::hello_frame({.version = "11"}));
    }
    CHECK(bench.said() == "Disconnect");
    CHECK(bench.reason_said() == wire::reason::bad_protocol);
}

TEST_CASE("session handshake: messages before hello are answered after it") {
    SessionBench bench;
    bench.start();
    bench.feed_hex("c110");       // GetPeers, of py-v8
    bench.feed_hex("c414820100"); // GetChain without a hash
    bench.feed_hex("c113");       // Blocks, of a mining py-poc5
    CHECK(bench.session.heard_before_hello());
    CHECK(bench.said().empty());
    CHECK(bench.host.recorded.calls.empty());
    bench.feed(test::hello_frame());
    CHECK(bench.said() == "Hello GetPeers Peers");
    CHECK(bench.host.recorded.calls == std::vector<std::string>{"GetChain 0 256", "Blocks 0"});
}

TEST_CASE("session handshake: what clients say before their hello is no fault, whatever we have guessed or said") {
    for (const Direction direction : {Direction::inbound, Direction::outbound}) {
        for (const wire::Profile* const guess : guesses(direction)) {
            for (const bool said : {false, true}) {
                SessionBench bench(direction);
                bench.host.version = guess;
                bench.start();
                if (said) { bench.wait(direction == Direction::inbound ? 7s : 1s); }
                const std::string expected = said ? "Hello" : "";
                CHECK(bench.said() == expected);
                // GetPeers, Peers, Transactions, Blocks, GetChain, NotInChain, GetTransactions, and the first two of
                // p2p
                for (const char* const payload :
                     {"c110", "c111", "c112", "c113", "c414820100", "c515 83010203", "c116", "c104", "c105"}) {
                    CAPTURE(guess->name);
                    CAPTURE(payload);
                    bench.feed_hex(payload);
                    CHECK(bench.said().empty());
                    CHECK(bench.host.events.count("malformed") == 0);
                }
                CHECK(bench.session.heard_before_hello() == 0x10);
            }
        }
    }
}

TEST_CASE("session handshake: a ping between the two hellos is answered at once") {
    SessionBench bench(Direction::outbound);
    bench.start();
    bench.wait(1s);
    bench.said();
    bench.feed_hex("c102");
    CHECK(bench.said() == "Pong");
}

TEST_CASE("session handshake: what comes before hello is bounded") {
    SUBCASE("in number") {
        SessionBench bench;
        bench.start();
        for (int i = 0; i < 200; ++i) {
            bench.clock.advance(25ms); // the eight a second that GetPeers may come are not the point here
            bench.session.tick(bench.clock.now);
            bench.feed_hex("c10f");
        }
        CHECK(bench.session.how_it_ended().why == "too much before Hello");
    }
    SUBCASE("in bytes") {
        SessionBench bench;
        bench.options.deferred = 10'000;
        bench.start();
        for (int i = 0; i < 6; ++i) {
            bench.feed_hex("f907d2 13 b907ce" + std::string(3996, '0'));
        }
        CHECK(bench.said() == "Disconnect");
    }
}

TEST_CASE("session handshake: a malformed message before hello ends it") {
    SessionBench bench;
    bench.start();
    bench.feed_hex("c2 02");
    CHECK(bench.said() == "Disconnect");
    CHECK(bench.reason_said() == wire::reason::bad_protocol);
    CHECK(bench.host.events.count("malformed") == 1);
}

TEST_CASE("session handshake: a disconnect instead of hello is understood") {
    for (const auto& [payload, reason] : {std::pair{"c20107", wire::reason::flat::incompatible_protocols},
                                          std::pair{"c20104", wire::reason::too_many_peers}}) {
        SessionBench bench(Direction::outbound);
        bench.start();
        bench.feed_hex(payload);
        CHECK(bench.session.ended());
        CHECK(bench.session.how_it_ended().by == EndedBy::them);
        CHECK(bench.session.how_it_ended().reason == reason);
    }
}

TEST_CASE("session handshake: silence to the end is a timeout") {
    SessionBench bench;
    bench.start();
    bench.wait(14'999ms);
    CHECK_FALSE(bench.session.ended());
    bench.wait(1ms);
    CHECK(bench.session.ended());
    CHECK(bench.session.how_it_ended().by == EndedBy::timeout);
    CHECK(bench.session.how_it_ended().why == "no Hello");
}

TEST_CASE("session handshake: our status waits for theirs, or for a moment") {
    for (const char* const version : {"p2p2/eth52", "p2p2/eth49", "p2p3/eth54"}) {
        CAPTURE(version);
        SessionBench quiet;
        quiet.options.status_pause = 300ms;
        quiet.start();
        quiet.feed(test::hello_frame({.version = version, .client_id = "Ethereum(G)/v0.8.1"}));
        CHECK(quiet.said() == "Hello");
        quiet.wait(299ms);
        CHECK(quiet.said().empty());
        quiet.wait(1ms);
        CHECK(quiet.said() == "Status");

        SessionBench talkative;
        talkative.options.status_pause = 300ms;
        talkative.start();
        talkative.feed(test::hello_frame({.version = version, .client_id = "Ethereum(G)/v0.8.1"}));
        talkative.feed(test::status_frame(version));
        CHECK(talkative.said() == "Hello Status");
        CHECK(talkative.session.phase() == Phase::ready);
    }
}
