// Learner: which blocks a target has: its head, the 31 below it, and the bytes of the two newest. Asked once, on the
// control connection, in the way of the version:
//
//   GetChain [genesis, 256] -> Blocks, newest first; again from the newest, until there are no more
//   GetBlockHashes [head, 256] -> hashes down from the head that its Hello or Status named; GetBlocks of the two newest
//
// No I/O and no clock. Inside of this room only.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "chain/genesis.hpp"
#include "conform/facts.hpp"
#include "conform/heard.hpp"

namespace ethpoc::conform {

/// Asks one question after the other and writes the answers into the facts.
class Learner {
  public:
    /// `facts` outlives it.
    explicit Learner(Facts& facts) : facts_(facts) {}

    /// What is heard before the questions: Hello, Status, and the target's own GetChain.
    void note(const HeardMessage& message);
    /// The first question, framed; empty: there is nothing to ask.
    Bytes begin();
    /// What came behind the question. The next one, framed; empty: it was no answer, or nothing more is to be asked.
    Bytes answer(const HeardMessage& message);
    bool done() const noexcept { return done_; }
    /// No answer came in time: what was not learned stays unknown.
    void give_up();

  private:
    struct Block {
        Hash256 hash{};
        Bytes rlp{};
    };

    Bytes ask_from(const Hash256& hash);
    Bytes take_blocks(const std::vector<Bytes>& blocks);
    bool climb(const std::vector<Bytes>& oldest_first);
    Bytes take_hashes(const std::vector<Hash256>& hashes);
    void take_fetched(const std::vector<Bytes>& blocks);
    void finish_climb();

    Facts& facts_;
    std::vector<chain::GenesisCandidate> candidates_{}; // that were not tried yet, the next one last
    std::deque<Block> newest_{};                        // of the climb, oldest first
    std::vector<Hash256> their_question_{};
    Hash256 from_{};
    std::size_t rounds_ = 0;
    bool asked_hashes_ = false;
    bool asked_blocks_ = false;
    bool done_ = false;
};

} // namespace ethpoc::conform
