// RecordCache: the records of recent blocks, so that a steady sync does not ask the store for every parent. Each hash
// has one slot; a newer block takes it. A miss is never wrong, the store is asked then.
#pragma once

#include <vector>

#include "chain/keccak.hpp"
#include "chain/store.hpp"

namespace ethpoc::chain {

class RecordCache {
  public:
    const BlockRecord* find(const Hash256& hash) const noexcept {
        const BlockRecord& slot = slots_[place(hash)];
        return slot.row != 0 && slot.hash == hash ? &slot : nullptr;
    }
    void put(const BlockRecord& record) { slots_[place(record.hash)] = record; }
    void forget(const Hash256& hash) {
        BlockRecord& slot = slots_[place(hash)];
        if (slot.hash == hash) { slot = {}; }
    }
    void clear() { std::ranges::fill(slots_, BlockRecord{}); }

  private:
    static constexpr std::size_t slot_count = 2048;
    static std::size_t place(const Hash256& hash) noexcept { return first_word(hash) % slot_count; }
    std::vector<BlockRecord> slots_ = std::vector<BlockRecord>(slot_count);
};

} // namespace ethpoc::chain
