#include "sim/ledger.hpp"

namespace ethpoc::sim {

void Ledger::made(const Hash256& hash, const Hash256& parent, std::uint64_t number, HostId by) {
    if (!places_.emplace(hash, static_cast<std::uint32_t>(blocks_.size())).second) { return; }
    blocks_.push_back({hash, parent, number, agenda_.now(), by, population_, 0, {}, {}});
}

void Ledger::stored(const Hash256& hash, HostId by) {
    const auto at = places_.find(hash);
    if (at == places_.end()) { return; }
    MadeBlock& block = blocks_[at->second];
    if (block.has.size() <= by) { block.has.resize(by + 1); }
    if (block.has[by]) { return; } // again, after a restart without a store
    block.has[by] = true;
    ++block.reached;
    const auto enough = [&block] {
        const std::uint64_t share = (block.reached_at.size() + 1) * share_step;
        return std::uint64_t{block.reached} * 100 >= std::uint64_t{block.population} * share;
    };
    while (block.reached_at.size() < share_count && enough()) {
        block.reached_at.push_back(agenda_.now());
    }
}

/// Nothing: the genesis, or a block of nobody.
std::optional<Ledger::Above> Ledger::find(const Hash256& hash) const {
    if (const auto at = places_.find(hash); at != places_.end()) {
        return Above{blocks_[at->second].parent, blocks_[at->second].number};
    }
    const auto at = others_.find(hash);
    return at == others_.end() ? std::nullopt : std::optional(at->second);
}

std::size_t Ledger::honest_below(const Hash256& head) const {
    std::size_t out = 0;
    Hash256 at = head;
    for (auto block = find(at); block; block = find(at)) {
        out += places_.contains(at) ? 1 : 0;
        at = block->parent;
    }
    return out;
}

std::uint64_t Ledger::common_height(const Hash256& a, const Hash256& b) const {
    Hash256 one = a;
    Hash256 other = b;
    auto of_one = find(one);
    auto of_other = find(other);
    while (of_one && of_other && one != other) {
        if (of_one->number >= of_other->number) {
            one = of_one->parent;
            of_one = find(one);
        } else {
            other = of_other->parent;
            of_other = find(other);
        }
    }
    return of_one && of_other ? of_one->number : 0;
}

} // namespace ethpoc::sim
