// TailIndex: hash to row of the blocks that the table of hashes does not have yet.
//
// Hashes are random, so each new one lands on another page of an ordered table, and every commit would write most of
// its pages. The store therefore keeps the newest hashes here and writes them in bulk, in order, once in a while.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "chain/keccak.hpp"

namespace ethpoc::chain {

/// A hash table with open addressing; 16 bytes a slot.
class TailIndex {
  public:
    static constexpr std::size_t capacity = 16'384; // rows; full() from then on

    /// The first eight bytes of a hash, as the table of hashes has them.
    static std::int64_t key_of(const Hash256& hash) noexcept { return static_cast<std::int64_t>(first_word(hash)); }

    /// The caller has looked that the row is not there; several rows may have one key.
    void insert(std::int64_t key, std::int64_t row) {
        if (slots_.empty()) { slots_.resize(4 * capacity); }
        std::size_t at = place(key);
        while (slots_[at].row != 0) {
            at = (at + 1) % slots_.size();
        }
        slots_[at] = {key, row};
        ++count_;
    }

    /// A row that is gone; its slot is not used again before clear().
    void forget(std::int64_t key, std::int64_t row) {
        if (slots_.empty()) { return; }
        for (std::size_t at = place(key); slots_[at].row != 0; at = (at + 1) % slots_.size()) {
            if (slots_[at].key == key && slots_[at].row == row) { slots_[at].row = gone; }
        }
    }

    /// Calls `seen(row)` for each row with this key until it returns true.
    template <class Seen>
    bool find(std::int64_t key, Seen seen) const {
        if (slots_.empty()) { return false; }
        for (std::size_t at = place(key); slots_[at].row != 0; at = (at + 1) % slots_.size()) {
            if (slots_[at].key == key && slots_[at].row != gone && seen(slots_[at].row)) { return true; }
        }
        return false;
    }

    /// All of them, in no order.
    std::vector<std::pair<std::int64_t, std::int64_t>> all() const {
        std::vector<std::pair<std::int64_t, std::int64_t>> out;
        out.reserve(count_);
        for (const Slot& slot : slots_) {
            if (slot.row != 0 && slot.row != gone) { out.emplace_back(slot.key, slot.row); }
        }
        return out;
    }

    std::size_t size() const noexcept { return count_; }
    /// Time to write them down. A long batch may go beyond it, until bursting().
    bool full() const noexcept { return count_ >= capacity; }
    bool bursting() const noexcept { return count_ >= 2 * capacity; }
    /// Keeps the memory.
    void clear() noexcept {
        std::ranges::fill(slots_, Slot{});
        count_ = 0;
    }

  private:
    static constexpr std::int64_t gone = -1; // rows are numbered from 1 on
    struct Slot {
        std::int64_t key = 0;
        std::int64_t row = 0; // 0: empty
    };
    std::size_t place(std::int64_t key) const noexcept { return static_cast<std::uint64_t>(key) % slots_.size(); }

    std::vector<Slot> slots_{};
    std::size_t count_ = 0;
};

} // namespace ethpoc::chain
