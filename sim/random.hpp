// Random: the one source of chance of a run.
#pragma once

#include <cmath>
#include <cstdint>
#include <string_view>

#include "rlp/bytes.hpp"
#include "rlp/split_mix.hpp"

namespace ethpoc::sim {

/// Copies go on by themselves.
class Random : public SplitMix64 {
  public:
    using SplitMix64::SplitMix64;

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
        std::uint64_t mixed = state() ^ (number * 0xd6e8feb86659fd93);
        for (const char c : purpose) {
            mixed = (mixed ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
        }
        Random out(mixed);
        out.next();
        return out;
    }
};

} // namespace ethpoc::sim
