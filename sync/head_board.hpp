// HeadBoard: where the chain thread writes the heads of its chains, for the network thread to say in Hello and Status.
#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>

#include "chain/blockchain.hpp"

namespace ethpoc::sync {

/// The head of one chain.
struct HeadInfo {
    Hash256 genesis{};
    Hash256 hash{};
    std::uint64_t number = 0;
    U256 total_difficulty{};   // genesis included
    U256 genesis_difficulty{}; // clients that do not count it (Go) are told less: announced_total_difficulty()
    const chain::Rules* rules = nullptr;       // nullptr: a stored chain whose rules nobody here knows
    std::optional<chain::StateStatus> state{}; // when the head last moved; nothing: not checked, or not moved yet
};

/// One place for each genesis; every call locks it. Values go in and out as copies.
class HeadBoard {
  public:
    /// By the chain thread, whenever the head has moved.
    void post(const HeadInfo& head) {
        const std::lock_guard lock(mutex_);
        heads_[head.genesis] = head;
    }
    /// Of all chains, the one with the most blocks; nothing while there is none.
    std::optional<HeadInfo> longest() const {
        const std::lock_guard lock(mutex_);
        const auto at = std::ranges::max_element(
            heads_, [](const auto& a, const auto& b) { return a.second.number < b.second.number; });
        return at == heads_.end() ? std::nullopt : std::optional(at->second);
    }
    /// Of the chain with this genesis; nothing while it is not open.
    std::optional<HeadInfo> find(const Hash256& genesis) const {
        const std::lock_guard lock(mutex_);
        const auto at = heads_.find(genesis);
        return at == heads_.end() ? std::nullopt : std::optional(at->second);
    }

  private:
    mutable std::mutex mutex_{};
    std::map<Hash256, HeadInfo> heads_{};
};

} // namespace ethpoc::sync
