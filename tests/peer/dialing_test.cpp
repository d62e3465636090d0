// Whom we dial, with which version, and when again: against a transport that writes down what it is asked.
#include "peer/dialing.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <doctest/doctest.h>

#include "tests/support/session_bench.hpp"

using namespace ethpoc;
using namespace ethpoc::peer;
using namespace std::chrono_literals;

namespace {

struct Dials final : Transport {
    std::vector<std::chrono::milliseconds> delays{};
    void flush(wire::ConnectionId) override {}
    void dial(const std::string&, std::chrono::milliseconds delay) override { delays.push_back(delay); }
};

/// A host that hands on to a Dialing, as PeerManager does.
struct Host final : SessionHost {
    test::FakeHost rest{};
    Dials dials{};
    Dialing dialing;
    explicit Host(DialingOptions options = {}, Dialing::HasChain has_chain = {}) :
        dialing(options, dials, rest.events, std::move(has_chain)) {}

    Guess guess(const Session& session) override { return dialing.guess(session); }
    void spoke_first(const Session& session) override { dialing.spoke_first(session); }
    wire::HelloOut our_hello(const Session& s, const wire::Profile& p) override { return rest.our_hello(s, p); }
    std::optional<std::uint32_t> refuse(const Session&, const wire::Greeting&) override { return rest.refusal; }
    void ready(Session& session) override { dialing.ready(session); }
    wire::Status our_status(const Session& session) override { return rest.our_status(session); }
    std::vector<wire::PeerEntry> known_peers(const Session&) override { return {}; }
    void learn_peer(const Session&, const wire::PeerEntry&) override {}
    wire::ChainPort& chain() override { return rest.recorded; }
    bool chain_full(const Session&) const override { return false; }
    Observer& observer() override { return rest.events; }
};

constexpr const char* there = "192.0.2.1:30303";

struct World {
    Host host;
    SessionOptions options{};
    test::FakeClock clock{};
    std::vector<std::unique_ptr<Session>> sessions{};

    explicit World(DialingOptions dialing = {}, Dialing::HasChain has_chain = {}) :
        host(dialing, std::move(has_chain)) {}

    Session& connect(Direction direction = Direction::outbound, const char* endpoint = there) {
        sessions.push_back(std::make_unique<Session>(host, options, sessions.size() + 1, direction, endpoint));
        sessions.back()->start(clock.now);
        return *sessions.back();
    }
    std::string_view said(const Session& session) const {
        return session.said_hello() ? session.profile()->name : std::string_view("nothing");
    }
    void wait(Session& session, std::chrono::milliseconds time) {
        clock.advance(time);
        session.tick(clock.now);
    }
    void closed_by_them(Session& session, std::string_view last_word = {}) {
        if (!last_word.empty()) { session.receive(test::framed(last_word), clock.now); }
        if (!session.ended()) { session.receive_eof(clock.now); }
        host.dialing.gone(session, false);
    }
};

/// Dials as it is asked to and lets `peer(session)` act on each open connection, every 20 ms until it returns false.
struct Street {
    World& world;
    std::vector<Session*> open{};
    std::vector<Time> due{};
    std::size_t seen = 0;
    int connections = 0;

