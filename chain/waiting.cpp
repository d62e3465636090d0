#include "chain/waiting.hpp"

#include <iterator>

namespace ethpoc::chain {

void WaitingBlocks::add(const Hash256& hash, const Hash256& parent, BytesView rlp) {
    if (rlp.size() > max_bytes_ || contains(hash)) { return; }
    while (blocks_.size() >= max_blocks_ || bytes_ + rlp.size() > max_bytes_) {
        drop(blocks_.begin());
    }
    const auto place = blocks_.insert(blocks_.end(), {hash, parent, Bytes(rlp.begin(), rlp.end())});
    by_hash_.emplace(hash, place);
    by_parent_.emplace(parent, place);
    bytes_ += rlp.size();
}

std::vector<Bytes> WaitingBlocks::take_children(const Hash256& parent) {
    std::vector<Bytes> out;
    const auto [first, last] = by_parent_.equal_range(parent); // in the order in which they came
    for (auto at = first; at != last;) {
        const Place place = (at++)->second; // drop() erases it
        bytes_ -= place->rlp.size();
        out.push_back(std::move(place->rlp));
        place->rlp.clear();
        drop(place);
    }
    return out;
}

void WaitingBlocks::drop(Place place) {
    bytes_ -= place->rlp.size();
    by_hash_.erase(place->hash);
    const auto [first, last] = by_parent_.equal_range(place->parent);
    for (auto at = first; at != last; ++at) {
        if (at->second == place) {
            by_parent_.erase(at);
            break;
        }
    }
    blocks_.erase(place);
}

} // namespace ethpoc::chain
