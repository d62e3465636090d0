#include "record/fragments.hpp"

#include <algorithm>

namespace ethpoc::record {

Fragments::Outcome Fragments::take(const Fragment& fragment, Bytes& out) {
    const std::size_t end = fragment.offset + fragment.data.size();
    if (fragment.data.empty() || end > 65'535 || (fragment.more && fragment.data.size() % 8 != 0)) {
        return Outcome::impossible;
    }
    auto found = by_key_.find(fragment.key);
    if (found != by_key_.end()) {
        const std::int64_t age = fragment.time - found->second->time;
        const bool known = fragment.time != 0 && found->second->time != 0;
        if (known && (age > max_age || age < -max_age)) {
            drop(found->second, unfinished_);
            found = by_key_.end();
        }
    }
    if (found == by_key_.end()) {
        pending_.push_back({.key = fragment.key, .time = fragment.time});
        found = by_key_.emplace(fragment.key, std::prev(pending_.end())).first;
    }
    Pending& pending = *found->second;
    const bool known_end = pending.end != 0;
    const std::size_t last =
        pending.pieces.empty() ? 0 : pending.pieces.rbegin()->first + pending.pieces.rbegin()->second.size();
    if (fragment.more ? known_end && end > pending.end : (known_end && end != pending.end) || end < last) {
        return Outcome::impossible;
    }
    if (differs(pending, fragment)) { return Outcome::conflicting; }
    if (!fragment.more) { pending.end = end; }
    if (add(pending, fragment) == 0) { return Outcome::repeated; }
    if (pending.end == 0 || pending.bytes < pending.end) {
        ++pending.count.packets;
        pending.count.bytes += fragment.packet_size;
        keep_bounds();
        return Outcome::waits;
    }
    out.clear();
    out.reserve(pending.bytes);
    for (const auto& [offset, piece] : pending.pieces) {
        out.insert(out.end(), piece.begin(), piece.end());
    }
    drop(found->second, joined_);
    return Outcome::whole;
}

/// Is there a byte at a place that has another one already?
bool Fragments::differs(const Pending& pending, const Fragment& fragment) {
    const std::size_t begin = fragment.offset;
    const std::size_t end = begin + fragment.data.size();
    auto it = pending.pieces.upper_bound(begin);
    if (it != pending.pieces.begin()) { --it; }
    for (; it != pending.pieces.end() && it->first < end; ++it) {
        const std::size_t from = std::max(begin, it->first);
        const std::size_t to = std::min(end, it->first + it->second.size());
        if (from >= to) { continue; }
        const BytesView mine = fragment.data.subspan(from - begin, to - from);
        const BytesView theirs = BytesView{it->second}.subspan(from - it->first, to - from);
        if (!std::ranges::equal(mine, theirs)) { return true; }
    }
    return false;
}

/// Keeps what is new of it; returns how many bytes.
std::size_t Fragments::add(Pending& pending, const Fragment& fragment) {
    const std::size_t end = fragment.offset + fragment.data.size();
    std::size_t added = 0;
    std::size_t at = fragment.offset;
    auto it = pending.pieces.upper_bound(at);
    if (it != pending.pieces.begin()) {
        const auto before = std::prev(it);
        at = std::max(at, before->first + before->second.size());
    }
    while (at < end) {
        const std::size_t to = it == pending.pieces.end() ? end : std::min(end, it->first);
        if (at < to) {
            const BytesView part = fragment.data.subspan(at - fragment.offset, to - at);
            pending.pieces.emplace_hint(it, at, Bytes(part.begin(), part.end()));
            ++pieces_;
            added += part.size();
        }
        if (it == pending.pieces.end()) { break; }
        at = it->first + it->second.size();
        ++it;
    }
    pending.bytes += added;
    bytes_ += added;
    return added;
}

void Fragments::drop(Place place, Count& to) {
    to.packets += place->count.packets;
    to.bytes += place->count.bytes;
    bytes_ -= place->bytes;
    pieces_ -= place->pieces.size();
    by_key_.erase(place->key);
    pending_.erase(place);
}

void Fragments::keep_bounds() {
    while (pending_.size() > max_packets || bytes_ > max_bytes || pieces_ > max_pieces) {
        drop(pending_.begin(), unfinished_);
    }
}

void Fragments::finish() {
    while (!pending_.empty()) {
        drop(pending_.begin(), unfinished_);
    }
}

} // namespace ethpoc::record
