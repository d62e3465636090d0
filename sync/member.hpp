// Member: one peer as the chain sees it: what it can do, what we asked it, what it has.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

#include "chain/keccak.hpp"
#include "chain/rules.hpp"
#include "sync/proxy.hpp"

namespace ethpoc::sync {

/// What we are waiting for from a peer.
enum class SyncPhase : std::uint8_t {
    idle,         // nothing asked
    queued,       // waits until it is asked
    asked_chain,  // GetChain is out
    asked_hashes, // GetBlockHashes is out
    asked_blocks, // GetBlocks is out
    synced,       // we have all that it offers
    given_up,     // asked in vain too often; it is still told of new blocks
    foreign,      // it has another genesis
};

/// What a peer is known to have: the last few hashes that it has sent us or was sent. It need not be told of them
/// again. A ring that grows only as it is used; of each hash the first word, so that asking a thousand peers stays
/// cheap.
class Inventory {
  public:
    /// `most`: hashes that are remembered; an older one is written over.
    explicit Inventory(std::uint32_t most) : most_(most) {}

    /// Does nothing when it is there.
    void add(const Hash256& hash) {
        if (contains(hash)) { return; }
        if (ring_.size() < most_) {
            ring_.push_back(chain::first_word(hash));
        } else {
            ring_[next_] = chain::first_word(hash);
            next_ = (next_ + 1) % most_;
        }
    }
    /// By the first eight bytes of the hash: two hashes may rarely be taken for one.
    bool contains(const Hash256& hash) const {
        return std::ranges::find(ring_, chain::first_word(hash)) != ring_.end();
    }

  private:
    std::vector<std::uint64_t> ring_{};
    std::uint32_t most_;
    std::uint32_t next_ = 0;
};

/// What came in one Blocks message, imported by now.
struct Received {
    std::size_t count = 0;
    Hash256 oldest{};
    Hash256 newest{};
    Hash256 oldest_parent{}; // zero when `oldest` is not in our chain
    bool of_asked = false;   // one of them is among Member::asked
    std::size_t imported = 0;
    bool moved_head = false;
    std::size_t without_parent = 0;
    std::size_t invalid = 0;
};

/// How far the command at hand has come: what takes long is carried out in slices.
struct Unfinished {
    bool begun = false;
    const void* of = nullptr;        // the bytes of the command, to know it again
    std::size_t at = 0;              // its items, or bytes, that are done
    std::size_t left = 0;            // items that are not
    std::size_t invalid = 0;         // transactions
    std::vector<BytesView> blocks{}; // oldest first; they lie in the command
    bool newest_first = false;       // they came in the other order
    BytesView head{};                // the one of them that became our head last; none: empty
    Hash256 head_hash{};             // ... and its hash
    Received received{};

    /// True when this is another command than the one that is not finished, which is forgotten then.
    bool start(const void* command) {
        if (begun && of == command) { return false; }
        *this = {};
        begun = true;
        of = command;
        return true;
    }
};

/// A peer of a hub, from peer_up() to peer_down().
struct Member {
    ConnectionId id = 0;
    PeerTraits traits;
    Unfinished work;

    SyncPhase phase = SyncPhase::idle;
    Time asked_at{};                // the last question, or the last slice of its answer that brought something
    Time begun_at{};                // its turn began
    Time progress_at{};             // a block of it was imported, in this turn
    bool progress = false;          // there was one
    Time not_before{};              // its next turn
    unsigned fruitless = 0;         // answers in a row that brought nothing
    std::vector<Hash256> asked;     // the hashes of the last GetChain, or of the last GetBlocks
    std::uint64_t highest_seen = 0; // number of the highest block that it has answered with
    std::vector<Hash256> wanted;    // hash sync: blocks to fetch, newest first; fetched from the back
    bool wanted_linked = false;     // ... down to one that follows ours, as far as it says
    std::size_t hashed = 0;         // hashes that it gave since hashes_since
    Time hashes_since{};
    Hash256 announced_synced{};       // the head at which Synced was last told
    Hash256 told_head{};              // the head that it was last told of
    Hash256 left_out_of{};            // the head of which it was not told at once (hub_fanout.cpp)
    std::uint32_t times_left_out = 0; // heads in a row
    bool lacks_transactions = false;  // it was not told of one at once

    Inventory known{16}; // blocks
    Inventory known_transactions{64};
    std::uint64_t transactions_served = 0; // cursor into the pool: GetTransactions goes on there
    chain::TransactionLayout layout{};     // of its transactions: one genesis may serve protocols with different ones

    // What it is known to have, and when it is told more (hub_lagging.cpp).
    Hash256 position{};                      // the highest block of our branch, as of then; zero: not known
    Hash256 side{};                          // a block of another branch; zero: none
    Hash256 echoed{};                        // a lone block that it sent though we have told it higher ones
    Time hold_until{};                       // Quirks::asks_on: its question is awaited, no Blocks before
    Time wake_at = Time::max();              // then it is told what it lacks
    std::uint64_t fetched = 0;               // blocks above `position` that it was given for its GetBlocks
    std::uint64_t fetched_to = 0;            // number of the highest one
    std::optional<command::GetChain> held{}; // Quirks::ask_first: its question, while ours is open
    bool heard = false;                      // ... which has been answered, or will not be
    Hash256 denied{};                        // said NotInChain of this, having sent it

    /// After Blocks with something new it asks for more.
    bool asks_on() const noexcept { return traits.quirks.asks_on || traits.quirks.ask_first; }
    /// It syncs by hashes (protocol 27 on), not by GetChain.
    bool by_hashes() const noexcept {
        return traits.profile->sync == wire::SyncStyle::hashes ||
               traits.profile->sync == wire::SyncStyle::hashes_limit_first;
    }
    /// A question of ours to it is open.
    bool asking() const noexcept {
        return phase == SyncPhase::asked_chain || phase == SyncPhase::asked_hashes || phase == SyncPhase::asked_blocks;
    }
};

} // namespace ethpoc::sync
