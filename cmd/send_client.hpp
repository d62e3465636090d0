// SendClient: a session with nothing behind it: it says Hello, sends what it is told, and hears. No chain, no other
// peers; what is asked of it is not answered, but Ping.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "chain/genesis.hpp"
#include "peer/driver_loop.hpp"
#include "peer/session.hpp"
#include "show/dissect.hpp"

namespace ethpoc::cmd {

struct SendOptions {
    std::string endpoint{};                  // HOST:PORT
    const wire::Profile* protocol = nullptr; // nullptr: found out
    std::optional<chain::Genesis> genesis{}; // nothing: theirs where they say it, else that of the version
    wire::HelloOut hello{};                  // but for hashes and difficulty
    peer::SessionOptions session{};
};

class SendClient final : public peer::DriverOwner, public peer::SessionHost {
  public:
    /// Both outlive it; observers are told what the session tells, and Connecting, ConnectFailed and Retry.
    SendClient(SendOptions options, peer::DriverLoop& loop, const peer::Observers& observers);

    /// Hello (and Status) went both ways; called once, in the loop.
    std::function<void()> on_ready = [] {};
    /// Nothing is connected, and nothing will be.
    std::function<void()> on_over = [] {};

    void dial();
    /// Bytes of one write; as they are. After on_ready.
    void send(Bytes bytes);
    /// Says Disconnect; on_over() comes when it has gone.
    void leave();

    bool unreachable() const noexcept { return unreachable_; }
    /// After on_ready.
    show::Speech speech() const { return speech_; }

    // ---- peer::DriverOwner
    bool has_room(const std::string& /*endpoint*/) override { return true; }
    void turned_away(const std::string& /*endpoint*/) override {}
    std::unique_ptr<peer::Driver> connected(wire::ConnectionId id, peer::Direction direction,
                                            std::string endpoint) override;
    void closed(wire::ConnectionId id) override;
    bool still_wanted(const std::string& /*endpoint*/) override { return !leaving_; }
    void dial_failed(const std::string& endpoint, std::string_view why) override;

    // ---- peer::SessionHost
    Guess guess(const peer::Session& session) override;
    wire::HelloOut our_hello(const peer::Session& session, const wire::Profile& profile) override;
    std::optional<wire::Reason> refuse(const peer::Session& /*session*/, const wire::Greeting& /*greeting*/) override {
        return {};
    }
    void ready(peer::Session& session) override;
    wire::Status our_status(const peer::Session& session) override;
    std::vector<wire::PeerEntry> known_peers(const peer::Session& /*session*/) override { return {}; }
    void learn_peer(const peer::Session& /*session*/, const wire::PeerEntry& /*entry*/) override {}
    wire::ChainPort& chain(peer::Time arrived) override;
    bool chain_full(const peer::Session& /*session*/) const override { return false; }
    const peer::Observers& observers() const override { return observers_; }

  private:
    const wire::Profile* next_guess(const peer::Session& session) const;
    Hash256 genesis_of(const peer::Session& session, const wire::Profile& profile) const;

    SendOptions options_;
    peer::DriverLoop& loop_;
    const peer::Observers& observers_;
    peer::Session* session_ = nullptr; // the loop's
    const wire::Profile* guess_ = nullptr;
    std::vector<const wire::Profile*> said_{}; // versions that were tried
    show::Speech speech_{};
    bool was_ready_ = false;
    bool leaving_ = false;
    bool unreachable_ = false;
};

} // namespace ethpoc::cmd
