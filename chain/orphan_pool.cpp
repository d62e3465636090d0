#include "chain/orphan_pool.hpp"

#include <algorithm>
#include <utility>

namespace ethpoc::chain {

void OrphanPool::add(const Hash256& hash, const Hash256& parent, BytesView rlp, Shares::Source from) {
    if (rlp.size() > max_bytes_ || contains(hash)) { return; }
    make_room(rlp.size());
    // A share is of bytes and of places: many small blocks are no less than few large ones.
    const std::size_t weight = std::max(rlp.size(), max_bytes_ / max_blocks_);
    insert(next_, {hash, parent, Bytes(rlp.begin(), rlp.end()), from, weight});
    changes_.come.insert(next_++);
}

void OrphanPool::restore(Entry entry, const Hash256& hash, const Hash256& parent, BytesView rlp) {
    constexpr Entry largest = ~Entry{0} >> 2; // nobody ever counts so far
    if (entry < next_ || entry > largest) { return forget(entry); }
    next_ = entry;
    add(hash, parent, rlp);
    if (changes_.come.erase(entry) == 0) { forget(entry); }
}

void OrphanPool::make_room(std::size_t bytes) {
    while (blocks_.size() >= max_blocks_ || bytes_ + bytes > max_bytes_) {
        remove(shares_.victim());
    }
}

void OrphanPool::insert(Entry entry, Orphan block) {
    by_hash_.emplace(block.hash, entry);
    by_parent_.emplace(block.parent, entry);
    shares_.add(block.from, entry, block.weight);
    bytes_ += block.rlp.size();
    blocks_.emplace(entry, std::move(block));
}

std::optional<Bytes> OrphanPool::take_child(const Hash256& parent) {
    const auto at = by_parent_.lower_bound({parent, 0});
    if (at == by_parent_.end() || at->first != parent) { return std::nullopt; }
    const Entry entry = at->second;
    return taken_.emplace(entry, remove(entry)).first->second.rlp;
}

bool OrphanPool::has_child(const Hash256& parent) const {
    const auto at = by_parent_.lower_bound({parent, 0});
    return at != by_parent_.end() && at->first == parent;
}

void OrphanPool::leave(Shares::Source from) {
    shares_.leave(from, [this](Entry entry) { blocks_.at(entry).from = Shares::gone; });
}

OrphanPool::Orphan OrphanPool::remove(Entry entry) {
    auto node = blocks_.extract(entry);
    Orphan& block = node.mapped();
    bytes_ -= block.rlp.size();
    by_hash_.erase(block.hash);
    by_parent_.erase({block.parent, entry});
    shares_.remove(block.from, entry, block.weight);
    if (changes_.come.erase(entry) == 0) { changes_.gone.insert(entry); }
    return std::move(block);
}

OrphanPool::Waiting OrphanPool::waiting(Entry entry) const {
    const Orphan& block = blocks_.at(entry);
    return {block.hash, block.parent, block.rlp};
}

void OrphanPool::settled() {
    changes_ = {};
    taken_.clear();
}

void OrphanPool::put_back() {
    for (auto& [entry, block] : std::exchange(taken_, {})) {
        if (contains(block.hash)) { continue; }
        block.from = Shares::gone; // its connection may have left meanwhile
        make_room(block.rlp.size());
        insert(entry, std::move(block));
        if (changes_.gone.erase(entry) == 0) { changes_.come.insert(entry); }
    }
}

std::vector<Hash256> OrphanPool::parents() const {
    std::vector<Hash256> out;
    for (const auto& [parent, entry] : by_parent_) {
        if (out.empty() || out.back() != parent) { out.push_back(parent); }
    }
    return out;
}

} // namespace ethpoc::chain
