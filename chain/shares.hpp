// Shares: who put what into a pool that many peers fill. When the pool is full, the oldest entry of the peer that fills
// most of it leaves, so nobody pushes out what others sent: with n senders each keeps an nth part, however much one
// sends.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>

namespace ethpoc::chain {

/// Entries are told apart by numbers that grow with the time of arrival.
class Shares {
  public:
    using Source = std::uint64_t; // a connection
    /// All that are gone share one place: coming again and again brings no second share.
    static constexpr Source gone = 0;

    /// `entry` is new; larger numbers are younger. `weight`: bytes, or whatever is counted.
    void add(Source source, std::uint64_t entry, std::size_t weight) {
        Share& share = shares_[source];
        share.weight += weight;
        share.entries.insert(entry);
    }

    /// `source`, `entry` and `weight` as they were added.
    void remove(Source source, std::uint64_t entry, std::size_t weight) {
        const auto at = shares_.find(source);
        at->second.weight -= weight;
        at->second.entries.erase(entry);
        if (at->second.entries.empty()) { shares_.erase(at); }
    }

    /// The oldest entry of the largest share. There must be one.
    std::uint64_t victim() const {
        const auto largest = std::ranges::max_element(
            shares_, [](const auto& a, const auto& b) { return a.second.weight < b.second.weight; });
        return *largest->second.entries.begin();
    }

    /// The source has gone. `moved(entry)` is called for each of its entries, which belong to `gone` from now on.
    template <class Moved>
    void leave(Source source, Moved moved) {
        if (source == gone) { return; }
        auto node = shares_.extract(source);
        if (node.empty()) { return; }
        for (const std::uint64_t entry : node.mapped().entries) {
            moved(entry);
        }
        Share& all = shares_[gone];
        all.weight += node.mapped().weight;
        all.entries.merge(node.mapped().entries);
    }

    /// What `source` has altogether; 0: nothing.
    std::size_t weight(Source source) const {
        const auto at = shares_.find(source);
        return at == shares_.end() ? 0 : at->second.weight;
    }

  private:
    struct Share {
        std::size_t weight = 0;
        std::set<std::uint64_t> entries{};
    };
    std::map<Source, Share> shares_{};
};

} // namespace ethpoc::chain
