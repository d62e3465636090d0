// Whom we dial, with which version, and when again: against a transport that writes down what it is asked.
#include "peer/dialer.hpp"

#include <doctest/doctest.h>

#include "tests/support/dialer_bench.hpp"

using namespace ethpoc;
using namespace ethpoc::peer;
using namespace ethpoc::test;
using namespace std::chrono_literals;

TEST_CASE("dialer: one connection until it proves to wait for us, then three side by side") {
    World world;
    world.host.dialer.want(there);
    CHECK(world.host.dials.delays.size() == 1);
    Session& first = world.connect();
    CHECK(world.said(first) == "nothing");
    world.wait(first, 1s);
    CHECK(world.said(first) == "12");
    REQUIRE(world.host.dials.delays.size() == 3);
    CHECK(world.host.dials.delays[1] == 0ms);
    Session& second = world.connect();
    Session& third = world.connect();
    CHECK(world.said(second) == "19"); // at once: it is known to be silent
    CHECK(world.said(third) == "23");
    world.closed_by_them(first);
    CHECK(world.host.dials.delays.size() == 4);
    CHECK(world.said(world.connect()) == "15");
}

TEST_CASE("dialer: when one of them is right the others are ended and nobody is dialled in their place") {
    World world;
    std::vector<wire::ConnectionId> kept;
    world.host.dialer.end_others = [&](const std::string&, wire::ConnectionId id) { kept.push_back(id); };
    world.host.dialer.want(there);
    Session& first = world.connect();
    world.wait(first, 1s);
    Session& second = world.connect();
    second.receive(test::hello_frame({.version = "19", .client_id = "Ethereum(py)/0.5"}), world.clock.now);
    CHECK(second.phase() == Phase::ready);
    CHECK(kept == std::vector<wire::ConnectionId>{second.id()});
    const auto dials = world.host.dials.delays.size();
    world.closed_by_them(first);
    CHECK(world.host.dials.delays.size() == dials);
    CHECK_FALSE(world.host.dialer.still_wanted(there)); // the third one was under way
    // Next time its version is known, and said when it is silent again.
    world.closed_by_them(second);
    CHECK(world.host.dials.delays.size() == dials + 1);
    Session& again = world.connect();
    world.wait(again, 1s);
    CHECK(world.said(again) == "19");
}

TEST_CASE("dialer: only what means another version leads to another guess") {
    struct Row {
        const char* last_word; // empty: a plain close
        bool next;
    };
    for (const Row& row :
         {Row{"", true}, Row{"c20102", true}, Row{"c20106", true}, Row{"c20107", true}, Row{"c20104", false},
          Row{"c20105", false}, Row{"c20108", false}, Row{"c20180", false}, Row{"c20103", false}}) {
        CAPTURE(row.last_word);
        DialerOptions options;
        options.side_by_side = 1;
        World world(options);
        world.host.dialer.want(there);
        Session& session = world.connect();
        world.wait(session, 1s);
        world.closed_by_them(session, row.last_word);
        REQUIRE(world.host.dials.delays.size() == 2);
        CHECK((world.host.dials.delays[1] < 1s) == row.next);
    }
}

TEST_CASE("dialer: a peer that is full is not hammered, before or after our hello") {
    for (const bool spoken : {false, true}) {
        World world;
        world.host.dialer.want(there);
        std::chrono::milliseconds elapsed{0};
        int connections = 0;
        for (std::size_t i = 0; i < world.host.dials.delays.size() && elapsed < 40s; ++i) {
            elapsed += world.host.dials.delays[i];
            Session& session = world.connect();
            ++connections;
            if (spoken) { session.receive(test::hello_frame(), world.clock.now); }
            world.closed_by_them(session, "c20104");
        }
        CHECK(connections <= 5);
    }
}

TEST_CASE("dialer: the list of guesses is not given up while a version is left") {
    DialerOptions options;
    options.side_by_side = 1;
    World world(options);
    world.host.dialer.want(there);
    std::set<std::string_view> heard;
    for (std::size_t i = 0; i < guesses(Direction::outbound).size(); ++i) {
        Session& session = world.connect();
        world.wait(session, 1s);
        heard.insert(world.said(session));
        // Silence to the end is no answer to a version, and does not start the list anew either.
        if (i == 3) {
            world.wait(session, 20s);
            CHECK(session.ended());
        }
        world.closed_by_them(session);
    }
    CHECK(heard.size() == guesses(Direction::outbound).size());
}

