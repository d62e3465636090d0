// SplitMix64: numbers by chance from a seed. The same seed gives the same numbers with every compiler and library,
// which the distributions of <random> do not promise.
#pragma once

#include <cstdint>

namespace ethpoc {

/// A generator of 64 bits with 64 bits of state; not for secrets, since one number tells all that follow.
class SplitMix64 {
  public:
    /// Equal seeds give equal numbers.
    explicit SplitMix64(std::uint64_t seed) noexcept : state_(seed) {}

    std::uint64_t next() noexcept { return mix(state_ += step); }
    /// From 0 to `end` - 1; `end` is not 0. (The bias of the remainder is below 2^-32 for what is drawn here.)
    std::uint64_t below(std::uint64_t end) noexcept { return next() % end; }
    std::uint64_t state() const noexcept { return state_; }

    static constexpr std::uint64_t step = 0x9e3779b97f4a7c15;
    /// Spreads each bit over all 64.
    static constexpr std::uint64_t mix(std::uint64_t z) noexcept {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

  private:
    std::uint64_t state_;
};

} // namespace ethpoc
