// Blockchain: one chain above its genesis. Verifies blocks, stores them, and keeps the branch of the highest total
// difficulty.
#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "chain/block.hpp"
#include "chain/genesis.hpp"
#include "chain/orphan_pool.hpp"
#include "chain/record_cache.hpp"
#include "chain/rules.hpp"
#include "chain/side_budget.hpp"
#include "chain/state_book.hpp"
#include "chain/store.hpp"
#include "chain/verify.hpp"
#include "chain/work.hpp"

namespace ethpoc::chain {

/// What became of a block that was handed in.
enum class Verdict : std::uint8_t {
    imported,       // new and good
    known,          // was there before
    unknown_parent, // kept aside (bounded) until its parent comes, unless it is cheap
    refused,        // good, but of a side chain that cost little work, and there is no room for it: Import::error
    invalid,        // Import::error says why
};

/// What became of one block of a batch.
struct Import {
    Verdict verdict = Verdict::known;
    Hash256 hash{};
    std::optional<Error> error{};
};

/// How the head moved during one batch.
struct HeadChange {
    BlockRecord from{};
    BlockRecord to{};
    // Both empty: the chain only grew.
    std::vector<Hash256> left{};   // blocks that lost their place, newest first
    std::vector<Hash256> joined{}; // those that took it, oldest first; the last one is `to`
};

/// One block that was stored, with its bytes.
struct StoredBlock {
    BlockRecord record{};
    Bytes rlp{};
};

/// What one call of import() did.
struct BatchResult {
    std::vector<Import> blocks{}; // in the order given
    std::size_t imported = 0;     // also counts orphans whose parent came with this batch
    std::optional<HeadChange> head{};
    std::size_t useless = 0; // blocks of side chains that cost their sender little, and found or lost their room
    std::vector<StoredBlock> stored{};  // all that `imported` counts, parents first; empty unless keep_stored(true)
    std::optional<Error> store_error{}; // then nothing of the batch was kept: imported is 0, head has not moved
};

/// What the import of a block of this size takes at most on a machine of today: the fixed part is hashes and the store,
/// and what is beyond a bare block is transactions, whose senders cost most. For cutting work into slices.
constexpr std::chrono::nanoseconds import_cost(std::size_t bytes) noexcept {
    constexpr std::size_t bare = 768;
    return std::chrono::nanoseconds(20'000 + (bytes > bare ? bytes - bare : 0) * 400);
}
/// What one slice may cost.
inline constexpr std::chrono::nanoseconds import_slice = std::chrono::milliseconds(8);

/// Whether the accounts of a chain are replayed and its state roots checked.
enum class StateCheck : bool { off, on };

/// How far the state of the chain to the head is checked.
struct StateStatus {
    std::uint64_t checked_to = 0;  // number of a block; 0 also when nothing could be checked
    std::optional<StateGap> gap{}; // from there on nobody here knows it
    /// "checked to #12, unknown from #13 because transaction 0 of block 13 creates a contract".
    std::string text() const;
};

/// How far Blockchain::verify_while() came.
struct Verified {
    std::optional<std::pair<BlockRecord, Error>> fault{}; // the first
    BlockRecord last{};   // up to it all is right; the block below `from` when none was looked at
    bool stopped = false; // as the caller wished
    Bytes state{};        // after `last`, for the call that goes on; empty unless stopped, and where it is not known
};

/// Not thread-safe; the chain thread owns it.
class Blockchain : private Ancestry {
  public:
    /// Opens or makes the chain of `genesis` in `store`, which must outlive it.
    static Result<std::unique_ptr<Blockchain>> open(Store& store, const Genesis& genesis, const Rules& rules,
                                                    StateCheck state = StateCheck::on);

    const Rules& rules() const noexcept { return rules_; }
    const Genesis& genesis() const noexcept { return genesis_; }
    const BlockRecord& head() const noexcept { return head_; }
    std::uint64_t size(); // stored blocks, side chains and genesis included

    /// Verifies and stores `blocks` (whole block RLPs) in the order given, oldest first, in one durable commit. Blocks
    /// whose parent is unknown wait in a bounded pool, also over a restart. Never throws for bad blocks; one bad block
    /// does not spoil the others. `from`: the connection that sent them, for its share of those that wait.
    BatchResult import(std::span<const BytesView> blocks, std::uint64_t now_seconds,
                       Shares::Source from = Shares::gone);
    /// More orphans waited for the blocks of the last import() than one slice takes; the next import() goes on, also
    /// with no blocks at all.
    bool adopting() const noexcept { return !adoptable_.empty(); }
    /// Whether BatchResult::stored is filled; off at first, since it copies every block.
    void keep_stored(bool keep) noexcept { keep_stored_ = keep; }
    /// A connection has ended.
    void leave(Shares::Source from) {
        orphans_.leave(from);
        sides_.leave(from);
    }
    /// How large the store may become, in bytes; 0: no limit.
    void limit_store(std::uint64_t bytes) { store_.set_limit(bytes); }
    /// How many bytes of it cheap side chains may have (side_budget.hpp).
    void limit_sides(std::uint64_t bytes) { sides_.set_limit(bytes); }
    std::uint64_t side_bytes() { return sides_.bytes(); } // that they have
    /// The line between blocks that are kept and those that are not, or within bounds: less than this part of the work
    /// that our head took.
    static constexpr unsigned cheap_part = 16;
    /// A block of this difficulty took less than a sixteenth (cheap_part) of the work of our head.
    bool is_cheap(const U256& difficulty) const noexcept;

    /// The block is stored, on any branch.
    bool contains(const Hash256& hash);
    /// Of any branch; nothing: not stored.
    std::optional<BlockRecord> find(const Hash256& hash);
    /// The block of this height on our branch; nothing above the head.
    std::optional<BlockRecord> canonical(std::uint64_t number);
    /// It is on our branch.
    bool is_canonical(const BlockRecord& record);
    /// The bytes of a stored block, a copy; nothing: not stored.
    std::optional<Bytes> rlp(const Hash256& hash);
    /// The RLP of canonical blocks from height `first` up, at most `count`, until `take` says false. The bytes may go
    /// away after the call of `take`.
    void canonical_rlp(std::uint64_t first, std::uint64_t count, const std::function<bool(BytesView)>& take) {
        store_.canonical_rlp(chain_, first, count, take);
    }
    /// The head's total difficulty as a client of `of_peer` counts it (Go's starts at 0, spec CHAIN 6): what a peer
    /// hears depends on the peer, not on who opened the chain.
    U256 announced_total_difficulty(const Rules& of_peer) const;
    /// By the rules of this chain.
    U256 announced_total_difficulty() const { return announced_total_difficulty(rules_); }
    const U256& genesis_difficulty() const noexcept { return genesis_difficulty_; }

    /// `hash` and its ancestors, newest first, at most `limit`. Fewer when `hash` is on a side chain of more than
    /// max_side_steps blocks: its ancestors are looked up one by one.
    static constexpr std::size_t max_side_steps = 256;
    /// Empty when `hash` is not stored.
    std::vector<Hash256> ancestors(const Hash256& hash, std::size_t limit);
    /// Newest first: the head, then ever larger steps back, genesis last; at most `limit` hashes. A peer that has any
    /// of our past finds a common block in one request.
    std::vector<Hash256> locator(std::size_t limit = 32);

    /// The block in bytes that the store gave for `record`. Errors: chain.bad_hash when they are those of no block or
    /// of another one. Points into `bytes`.
    Result<Block> decode_stored(const BlockRecord& record, BytesView bytes) const;

    /// Nothing when it is not checked (StateCheck::off). Replays what was not replayed in this run, from the state that
    /// the store keeps or from the genesis.
    std::optional<StateStatus> state();
    /// The account at the head; nothing when the state is not known there.
    std::optional<Account> account(BytesView address);

    /// The account after a block of our chain; std::nullopt inside: there is none with this address. Replays as state()
    /// does.
    std::expected<std::optional<Account>, StateGap> account_at(const BlockRecord& record, BytesView address);
    /// Called now and then while blocks are replayed, with the number of the last one; false: it ends, and the state is
    /// unknown.
    void on_replay(std::function<bool(std::uint64_t)> go_on) { on_replay_ = std::move(go_on); }

    /// Re-checks everything from block `from` to the head, the state too where it is known; nothing when `from` is
    /// above it. The first fault, or nothing.
    std::optional<std::pair<BlockRecord, Error>> verify(std::uint64_t from);
    /// The same for as long as `go_on`, called now and then with the number of the next block, says true. `kept_state`:
    /// Verified::state of a call that ended below `from`; where it does not fit, the state is replayed.
    Verified verify_while(std::uint64_t from, const std::function<bool(std::uint64_t)>& go_on,
                          BytesView kept_state = {});

    /// Every stored block, as Store::walk() gives them.
    void walk(const std::function<bool(const BlockRecord&, BytesView)>& take) { store_.walk(chain_, take); }
    /// For a chain that another process writes: reads the head again. How it has moved, if it has. What is read then
    /// belongs together inside Store::read_together().
    std::optional<HeadChange> follow();

    /// The block above the head that a miner with these transactions can make; uncles are blocks that were imported in
    /// this run and are not on our chain. Errors: chain.cannot_mine, also where the accounts at the head are not known.
    Result<Work> work(std::span<const WaitingTransaction> transactions, const MinerChoice& choice);

    /// While it lives, many reads lock the store's file once instead of each on its own. Not around import().
    class Reading {
      public:
        /// `chain` outlives it.
        explicit Reading(Blockchain& chain) : store_(chain.store_) { store_.begin(); }
        ~Reading() {
            if (!store_.commit()) { store_.rollback(); }
        }
        Reading(const Reading&) = delete;
        Reading& operator=(const Reading&) = delete;

      private:
        Store& store_;
    };

    std::size_t orphans() const noexcept { return orphans_.size(); } // blocks whose parent is unknown

  private:
    struct Batch {
        BatchResult result{};
        BlockRecord best{};                 // the heaviest block, the head included
        std::vector<BlockRecord> growth{};  // blocks in a row above the old head
        std::chrono::nanoseconds adopted{}; // what those cost that had been orphans
    };

    Blockchain(Store& store, Genesis genesis, const Rules& rules, StateCheck state);
    Result<void> load();
    void import_some(std::span<const BytesView> blocks, std::uint64_t now_seconds, Shares::Source from, Batch& batch);
    /// `block`: what `bytes` were decoded to; an error is taken out of it.
    Import import_one(BytesView bytes, Result<Block>& block, std::uint64_t now_seconds, Shares::Source from,
                      Batch& batch);
    /// A block whose parent is there. The rest of the rules, then the store.
    Import accept(const Candidate& candidate, const BlockRecord& parent, Shares::Source from, Batch& batch);
    Result<bool> put_heaviest(BlockRecord& record, const BlockRecord& parent, BytesView bytes, const Batch& batch);
    bool counts(const BlockRecord& record, const BlockRecord& parent);
    Result<bool> put_side(BlockRecord& record, const BlockRecord& parent, BytesView bytes, Shares::Source from,
                          Batch& batch);
    std::optional<BlockRecord> parent_of(const Block& block, const Batch& batch);
    void finish(Batch& batch);
    Result<void> move_head(Batch& batch);
    /// From above the newest canonical ancestor up to `to`, oldest first.
    std::vector<BlockRecord> branch_to(const BlockRecord& to, BlockRecord& ancestor);
    /// Why the store gave nothing: its own reason, or `sentence` (chain.store_damaged).
    Error unread(std::string sentence) const;
    std::optional<Error> verify_one(const BlockRecord& parent, const BlockRecord& record, StateAfter& state);

    // blockchain_orphans.cpp
    void adopt_orphans(Batch& batch);
    /// Those whose parent is there: the store forgot it, or the program ended before they were taken.
    void find_adoptable();
    Result<void> keep_orphans();
    void load_orphans();

    // blockchain_state.cpp
    /// What came with the genesis goes into the store, or comes from there.
    Result<void> keep_premine();
    /// That of the genesis; a gap from there on when the state is not checked.
    const StateAfter& genesis_state();
    Fault check_state(const Candidate& candidate, const BlockRecord& record,
                      std::span<const SignedTransaction> transactions, bool heaviest);
    std::optional<Error> refusal(const Hash256& block, const Hash256& parent);
    std::expected<StateAfter, Error> state_at(const BlockRecord& record);
    StateAfter canonical_state(const BlockRecord& record);
    std::optional<KeptState> trusted_state(BytesView bytes, std::uint64_t at_most);
    std::expected<StateAfter, Error> replay(const StateAfter& before, std::uint64_t number, BytesView bytes);
    Result<void> keep_state(const BlockRecord& head);

    std::optional<BlockRecord> ancestor(const Hash256& hash) override { return find(hash); }
    std::optional<Bytes> ancestor_rlp(const Hash256& hash) override { return rlp(hash); }

    Store& store_;
    Genesis genesis_;
    const Rules& rules_;
    bool keep_stored_ = false;
    std::int64_t chain_ = 0; // ChainRow::id
    BlockRecord head_{};
    U256 genesis_difficulty_{};
    RecordCache cache_{};
    OrphanPool orphans_{};
    SideBudget sides_{store_};
    std::vector<Hash256> adoptable_{}; // imported, and blocks wait for them

    // blockchain_work.cpp: blocks that may become uncles, the newest last
    void note_sibling(const BlockRecord& record);
    std::deque<BlockRecord> siblings_{};

    StateCheck check_state_;
    std::optional<StateAfter> genesis_state_{};
    StateBook states_{};
    bool head_replayed_ = false;
    std::function<bool(std::uint64_t)> on_replay_{};
    std::uint64_t unkept_ = 0; // what starting anew would have to replay, about: blocks and transactions
};

} // namespace ethpoc::chain
