#include "chain/orphan_pool.hpp"

#include <algorithm>

namespace ethpoc::chain {

void OrphanPool::add(const Hash256& hash, const Hash256& parent, BytesView rlp, Shares::Source from) {
    if (rlp.size() > max_bytes_ || contains(hash)) { return; }
    while (blocks_.size() >= max_blocks_ || bytes_ + rlp.size() > max_bytes_) {
        take(shares_.victim());
    }
    // A share is of bytes and of places: many small blocks are no less than few large ones.
    const std::size_t weight = std::max(rlp.size(), max_bytes_ / max_blocks_);
    const Entry entry = next_++;
    blocks_.emplace(entry, Orphan{hash, parent, Bytes(rlp.begin(), rlp.end()), from, weight});
    by_hash_.emplace(hash, entry);
    by_parent_.emplace(parent, entry);
    shares_.add(from, entry, weight);
    bytes_ += rlp.size();
}

std::optional<Bytes> OrphanPool::take_child(const Hash256& parent) {
    const auto at = by_parent_.lower_bound({parent, 0});
    if (at == by_parent_.end() || at->first != parent) { return std::nullopt; }
    return take(at->second);
}

bool OrphanPool::has_child(const Hash256& parent) const {
    const auto at = by_parent_.lower_bound({parent, 0});
    return at != by_parent_.end() && at->first == parent;
}

void OrphanPool::leave(Shares::Source from) {
    shares_.leave(from, [this](Entry entry) { blocks_.at(entry).from = Shares::gone; });
}

Bytes OrphanPool::take(Entry entry) {
    const auto at = blocks_.find(entry);
    Orphan& block = at->second;
    bytes_ -= block.rlp.size();
    by_hash_.erase(block.hash);
    by_parent_.erase({block.parent, entry});
    shares_.remove(block.from, entry, block.weight);
    Bytes rlp = std::move(block.rlp);
    blocks_.erase(at);
    return rlp;
}

} // namespace ethpoc::chain