    explicit Street(World& all) : world(all) {
        world.host.dialing.end_others = [this](const std::string&, wire::ConnectionId except) {
            for (Session* const each : std::vector<Session*>{open}) {
                if (each->id() == except) { continue; }
                each->end(8, "another was right");
                close(*each);
            }
        };
        world.host.dialing.want(there);
    }
    void close(Session& session, std::string_view last_word = {}) {
        std::erase(open, &session);
        world.closed_by_them(session, last_word);
    }
    void dial() {
        for (; seen < world.host.dials.delays.size(); ++seen) {
            due.push_back(world.clock.now + world.host.dials.delays[seen]);
        }
        for (const Time at : std::exchange(due, {})) {
            if (at > world.clock.now) {
                due.push_back(at);
            } else if (world.host.dialing.still_wanted(there)) {
                open.push_back(&world.connect());
                ++connections;
            }
        }
    }
    template <class Peer>
    void live(std::chrono::milliseconds time, Peer peer) {
        for (const Time begin = world.clock.now; world.clock.now < begin + time; world.clock.advance(20ms)) {
            dial();
            for (Session* const each : std::vector<Session*>{open}) {
                if (std::ranges::find(open, each) == open.end()) { continue; }
                each->tick(world.clock.now);
                if (!peer(*each)) { return; }
            }
        }
    }
};

/// A peer that lets us in, says its words (once it has heard some, if it `listens`) and closes.
struct Door {
    bool listens;
    const char* version;   // of its Hello; empty: none
    const char* last_word; // a payload; empty: a plain close
};

/// How many connections it gets in so many seconds.
int connections_of(const Door& door, std::chrono::seconds seconds, std::uint64_t seed) {
    DialingOptions options;
    options.seed = seed;
    World world(options);
    Street street(world);
    street.live(seconds, [&](Session& session) {
        if (door.listens && !session.said_hello()) { return true; }
        if (*door.version != 0) { session.receive(test::hello_frame({.version = door.version}), world.clock.now); }
        street.close(session, door.last_word);
        return true;
    });
    return street.connections;
}

/// A client that waits for our Hello: a version that is not its own it refuses by closing, after a while.
struct Waiting {
    const char* version;
    std::chrono::milliseconds refuses;
    std::chrono::milliseconds answers;
};

/// How long it takes until it has said its Hello; 60 s when it does not.
std::chrono::milliseconds time_to_hello(const Waiting& client, const Dialing::HasChain& has_chain) {
    World world({}, has_chain);
    Street street(world);
    std::map<const Session*, Time> spoken;
    const Time begin = world.clock.now;
    std::chrono::milliseconds took = 60s;
    street.live(60s, [&](Session& session) {
        if (!session.said_hello()) { return true; }
        const auto since = world.clock.now - spoken.try_emplace(&session, world.clock.now).first->second;
        const bool right = world.said(session) == client.version;
        if (right && since >= client.answers) {
            took = std::chrono::duration_cast<std::chrono::milliseconds>(world.clock.now - begin);
            return false;
        }
        if (!right && since >= client.refuses) { street.close(session); }
        return true;
    });
    return took;
}

} // namespace

TEST_CASE("dialing: who lets us in and closes is not hammered, whatever it says before") {
    for (const bool listens : {false, true}) {
        for (const char* const version : {"", "12", "19", "28", "p2p2/eth49"}) {
            for (const char* const last_word : {"", "c20104", "c20105", "c20102", "c20180", "c102"}) {
                for (std::uint64_t seed = 1; seed <= 8; ++seed) {
                    CAPTURE(listens);
                    CAPTURE(version);
                    CAPTURE(last_word);
                    const Door door{listens, version, last_word};
                    // Who closes at our Hello without one of its own may mean the version: each is said to it once.
                    const bool guessing = listens && *version == 0;
                    const int most = guessing ? static_cast<int>(guesses(Direction::outbound).size()) + 1 : 8;
                    CHECK(connections_of(door, 40s, seed) <= most);
                    CHECK(connections_of(door, 40s, seed) >= 2);
                }
            }
        }
    }
}

TEST_CASE("dialing: one connection until it proves to wait for us, then three side by side") {
    World world;
    world.host.dialing.want(there);
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
    CHECK(world.said(third) == "15");
    world.closed_by_them(first);
    CHECK(world.host.dials.delays.size() == 4);
    CHECK(world.said(world.connect()) == "17");
}

TEST_CASE("dialing: when one of them is right the others are ended and nobody is dialled in their place") {
    World world;
    std::vector<wire::ConnectionId> kept;
    world.host.dialing.end_others = [&](const std::string&, wire::ConnectionId id) { kept.push_back(id); };
    world.host.dialing.want(there);
    Session& first = world.connect();
    world.wait(first, 1s);
    Session& second = world.connect();
    second.receive(test::hello_frame({.version = "19", .client_id = "Ethereum(py)/0.5"}), world.clock.now);
    CHECK(second.phase() == Phase::ready);
    CHECK(kept == std::vector<wire::ConnectionId>{second.id()});
    const auto dials = world.host.dials.delays.size();
    world.closed_by_them(first);
    CHECK(world.host.dials.delays.size() == dials);
    CHECK_FALSE(world.host.dialing.still_wanted(there)); // the third one was under way
    // Next time its version is known, and said when it is silent again.
    world.closed_by_them(second);
    CHECK(world.host.dials.delays.size() == dials + 1);
    Session& again = world.connect();
    world.wait(again, 1s);
    CHECK(world.said(again) == "19");
}

TEST_CASE("dialing: only what means another version leads to another guess") {
    struct Row {
        const char* last_word; // empty: a plain close
        bool next;
    };
    for (const Row& row :
         {Row{"", true}, Row{"c20102", true}, Row{"c20106", true}, Row{"c20107", true}, Row{"c20104", false},
          Row{"c20105", false}, Row{"c20108", false}, Row{"c20180", false}, Row{"c20103", false}}) {
        CAPTURE(row.last_word);
        DialingOptions options;
        options.side_by_side = 1;
        World world(options);
        world.host.dialing.want(there);
        Session& session = world.connect();
        world.wait(session, 1s);
        world.closed_by_them(session, row.last_word);
        REQUIRE(world.host.dials.delays.size() == 2);
        CHECK((world.host.dials.delays[1] < 1s) == row.next);
    }
}

