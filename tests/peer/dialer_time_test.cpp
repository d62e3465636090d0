// How long it takes until a peer is met, and how often it is dialled: whole meetings, in a time that the test moves.
#include <map>

#include <doctest/doctest.h>

#include "tests/support/dialer_bench.hpp"

using namespace ethpoc;
using namespace ethpoc::peer;
using namespace ethpoc::test;
using namespace std::chrono_literals;

namespace {

/// A peer that lets us in, says its words (once it has heard some, if it `listens`) and closes.
struct Door {
    bool listens;
    const char* version;   // of its Hello; empty: none
    const char* last_word; // a payload; empty: a plain close
};

/// How many connections it gets in so many seconds.
int connections_of(const Door& door, std::chrono::seconds seconds, std::uint64_t seed) {
    DialerOptions options;
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
std::chrono::milliseconds time_to_hello(const Waiting& client, const Dialer::HasChain& has_chain) {
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

TEST_CASE("dialer: who lets us in and closes is not hammered, whatever it says before") {
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

TEST_CASE("dialer: slow clients that wait for us are reached within 8 s, whatever chain we have") {
    // spec CLIENTS 3: what refuses and answers slowly, each at its slowest, and two that refuse at once.
    const auto clients = std::to_array<Waiting>({{"11", 3s, 500ms},
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

TEST_CASE("dialer: no version of p2p is said to one that may be py-poc5") {
    for (const char* const stored : {"none", "15", "23", "28", "p2p0/eth33", "p2p2/eth49"}) {
        CAPTURE(stored);
        const wire::Profile* const chain = wire::find_profile(stored);
        World world({}, [&](const wire::Profile& row) { return &row == chain; });
        Street street(world);
        std::set<std::string_view> said;
        street.live(20s, [&](Session& session) {
            if (!session.said_hello()) { return true; }
            if (session.profile()->family == wire::Family::p2p) { return false; }
            said.insert(world.said(session));
            street.close(session);
            return true;
        });
        CHECK(said.contains("23"));
    }
}

TEST_CASE("dialer: a retry names the version that is said next") {
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
