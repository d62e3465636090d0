// RecordCache: the records of recent blocks, so that a steady sync does not ask the store for every parent. Each hash
// has one slot; a newer block takes it. A miss is never wrong, the store is asked then.
#pragma once

#include <vector>

#include "chain/keccak.hpp"
#include "chain/store.hpp"

namespace ethpoc::chain {

/// A fixed number of slots, each for one block.
class RecordCache {
  public:
    /// nullptr: not here. Valid until the next call that changes the cache.
    const BlockRecord* find(const Hash256& hash) const noexcept {
        const BlockRecord& slot = slots_[place(hash)];
        return slot.row != 0 && slot.hash == hash ? &slot : nullptr;
    }
    /// Takes the slot of its hash, whoever has it.
    void put(const BlockRecord& record) { slots_[place(record.hash)] = record; }
    /// The block is gone from the store, or its record has changed.
    void forget(const Hash256& hash) {
        BlockRecord& slot = slots_[place(hash)];
        if (slot.hash == hash) { slot = {}; }
    }
    /// Empties all slots: a transaction of the store was undone.
    void clear() { std::ranges::fill(slots_, BlockRecord{}); }

  private:
    static constexpr std::size_t slot_count = 2048;
    static std::size_t place(const Hash256& hash) noexcept { return first_word(hash) % slot_count; }
    std::vector<BlockRecord> slots_ = std::vector<BlockRecord>(slot_count);
};

} // namespace ethpoc::chain