TEST_CASE("dialer: the chain that we have is the best guess") {
    World world({}, [](const wire::Profile& row) { return row.chain_version() == 15; });
    world.host.dialer.want(there);
    Session& session = world.connect();
    world.wait(session, 1s);
    CHECK(world.said(session) == "15");
}

TEST_CASE("dialer: what somebody who dials us has refused is not said again, address by address") {
    World world;
    std::set<std::string_view> heard;
    for (int i = 0; i < 5; ++i) {
        Session& session = world.connect(Direction::inbound, "192.0.2.7:4000");
        world.wait(session, 6900ms); // Java may need 6.4 s
        CHECK(world.said(session) == "nothing");
        world.wait(session, 100ms);
        heard.insert(world.said(session));
        world.closed_by_them(session, "c20102");
    }
    CHECK(heard.size() == 5);
    Session& other = world.connect(Direction::inbound, "192.0.2.8:4000");
    world.wait(other, 7s);
    CHECK(world.said(other) == "p2p2/eth36");
}

TEST_CASE("dialer: what one that dials us and waits has said is what it hears when it dials again") {
    World world;
    Session& first = world.connect(Direction::inbound, "192.0.2.7:4000");
    world.wait(first, 7s);
    CHECK(world.said(first) == "p2p2/eth36");
    first.receive(test::hello_frame({.version = "15"}), world.clock.now);
    world.closed_by_them(first);
    Session& second = world.connect(Direction::inbound, "192.0.2.7:4001");
    world.wait(second, 7s);
    CHECK(world.said(second) == "15");
    world.closed_by_them(second); // it was another one
    Session& third = world.connect(Direction::inbound, "192.0.2.7:4002");
    world.wait(third, 7s);
    CHECK(world.said(third) == "p2p2/eth36");
}

TEST_CASE("dialer: ourselves are not dialled again") {
    World world;
    world.host.dialer.want(there);
    Session& session = world.connect();
    world.host.rest.refusal = wire::reason::already_connected;
    session.receive(test::hello_frame(), world.clock.now);
    session.receive_eof(world.clock.now);
    world.host.dialer.gone(session, true);
    CHECK(world.host.dials.delays.size() == 1);
    CHECK(world.host.rest.events.has("connect_failed"));
    CHECK_FALSE(world.host.dialer.still_wanted(there));
}

TEST_CASE("dialer: pauses grow, differ from seed to seed, and start anew after a connection that lasted") {
    std::set<std::int64_t> firsts;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        DialerOptions options;
        options.seed = seed;
        World world(options);
        world.host.dialer.want(there);
        world.host.dialer.failed(there);
        firsts.insert(world.host.dials.delays.back().count());
        for (int i = 0; i < 12; ++i) {
            world.host.dialer.failed(there);
            CHECK(world.host.dials.delays.back() <= 375s);
        }
        CHECK(world.host.dials.delays.back() >= 225s);
        Session& session = world.connect();
        session.receive(test::hello_frame(), world.clock.now);
        world.wait(session, 61s);
        session.receive(test::framed("c102"), world.clock.now);
        world.closed_by_them(session);
        CHECK(world.host.dials.delays.back() <= 2500ms);
    }
    CHECK(firsts.size() > 10);
}

TEST_CASE("dialer: a node that is connected in another way is left alone and looked at again") {
    World world;
    bool connected = false;
    world.host.dialer.is_connected = [&](BytesView) { return connected; };
    world.host.dialer.want(there);
    Session& session = world.connect();
    session.receive(test::hello_frame(), world.clock.now);
    world.closed_by_them(session);
    const auto dials = world.host.dials.delays.size();
    connected = true; // it has dialled us
    CHECK_FALSE(world.host.dialer.still_wanted(there));
    CHECK(world.host.dials.delays.size() == dials + 1);
    CHECK(world.host.dials.delays.back() >= 10s);
    connected = false;
    CHECK(world.host.dialer.still_wanted(there));
}
