// Random: the one source of chance of a run. The same seed gives the same numbers on every machine and with every
// library, which the distributions of <random> do not promise.
#pragma once

#include <cmath>
#include <cstdint>
#include <string_view>

#include "rlp/bytes.hpp"

namespace ethpoc::sim {

/// SplitMix64. Copies go on by themselves.
class Random {
  public:
    explicit Random(std::uint64_t seed) noexcept : state_(seed) {}

    std::uint64_t next() noexcept {
        state_ += 0x9e3779b97f4a7c15;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
    /// From 0 to `end` - 1; `end` is not 0. (The bias of the remainder is below 2^-32 for what is drawn here.)
    std::uint64_t below(std::uint64_t end) noexcept { return next() % end; }
    /// From 0 on, below 1.
    double unit() noexcept { return static_cast<double>(next() >> 11) * 0x1p-53; }
    /// How long one waits for what comes every `mean` on average and knows no past.
    double exponential(double mean) noexcept { return -mean * std::log1p(-unit()); }
    bool chance(double probability) noexcept { return unit() < probability; }

    template <std::size_t N>
    FixedBytes<N> bytes() noexcept {
        FixedBytes<N> out;
        for (std::size_t i = 0; i < N; ++i) {
            out.bytes[i] = static_cast<std::uint8_t>(next());
        }
        return out;
    }

    /// A source of its own for what `purpose` names, so that more draws in one place change nothing in another.
    Random fork(std::string_view purpose, std::uint64_t number = 0) const noexcept {
        std::uint64_t mixed = state_ ^ (number * 0xd6e8feb86659fd93);
        for (const char c : purpose) {
            mixed = (mixed ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
        }
        Random out(mixed);
        out.next();
        return out;
    }

  private:
    std::uint64_t state_;
};

} // namespace ethpoc::sim
