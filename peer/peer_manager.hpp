// PeerManager: the peers that we know, those that we are connected to, and what each of them gets. The host of all
// sessions; no sockets here either: it asks a Transport to dial and to flush, and time comes in.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "peer/address_book.hpp"
#include "peer/dialer.hpp"
#include "peer/observer.hpp"
#include "peer/session.hpp"
#include "sync/manager.hpp"
#include "sync/proxy.hpp"

namespace ethpoc::peer {

struct PeerManagerOptions {
    DialerOptions dialer{}; // its `protocol` is that of accepted connections too
    std::string client_id = "ethpoc";
    NodeId node_id{};
    std::uint16_t listen_port = 30303; // said in Hello; never below 256 (spec QUIRKS 0.4)
    U256 network_id{};
    std::size_t max_peers = 25;
    std::size_t peers_per_address = 8; // accepted connections from one IP address
    std::size_t address_book = 4096;
    bool discover = false; // dial addresses that peers tell of
};

class PeerManager final : public SessionHost, public DriverOwner {
  public:
    /// All references outlive the manager; so does `budget`, without which nothing that peers make us hold is counted.
    PeerManager(PeerManagerOptions options, const SessionOptions& sessions, const sync::ChainManager& heads,
                sync::ChainProxy& chain, const Observers& observers, Transport& transport,
                sync::Budget* budget = nullptr);

    /// The port that Hello says, once it is known.
    void set_listen_port(std::uint16_t port) noexcept { options_.listen_port = port; }
    /// A peer to stay connected to.
    void want(const std::string& endpoint) { dialer_.want(endpoint); }

    // ---- DriverOwner: the driver of each connection is a Session
    bool has_room(const std::string& endpoint = {}) const override;
    void turned_away(const std::string& endpoint) override;
    std::unique_ptr<Driver> connected(wire::ConnectionId id, Direction direction, std::string endpoint) override;
    void closed(wire::ConnectionId id) override;
    bool still_wanted(const std::string& endpoint) override { return dialer_.still_wanted(endpoint); }
    void dial_failed(const std::string& endpoint, std::string_view why) override;

    /// A session that somebody else owns, whose host this is: it lives until remove().
    void add(Session& session);
    /// It has ended.
    void remove(const Session& session);
    /// What the chain thread wants done.
    void carry_out(sync::Action action);
    /// Says Disconnect to everybody.
    void end_all(wire::Reason flat_reason, std::string_view why);
    void dial_discovered();
    /// Tells event::Queues.
    void tell_queues() const;

    std::size_t connections() const noexcept { return sessions_.size(); }
    std::size_t ready_peers() const noexcept { return ready_; }
    const AddressBook& book() const noexcept { return book_; }

    // ---- SessionHost
    Guess guess(const Session& session) override { return dialer_.guess(session); }
    void spoke_first(const Session& session) override { dialer_.spoke_first(session); }
    wire::HelloOut our_hello(const Session& session, const wire::Profile& profile) override;
    std::optional<wire::Reason> refuse(const Session& session, const wire::Greeting& greeting) override;
    void ready(Session& session) override;
    wire::Status our_status(const Session& session) override;
    std::vector<wire::PeerEntry> known_peers(const Session& session) override;
    void learn_peer(const Session& session, const wire::PeerEntry& entry) override;
    wire::ChainPort& chain(Time arrived) override {
        chain_.arriving(arrived);
        return chain_;
    }
    bool chain_full(const Session& session) const override { return chain_.full(session.id()); }
    const Observers& observers() const override { return observers_; }

  private:
    void carry_out(sync::action::Send& action);
    void carry_out(sync::action::Relay& action);
    void carry_out(sync::action::Drop& action);
    void carry_out(sync::action::Stored& action);
    void carry_out(sync::action::Imported& action);
    void carry_out(sync::action::Reorg& action);
    void carry_out(sync::action::Synced& action);
    void carry_out(sync::action::TransactionSeen& action);
    void carry_out(sync::action::Rejected& action);
    void carry_out(sync::action::Mined& action);
    void carry_out(sync::action::Idle& action);
    void carry_out(sync::action::StateUnknown& action);
    void carry_out(sync::action::Failed& action);

    void end_others(const std::string& endpoint, wire::ConnectionId except);
    std::optional<wire::Reason> settle_duplicate(const Session& session);
    sync::PeerTraits traits_of(const Session& session) const;
    Session* connected_as(BytesView node_id, const Session* except) const;
    Session* find(wire::ConnectionId id) const;
    PeerRef ref(wire::ConnectionId id) const;

    PeerManagerOptions options_;
    const SessionOptions& session_options_;
    const sync::ChainManager& heads_;
    sync::ChainProxy& chain_;
    const Observers& observers_;
    Transport& transport_;
    sync::Budget* budget_;
    AddressBook book_;
    std::unordered_map<wire::ConnectionId, Session*> sessions_{};
    std::unordered_map<std::string, std::size_t> per_address_{}; // accepted connections by host
    Dialer dialer_;
    std::deque<std::pair<wire::ConnectionId, std::string>>
        gone_{}; // names of connections that ended lately, for late events
    std::size_t ready_ = 0;
};

} // namespace ethpoc::peer