TEST_CASE("dialing: a peer that is full is not hammered, before or after our hello") {
    for (const bool spoken : {false, true}) {
        World world;
        world.host.dialing.want(there);
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

TEST_CASE("dialing: the list of guesses is not given up while a version is left") {
    DialingOptions options;
    options.side_by_side = 1;
    World world(options);
    world.host.dialing.want(there);
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

TEST_CASE("dialing: the chain that we have is the best guess") {
    World world({}, [](const wire::Profile& row) { return row.chain_version() == 33; });
    world.host.dialing.want(there);
    Session& session = world.connect();
    world.wait(session, 1s);
    CHECK(world.said(session) == "p2p0/eth33");
}

TEST_CASE("dialing: slow clients that wait for us are reached within 8 s, whatever chain we have") {
    // spec CLIENTS 3: what refuses and answers slowly, each at its slowest, and two that refuse at once.
    const auto clients = std::to_array<Waiting>({{"11", 3s, 3s},
                                                 {"12", 3s, 3s},
                                                 {"15", 3s, 3s},
                                                 {"17", 3s, 3s},
                                                 {"19", 3s, 3s},
                                                 {"p2p0/eth33", 3s, 2s},
                                                 {"23", 2500ms, 500ms},
                                                 {"9", 2100ms, 200ms},
                                                 {"p2p2/eth38", 100ms, 500ms},
                                                 {"p2p2/eth36", 100ms, 500ms}});
    for (const Waiting& client : clients) {
        CAPTURE(client.version);
        CHECK(time_to_hello(client, {}) <= 8s);
        for (const char* const stored : {"5", "28", "p2p2/eth49", "p2p3/eth54", client.version}) {
            CAPTURE(stored);
            const wire::Profile* const chain = wire::find_profile(stored);
            CHECK(time_to_hello(client, [&](const wire::Profile& row) { return &row == chain; }) <= 8s);
        }
    }
}

TEST_CASE("dialing: a retry names the version that is said next") {
    World world;
    Street street(world);
    std::vector<std::string_view> said;
    street.live(20s, [&](Session& session) {
        if (!session.said_hello()) { return true; }
        said.push_back(world.said(session));
        street.close(session);
        return true;
    });
    // The first three have been said before anybody is told of a retry.
    REQUIRE(said.size() > 9);
    std::size_t told = 0;
    for (const std::string& event : world.host.rest.events.events) {
        if (!event.starts_with("retry ") || 3 + told >= said.size()) { continue; }
        CHECK(event == "retry " + std::string(said[3 + told++]));
    }
    CHECK(told + 3 >= said.size());
}

TEST_CASE("dialing: what somebody who dials us has refused is not said again, address by address") {
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

TEST_CASE("dialing: ourselves are not dialled again") {
    World world;
    world.host.dialing.want(there);
    Session& session = world.connect();
    world.host.rest.refusal = 0x05;
    session.receive(test::hello_frame(), world.clock.now);
    session.receive_eof(world.clock.now);
    world.host.dialing.gone(session, true);
    CHECK(world.host.dials.delays.size() == 1);
    CHECK(world.host.rest.events.has("connect_failed"));
    CHECK_FALSE(world.host.dialing.still_wanted(there));
}

TEST_CASE("dialing: pauses grow, differ from seed to seed, and start anew after a connection that lasted") {
    std::set<std::int64_t> firsts;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        DialingOptions options;
        options.seed = seed;
        World world(options);
        world.host.dialing.want(there);
        world.host.dialing.failed(there);
        firsts.insert(world.host.dials.delays.back().count());
        for (int i = 0; i < 12; ++i) {
            world.host.dialing.failed(there);
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

TEST_CASE("dialing: a node that is connected in another way is left alone and looked at again") {
    World world;
    bool connected = false;
    world.host.dialing.is_connected = [&](BytesView) { return connected; };
    world.host.dialing.want(there);
    Session& session = world.connect();
    session.receive(test::hello_frame(), world.clock.now);
    world.closed_by_them(session);
    const auto dials = world.host.dials.delays.size();
    connected = true; // it has dialled us
    CHECK_FALSE(world.host.dialing.still_wanted(there));
    CHECK(world.host.dials.delays.size() == dials + 1);
    CHECK(world.host.dials.delays.back() >= 10s);
    connected = false;
    CHECK(world.host.dialing.still_wanted(there));
}
