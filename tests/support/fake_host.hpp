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
class RecordedEvents final : public peer::Observer {
  public:
    std::vector<std::string> events{};
    std::size_t count(std::string_view beginning) const;
    bool has(std::string_view beginning) const { return count(beginning) > 0; }

    void connected(const peer::PeerRef& peer) override;
    void connecting(std::string_view endpoint) override;
    void connect_failed(std::string_view endpoint, std::string_view why) override;
    void hello(const peer::PeerRef&, const peer::HelloInfo& info) override;
    void message(const peer::PeerRef&, const peer::MessageInfo& message) override;
    void disconnected(const peer::PeerRef&, const peer::EndInfo& end) override;
    void malformed(const peer::PeerRef&, const Error& error, BytesView) override;
    void tolerated(const peer::PeerRef&, const Error& error) override;
    void retry(const peer::PeerRef&, std::string_view protocol, std::string_view why) override;
    void imported(const peer::PeerRef&, std::size_t blocks, const peer::HeadRef& head) override;
    void reorganised(const peer::HeadRef&, const peer::HeadRef&, std::uint64_t depth) override;
    void synced(const peer::PeerRef&, const peer::HeadRef& head) override;
    void transaction(const peer::PeerRef&, const Hash256&, const std::optional<Address>&) override;
    void shed(const peer::PeerRef&, wire::MessageType type) override;
    void failed(const Error& error) override;
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
    Guess guess(const peer::Session&) override { return {version, fixed, fixed}; }
    wire::HelloOut our_hello(const peer::Session&, const wire::Profile&) override { return hello; }
    std::optional<wire::Reason> refuse(const peer::Session&, const wire::Greeting&) override { return refusal; }
    void ready(peer::Session&) override { ++ready_calls; }
    wire::Status our_status(const peer::Session& session) override;
    std::vector<wire::PeerEntry> known_peers(const peer::Session&) override { return known; }
    void learn_peer(const peer::Session&, const wire::PeerEntry& entry) override;
    wire::ChainPort& chain() override { return recorded; }
    bool chain_full(const peer::Session&) const override { return full; }
    peer::Observer& observer() override { return events; }
};

} // namespace ethpoc::test
