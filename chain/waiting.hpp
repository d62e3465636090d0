// WaitingBlocks: good-looking blocks whose parent nobody has seen yet. Bounded; the oldest leave first.
#pragma once

#include <list>
#include <map>
#include <vector>

#include "rlp/bytes.hpp"

namespace ethpoc::chain {

class WaitingBlocks {
  public:
    explicit WaitingBlocks(std::size_t max_bytes = 16u << 20, std::size_t max_blocks = 4096) :
        max_bytes_(max_bytes), max_blocks_(max_blocks) {}

    /// Copies the block. Does nothing when it waits already or is larger than the whole pool.
    void add(const Hash256& hash, const Hash256& parent, BytesView rlp);
    /// Those that wait for `parent`, oldest first. They are no longer here afterwards.
    std::vector<Bytes> take_children(const Hash256& parent);

    bool contains(const Hash256& hash) const { return by_hash_.contains(hash); }
    std::size_t size() const noexcept { return blocks_.size(); }
    std::size_t bytes() const noexcept { return bytes_; }

  private:
    struct Waiting {
        Hash256 hash;
        Hash256 parent;
        Bytes rlp;
    };
    using Place = std::list<Waiting>::iterator;
    void drop(Place place);

    std::size_t max_bytes_;
    std::size_t max_blocks_;
    std::size_t bytes_ = 0;
    std::list<Waiting> blocks_{}; // oldest first
    // Ordered, not hashed: a peer chooses the parents that its blocks name.
    std::map<Hash256, Place> by_hash_{};
    std::multimap<Hash256, Place> by_parent_{};
};

} // namespace ethpoc::chain
