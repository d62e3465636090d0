// SideTable: which blocks of side chains are counted against the budget of their chain (side_budget.hpp), as the store
// keeps it. A counted block never has a child that is not counted, unless that child is on the way to the head.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "rlp/bytes.hpp"
#include "rlp/error.hpp"

namespace ethpoc::chain {

struct BlockRecord;

/// Who a counted block belongs to, a number of SideBudget's, and how much it counts.
struct SideShare {
    std::uint64_t owner = 0;
    std::uint64_t bytes = 0;
};

/// A counted block on which no other stands.
struct SideLeaf {
    std::int64_t row = 0;
    Hash256 hash{};
    U256 total_difficulty{};
    std::uint64_t bytes = 0; // that it counts
};

/// What is written belongs to the transaction at hand. `chain` is ChainRow::id, rows are BlockRecord::row.
class SideTable {
  public:
    virtual ~SideTable() = default;

    /// Counts a block that was put; `parent` is the row of its parent.
    virtual Result<void> add_side(std::int64_t chain, const BlockRecord& block, std::int64_t parent,
                                  SideShare share) = 0;
    /// A child that is not counted stands on this one, which is no leaf from now on. Nothing when it is not counted.
    virtual Result<void> add_side_child(std::int64_t parent) = 0;
    /// It is on the way to the head now, and not counted any more.
    virtual Result<void> drop_side(std::int64_t row) = 0;
    /// Forgets the block, and that it was counted.
    virtual Result<void> forget_side(std::int64_t chain, const SideLeaf& leaf) = 0;

    /// What a block counts; nothing when it does not.
    virtual std::optional<SideShare> side_share(std::int64_t row) = 0;
    /// The leaf of this owner, other than `except`, with the lowest total difficulty.
    virtual std::optional<SideLeaf> least_side(std::int64_t chain, std::uint64_t owner, std::int64_t except) = 0;
    /// All that each owner has, in the order of their numbers. Looks at every counted block.
    virtual std::vector<SideShare> side_shares(std::int64_t chain) = 0;
};

} // namespace ethpoc::chain
