// House: a peer manager without sockets: sessions that the test feeds, a transport that writes down what it is asked.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "peer/peer_manager.hpp"
#include "tests/support/session_bench.hpp"

namespace ethpoc::test {

class FakeTransport final : public peer::Transport {
  public:
    std::vector<std::pair<std::string, std::chrono::milliseconds>> dialled{};
    peer::Time time{};
    void flush(wire::ConnectionId) override {}
    peer::Time now() const override { return time; }
    void dial(peer::DriverOwner&, const std::string& endpoint, std::chrono::milliseconds delay) override {
        dialled.emplace_back(endpoint, delay);
    }
};

inline peer::PeerManagerOptions usual() {
    peer::PeerManagerOptions options;
    options.node_id.bytes.fill(0x11);
    options.max_peers = 2;
    options.accept_pause = {}; // the time of the transport stands still
    return options;
}

struct House {
    sync::NetworkProxy from_chain{1u << 20, [] {}};
    sync::ChainProxy to_chain{1u << 20};
    sync::ChainManager heads{{}, to_chain, from_chain};
    RecordedEvents events{};
    peer::Observers observers{&events};
    FakeTransport transport{};
    peer::SessionOptions options{};
    peer::PeerManager manager;
    FakeClock clock{};
    std::vector<std::unique_ptr<peer::Session>> sessions{};

    explicit House(peer::PeerManagerOptions manager_options = usual()) :
        manager(std::move(manager_options), options, heads, to_chain, observers, transport) {}

    peer::Session& connect(const std::string& endpoint, peer::Direction direction = peer::Direction::inbound) {
        const auto id = sessions.size() + 1;
        sessions.push_back(std::make_unique<peer::Session>(manager, options, id, direction, endpoint));
        manager.add(*sessions.back());
        sessions.back()->start(clock.now);
        return *sessions.back();
    }
    peer::Session& greet(const std::string& endpoint, const TheirHello& hello,
                         peer::Direction direction = peer::Direction::inbound) {
        peer::Session& session = connect(endpoint, direction);
        session.receive(hello_frame(hello), clock.now);
        return session;
    }
    /// Closes as the network does.
    void close(peer::Session& session) {
        if (!session.ended()) { session.receive_eof(clock.now); }
        manager.remove(session);
    }
    /// Dials `endpoint` again and again with a peer that closes at our Hello; the versions that it hears, until it is
    /// left alone for a while.
    std::vector<std::string> versions_said(const std::string& endpoint, std::string_view first_word) {
        std::vector<std::string> said;
        manager.want(endpoint);
        for (std::size_t i = 0;
             i < transport.dialled.size() && i < 100 && transport.dialled[i].second < std::chrono::seconds(1); ++i) {
            if (!manager.still_wanted(endpoint)) { continue; }
            peer::Session& session = connect(endpoint, peer::Direction::outbound);
            if (!first_word.empty()) { session.receive(framed(first_word), clock.now); }
            clock.advance(std::chrono::seconds(1));
            session.tick(clock.now);
            said.emplace_back(session.profile()->name);
            close(session);
        }
        return said;
    }
};

} // namespace ethpoc::test
