// SideBudget: how many bytes of the store side chains may have that cost their sender little work. Which blocks are
// counted, Blockchain decides (blockchain_sides.cpp). When the budget is full a counted block finds room where another
// one leaves: always a leaf, of the branch with the least work,
//
//   1. of a connection that is gone, or of an earlier run of the program;
//   2. of the connection that has most, be it its own: with n senders each so keeps an nth part, however much one sends
//      and however often;
//
// and if there is none, since its own branch is all that its connection has and nobody has more, it is refused. A whole
// branch belongs to the connection that began it, so nobody makes it larger, or holds it, for somebody else.
#pragma once

#include <map>
#include <vector>

#include "chain/shares.hpp"
#include "chain/store.hpp"

namespace ethpoc::chain {

/// Counts and chooses; the rows themselves are in the store.
class SideBudget {
  public:
    static constexpr std::uint64_t usual_bytes = 64u << 20;
    /// What a block counts beside its bytes: its record, its place in the index, and its row among those counted.
    static constexpr std::uint64_t block_cost = 256;

    /// `store` outlives it; open() comes first.
    explicit SideBudget(Store& store) : store_(store) {}
    /// The number of the chain in the store.
    void open(std::int64_t chain) noexcept { chain_ = chain; }
    /// Bytes of all counted blocks, block_cost of each included.
    void set_limit(std::uint64_t bytes) noexcept { limit_ = bytes; }

    /// A block that is to be stored.
    struct Offer {
        const BlockRecord& parent;
        std::uint64_t size = 0; // of its RLP
        Shares::Source from = Shares::gone;
    };
    /// What make_room() has done.
    struct Room {
        bool found = true;           // false: it is not stored
        std::size_t of_own = 0;      // blocks of the same owner that left for it
        std::vector<Hash256> gone{}; // all that left
    };
    /// Removes blocks from the store until `offer` fits, or says that it cannot. Errors: chain.store_*.
    Result<Room> make_room(const Offer& offer);
    /// It was stored.
    Result<void> add(const BlockRecord& block, const Offer& offer);
    /// The block is one of those that count.
    bool counts(const BlockRecord& block);
    /// A block above it that is not counted was stored, since it became the heaviest.
    Result<void> carries(const BlockRecord& parent);
    /// They are on the way to the head now.
    Result<void> joined(const std::vector<BlockRecord>& path);

    /// A connection has ended.
    void leave(Shares::Source from);
    /// The transaction was undone.
    void rolled_back() noexcept { loaded_ = false; }
    /// Of all that is counted.
    std::uint64_t bytes();

  private:
    struct Live {
        Shares::Source source = Shares::gone;
        std::uint64_t bytes = 0;
    };
    void load();
    std::uint64_t owner_of(const Offer& offer);
    std::uint64_t& bytes_of(std::uint64_t owner);
    std::optional<SideLeaf> victim(std::uint64_t owner, const Offer& offer, std::uint64_t* of);

    Store& store_;
    std::int64_t chain_ = 0;
    std::uint64_t limit_ = usual_bytes;
    bool loaded_ = false;
    std::uint64_t bytes_ = 0;
    std::uint64_t next_ = 1;
    std::map<std::uint64_t, std::uint64_t> gone_{}; // bytes by owner
    std::map<std::uint64_t, Live> live_{};          // by owner; at most one for each connection
};

} // namespace ethpoc::chain
