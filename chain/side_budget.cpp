#include "chain/side_budget.hpp"

#include <algorithm>
#include <utility>

namespace ethpoc::chain {

/// Once, when the first block is to be counted; and again after a transaction was undone. What earlier runs, and
/// connections that have ended since, have left belongs to nobody.
void SideBudget::load() {
    if (std::exchange(loaded_, true)) { return; }
    std::map<std::uint64_t, Live> live = std::exchange(live_, {});
    gone_.clear();
    bytes_ = 0;
    for (const SideShare& share : store_.sides().side_shares(chain_)) {
        const auto known = live.find(share.owner);
        if (known != live.end()) {
            live_[share.owner] = {known->second.source, share.bytes};
        } else {
            gone_[share.owner] = share.bytes;
        }
        bytes_ += share.bytes;
        next_ = std::max(next_, share.owner + 1);
    }
}

std::uint64_t SideBudget::bytes() {
    load();
    return bytes_;
}

bool SideBudget::counts(const BlockRecord& block) {
    return bytes() > 0 && store_.sides().side_share(block.row).has_value();
}

std::uint64_t& SideBudget::bytes_of(std::uint64_t owner) {
    const auto at = live_.find(owner);
    return at == live_.end() ? gone_[owner] : at->second.bytes;
}

/// That of the branch; a new branch is its sender's.
std::uint64_t SideBudget::owner_of(const Offer& offer) {
    if (bytes_ > 0) {
        if (const auto share = store_.sides().side_share(offer.parent.row)) { return share->owner; }
    }
    if (offer.from == Shares::gone) { return 0; }
    const auto known = std::ranges::find_if(live_, [&](const auto& each) { return each.second.source == offer.from; });
    if (known != live_.end()) { return known->first; }
    live_[next_] = {offer.from, 0};
    return next_++;
}

std::optional<SideLeaf> SideBudget::victim(std::uint64_t owner, const Offer& offer, std::uint64_t* of) {
    const auto least = [&](std::uint64_t each) {
        *of = each;
        return store_.sides().least_side(chain_, each, offer.parent.row);
    };
    for (const auto& [each, bytes] : gone_) {
        if (auto leaf = least(each)) { return leaf; }
    }
    std::vector<std::pair<std::uint64_t, std::uint64_t>> by_bytes;
    by_bytes.reserve(live_.size());
    for (const auto& [each, share] : live_) {
        by_bytes.emplace_back(share.bytes, each);
    }
    std::ranges::stable_sort(by_bytes, std::greater{}, &std::pair<std::uint64_t, std::uint64_t>::first);
    const std::uint64_t mine = bytes_of(owner);
    for (const auto& [bytes, each] : by_bytes) {
        auto leaf = least(each);
        if (leaf && (each == owner || bytes > mine)) { return leaf; }
    }
    return std::nullopt;
}

Result<SideBudget::Room> SideBudget::make_room(const Offer& offer) {
    load();
    Room room;
    const std::uint64_t owner = owner_of(offer);
    while (bytes_ + offer.size + block_cost > limit_) {
        std::uint64_t of = 0;
        const auto leaf = victim(owner, offer, &of);
        if (!leaf) {
            room.found = false;
            return room;
        }
        if (auto done = store_.sides().forget_side(chain_, *leaf); !done) {
            return std::unexpected(std::move(done.error()));
        }
        bytes_ -= leaf->bytes;
        std::uint64_t& left = bytes_of(of);
        left -= leaf->bytes;
        if (left == 0) { gone_.erase(of); }
        room.of_own += of == owner ? 1 : 0;
        room.gone.push_back(leaf->hash);
    }
    return room;
}

Result<void> SideBudget::add(const BlockRecord& block, const Offer& offer) {
    const SideShare share{owner_of(offer), offer.size + block_cost};
    if (auto done = store_.sides().add_side(chain_, block, offer.parent.row, share); !done) { return done; }
    bytes_ += share.bytes;
    bytes_of(share.owner) += share.bytes;
    return {};
}

Result<void> SideBudget::carries(const BlockRecord& parent) {
    return bytes() == 0 ? Result<void>{} : store_.sides().add_side_child(parent.row);
}

Result<void> SideBudget::joined(const std::vector<BlockRecord>& path) {
    if (bytes() == 0) { return {}; }
    for (const BlockRecord& block : path) {
        const auto share = store_.sides().side_share(block.row);
        if (!share) { continue; }
        if (auto done = store_.sides().drop_side(block.row); !done) { return done; }
        bytes_ -= share->bytes;
        std::uint64_t& left = bytes_of(share->owner);
        left -= share->bytes;
        if (left == 0) { gone_.erase(share->owner); }
    }
    return {};
}

void SideBudget::leave(Shares::Source from) {
    const auto at = std::ranges::find_if(live_, [&](const auto& each) { return each.second.source == from; });
    if (at == live_.end()) { return; }
    if (at->second.bytes > 0) { gone_[at->first] = at->second.bytes; }
    live_.erase(at);
}

} // namespace ethpoc::chain
