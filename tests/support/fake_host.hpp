// FakeHost: the house around a Session, without a house: it says what the test wants and writes down what it is told.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "peer/session.hpp"

namespace ethpoc::test {

/// Time stands still until somebody moves it.
struct FakeClock {
    peer::Time now{std::chrono::hours(1)};
    void advance(std::chrono::milliseconds by) { now += by; }
};

/// "GetChain 2 256", "Blocks 1", ... in the order in which they were called.
class RecordedChain final : public wire::ChainPort {
  public:
    std::vector<std::string> calls{};

    void add_transactions(wire::ConnectionId, const wire::Transactions& m) override;
    void add_blocks(wire::ConnectionId, const wire::Blocks& m) override;
    void add_new_block(wire::ConnectionId, const wire::NewBlock& m) override;
    void add_block_hashes(wire::ConnectionId, const wire::BlockHashes& m) override;
    void not_in_chain(wire::ConnectionId, const wire::NotInChain& m) override;
    void request_chain(wire::ConnectionId, const wire::GetChain& m) override;
    void request_block_hashes(wire::ConnectionId, const wire::GetBlockHashes& m) override;
    void request_blocks(wire::ConnectionId, const wire::GetBlocks& m) override;
    void request_transactions(wire::ConnectionId) override;
};

/// What an observer is told: "in Ping", "out Pong", "hello 12", "malformed frame.bad_token 0 4 frame", "shed Blocks".
class RecordedEvents final : public peer::ObserverOf<RecordedEvents> {
  public:
    std::vector<std::string> events{};
    std::size_t count(std::string_view beginning) const;
    bool has(std::string_view beginning) const { return count(beginning) > 0; }

    void on(const peer::event::Connected& event);
    void on(const peer::event::Connecting& event);
    void on(const peer::event::ConnectFailed& event);
    void on(const peer::event::Hello& event);
    void on(const peer::event::Message& event);
    void on(const peer::event::Disconnected& event);
    void on(const peer::event::Malformed& event);
    void on(const peer::event::Tolerated& event);
    void on(const peer::event::Retry& event);
    void on(const peer::event::Block& event);
    void on(const peer::event::Latency& event);
    void on(const peer::event::Imported& event);
    void on(const peer::event::Reorganised& event);
    void on(const peer::event::Synced& event);
    void on(const peer::event::Transaction&);
    void on(const peer::event::Shed& event);
    void on(const peer::event::Delayed& event);
    void on(const peer::event::StoreFailed& event);
};

class FakeHost final : public peer::SessionHost {
  public:
    const wire::Profile* version = wire::find_profile("12");
    bool fixed = false;
    wire::HelloOut hello{};
    std::optional<wire::Reason> refusal{};
    std::vector<wire::PeerEntry> known{};
    std::vector<std::uint16_t> learned_ports{};
    unsigned ready_calls = 0;
    bool full = false;
    RecordedChain recorded{};
    RecordedEvents events{};

    FakeHost();
    FakeHost(const FakeHost&) = delete;
    FakeHost& operator=(const FakeHost&) = delete;
    Guess guess(const peer::Session&) override { return {version, fixed, fixed}; }
    wire::HelloOut our_hello(const peer::Session&, const wire::Profile&) override { return hello; }
    std::optional<wire::Reason> refuse(const peer::Session&, const wire::Greeting&) override { return refusal; }
    void ready(peer::Session&) override { ++ready_calls; }
    wire::Status our_status(const peer::Session& session) override;
    std::vector<wire::PeerEntry> known_peers(const peer::Session&) override { return known; }
    void learn_peer(const peer::Session&, const wire::PeerEntry& entry) override;
    wire::ChainPort& chain(peer::Time) override { return recorded; }
    bool chain_full(const peer::Session&) const override { return full; }
    const peer::Observers& observers() const override { return observers_; }

  private:
    peer::Observers observers_{&events};
};

} // namespace ethpoc::test
