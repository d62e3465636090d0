// Fanout: which peers are told first, when not all are. A generator of random numbers that is the same everywhere, and
// the choice by it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>

namespace ethpoc::sync {

enum class RelayMode : std::uint8_t {
    all,    // every peer that does not have it
    fanout, // a few of them, by chance, and all that must be told; the others later, if they still do not have it
};

/// SplitMix64. The same seed gives the same numbers with every compiler and library.
class Chance {
  public:
    explicit Chance(std::uint64_t seed) noexcept : state_(seed) {}

    std::uint64_t next() noexcept {
        state_ += 0x9e3779b97f4a7c15;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
    /// Below `n`, which is not 0; the numbers of peers are so small that none is favoured.
    std::size_t below(std::size_t n) noexcept { return next() % n; }

  private:
    std::uint64_t state_;
};

/// Puts the chosen to the front: those first that were left out most often, among equals by chance. `times(each)`: how
/// often in a row.
template <class T, class Times>
void put_chosen_first(std::span<T> all, Chance& chance, Times times) {
    for (std::size_t left = all.size(); left > 1; --left) {
        std::swap(all[left - 1], all[chance.below(left)]);
    }
    std::ranges::stable_sort(all, std::greater{}, times);
}

} // namespace ethpoc::sync
