// HeadBoard: where the chain thread writes the heads of its chains, for the network thread to say in Hello and Status.
#pragma once

#include <map>
#include <mutex>
#include <optional>

#include "chain/store.hpp"

namespace ethpoc::chain {

struct HeadInfo {
    Hash256 genesis{};
    Hash256 hash{};
    std::uint64_t number = 0;
    U256 total_difficulty{}; // as this chain's clients count it
};

class HeadBoard {
  public:
    void post(const HeadInfo& head) {
        const std::lock_guard lock(mutex_);
        heads_[head.genesis] = head;
    }
    std::optional<HeadInfo> find(const Hash256& genesis) const {
        const std::lock_guard lock(mutex_);
        const auto at = heads_.find(genesis);
        return at == heads_.end() ? std::nullopt : std::optional(at->second);
    }

  private:
    mutable std::mutex mutex_{};
    std::map<Hash256, HeadInfo> heads_{};
};

} // namespace ethpoc::chain
