// DialerBench: a Dialer with sessions and a clock that the test moves, and a street of peers that act on each
// connection.
#pragma once

#include <algorithm>
#include <utility>

#include "peer/dialer.hpp"
#include "tests/support/session_bench.hpp"

namespace ethpoc::test {

using namespace peer;
using namespace std::chrono_literals;

struct Dials {
    std::vector<std::chrono::milliseconds> delays{};
};

/// A host that hands on to a Dialer, as PeerManager does.
struct Host final : SessionHost {
    FakeHost rest{};
    Dials dials{};
    Dialer dialer;
    explicit Host(DialerOptions options = {}, Dialer::HasChain has_chain = {}) :
        dialer(
            options, [this](const std::string&, auto delay) { dials.delays.push_back(delay); }, rest.observers(),
            std::move(has_chain)) {}

    Guess guess(const Session& session) override { return dialer.guess(session); }
    void spoke_first(const Session& session) override { dialer.spoke_first(session); }
    wire::HelloOut our_hello(const Session& s, const wire::Profile& p) override { return rest.our_hello(s, p); }
    std::optional<wire::Reason> refuse(const Session&, const wire::Greeting&) override { return rest.refusal; }
    void ready(Session& session) override { dialer.ready(session); }
    wire::Status our_status(const Session& session) override { return rest.our_status(session); }
    std::vector<wire::PeerEntry> known_peers(const Session&) override { return {}; }
    void learn_peer(const Session&, const wire::PeerEntry&) override {}
    wire::ChainPort& chain(peer::Time now) override { return rest.chain(now); }
    bool chain_full(const Session&) const override { return false; }
    const Observers& observers() const override { return rest.observers(); }
};

inline constexpr const char* there = "192.0.2.1:30303";

struct World {
    Host host;
    SessionOptions options{};
    FakeClock clock{};
    std::vector<std::unique_ptr<Session>> sessions{};

    explicit World(DialerOptions settings = {}, Dialer::HasChain has_chain = {}) :
        host(settings, std::move(has_chain)) {}

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
        if (!last_word.empty()) { session.receive(framed(last_word), clock.now); }
        if (!session.ended()) { session.receive_eof(clock.now); }
        host.dialer.gone(session, false);
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
        world.host.dialer.end_others = [this](const std::string&, wire::ConnectionId except) {
            for (Session* const each : std::vector<Session*>{open}) {
                if (each->id() == except) { continue; }
                each->end(wire::reason::client_quitting, "another was right");
                close(*each);
            }
        };
        world.host.dialer.want(there);
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
            } else if (world.host.dialer.still_wanted(there)) {
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

} // namespace ethpoc::test
