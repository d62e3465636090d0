// Blockchain: one chain above its genesis. Verifies blocks, stores them, and keeps the branch of the highest total
// difficulty.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "chain/block.hpp"
#include "chain/genesis.hpp"
#include "chain/rules.hpp"
#include "chain/store.hpp"

namespace ethpoc::chain {

enum class Verdict : std::uint8_t {
    imported,       // new and good
    known,          // was there before
    unknown_parent, // kept aside (bounded) until its parent comes
    invalid,        // Import::error says why
};

struct Import {
    Verdict verdict = Verdict::known;
    Hash256 hash{};
    std::optional<Error> error{};
};

/// How the head moved during one batch.
struct HeadChange {
    BlockRecord from{};
    BlockRecord to{};
    std::uint64_t reorg_depth = 0; // blocks that lost their place; 0: the chain only grew
    std::vector<Hash256> left{};   // those blocks, newest first
};

struct BatchResult {
    std::vector<Import> blocks{}; // in the order given
    std::size_t imported = 0;     // also counts waiting blocks whose parent came with this batch
    std::optional<HeadChange> head{};
    std::optional<Error> store_error{};
};

/// Not thread-safe; the chain thread owns it.
class Blockchain {
  public:
    /// Opens or makes the chain of `genesis` in `store`, which must outlive it.
    static Result<std::unique_ptr<Blockchain>> open(Store& store, const Genesis& genesis, const Rules& rules);

    const Rules& rules() const noexcept { return rules_; }
    const Genesis& genesis() const noexcept { return genesis_; }
    const BlockRecord& head() const noexcept { return head_; }
    std::uint64_t size(); // stored blocks, side chains and genesis included

    /// Verifies and stores `blocks` (whole block RLPs) in the order given, oldest first, in one durable commit. Blocks
    /// whose parent is unknown wait in a bounded pool. Never throws for bad blocks; one bad block does not spoil the
    /// others.
    BatchResult import(std::span<const BytesView> blocks, std::uint64_t now_seconds);

    bool contains(const Hash256& hash);
    std::optional<BlockRecord> find(const Hash256& hash);
    std::optional<BlockRecord> canonical(std::uint64_t number);
    bool is_canonical(const BlockRecord& record);
    std::optional<Bytes> rlp(const Hash256& hash);
    /// Total difficulty as this chain's clients announce it (Go's starts at 0, spec CHAIN 6).
    Number announced_total_difficulty() const;

    /// `hash` and its ancestors, newest first, at most `limit`.
    std::vector<Hash256> ancestors(const Hash256& hash, std::size_t limit);
    /// Newest first: the head, then ever larger steps back, genesis last; at most `limit` hashes. A peer that has any
    /// of our past finds a common block in one request.
    std::vector<Hash256> locator(std::size_t limit = 32);

    /// Re-checks everything from block `from` to the head. The first fault, or nothing. `progress` is called now and
    /// then with the block number.
    std::optional<std::pair<BlockRecord, Error>> verify(std::uint64_t from,
                                                        const std::function<void(std::uint64_t)>& progress = {});

  private:
    Blockchain(Store& store, Genesis genesis, const Rules& rules);
    Store& store_;
    Genesis genesis_;
    const Rules& rules_;
    BlockRecord head_{};
    // Left to the author of blockchain.cpp: cache of recent records, pool of waiting blocks (bounded in bytes).
};

} // namespace ethpoc::chain
