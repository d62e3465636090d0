// How blocks are fetched, one class for each way of the wire. They move Member::phase and send requests through the
// hub.
#pragma once

#include "sync/hub.hpp"

namespace ethpoc::sync {

/// Linear.
inline bool contains(const std::vector<Hash256>& hashes, const Hash256& hash) {
    return std::ranges::find(hashes, hash) != hashes.end();
}

/// GetChain / NotInChain, protocols 0..26. We name our past newest first (a locator, so one round finds the fork
/// point); the other side sends what follows, newest first; we go on from its newest block until an empty Blocks (spec
/// WIRE 5.6, 5.7).
class ChainSync {
  public:
    /// Sends the first question: our past.
    static void begin(ChainHub& hub, Member& member, Time now);
    /// True when it was the answer to our question rather than an announcement or an echo.
    static bool is_answer(const Member& member, const Received& received);
    /// The blocks of an answer were imported, or part of them: goes on, or ends.
    static void receive(ChainHub& hub, Member& member, const Received& received, Time now);
    /// The peer knows `hash` not; only of the last hash that we named this ends the question.
    static void not_in_chain(ChainHub& hub, Member& member, const Hash256& hash, Time now);

  private:
    static void ask(ChainHub& hub, Member& member, std::vector<Hash256> newest_first, Time now);
};

/// GetBlockHashes / GetBlocks, protocol 27 on. Hashes are fetched from the peer's best block down to one that we have,
/// then the blocks, oldest first (spec WIRE 6, 8).
class HashSync {
  public:
    /// Goes on where it was left, or asks for hashes down from the peer's best block.
    static void begin(ChainHub& hub, Member& member, Time now);
    /// True when it was the answer to our GetBlocks.
    static bool is_answer(const Member& member, const Received& received);
    /// The blocks of an answer were imported, or part of them: asks for the next ones.
    static void receive(ChainHub& hub, Member& member, const Received& received, Time now);
    /// Hashes came: asks for more of them, or begins with the blocks.
    static void hashes(ChainHub& hub, Member& member, const std::vector<Hash256>& hashes, Time now);

  private:
    static void ask_hashes(ChainHub& hub, Member& member, Time now);
    static void start(ChainHub& hub, Member& member, Time now);
    static void drop_fetched(ChainHub& hub, Member& member);
    static void ask_blocks(ChainHub& hub, Member& member, Time now);
};

} // namespace ethpoc::sync
