// HubBench: one ChainHub with a chain that was mined in the test, peers that exist as numbers, and a clock that the
// test moves. What the hub wants done is read as text.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "chain/hub.hpp"
#include "tests/support/mini_chain.hpp"

namespace ethpoc::test {

struct HubBench {
    explicit HubBench(unsigned version = 11, const chain::HubOptions& options = {});

    /// Connects peer `id`. `protocol` is a row's name.
    void up(wire::ConnectionId id, std::string_view protocol = "11", chain::PeerTraits traits = {});
    void down(wire::ConnectionId id) { hub->peer_down(id, now); }
    void give(wire::ConnectionId from, chain::CommandBody body);
    void wait(std::chrono::seconds time);

    /// Puts blocks into the hub's own chain.
    void own(const std::vector<MinedBlock>& oldest_first);
    /// Blocks as GetChain is answered.
    void newest_first(wire::ConnectionId from, const std::vector<MinedBlock>& oldest_first);
    void oldest_first(wire::ConnectionId from, const std::vector<MinedBlock>& blocks);
    void transactions(wire::ConnectionId from, const std::vector<Bytes>& items);

    /// What the hub wants done since the last call, one a line: "1 GetChain 2" is a message of two items beside its id
    /// (and its count) for peer 1; "imported 3 5" three blocks, head 5; "synced 5"; "reorg 2"; "rejected CODE"; ...
    std::vector<std::string> told();
    /// Only what goes to this peer.
    std::vector<std::string> told(wire::ConnectionId to);
    /// Payload of the last message of this type that told() has seen.
    Bytes last(wire::MessageType type) const;

    std::uint64_t head() const { return hub->chain().head().number; }

    MiniChain mini;
    chain::NetworkProxy out;
    chain::HeadBoard board{};
    std::unique_ptr<chain::Store> store{};
    std::unique_ptr<chain::ChainHub> hub{};
    chain::Time now{std::chrono::hours(1)};

  private:
    std::string describe(const chain::Action& action);
    std::string describe_frame(wire::ConnectionId to, wire::MessageType type, const Bytes& frame);
    std::vector<std::pair<wire::MessageType, Bytes>> sent_{};
};

/// The hashes in a payload, those of 32 bytes.
std::vector<Hash256> hashes_in(BytesView payload);
/// Slices of a chain.
std::vector<MinedBlock> part(const std::vector<MinedBlock>& blocks, std::size_t from, std::size_t count);

} // namespace ethpoc::test
