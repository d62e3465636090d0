// Micro: pairs of a piece of work and its yardstick, run in random turn by Google Benchmark.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/bench/row.hpp"

namespace ethpoc::bench {

struct Pair {
    std::function<void()> ours;
    std::function<void()> yardstick;
    /// From the median seconds of processor time that each took.
    std::function<Row(double ours, double yardstick)> row;
};

using Pairs = std::vector<Pair>;

/// How much of the work is done. `smoke`: little of everything, to see that it runs.
struct Scale {
    std::size_t messages = 100'000;
    std::size_t blocks = 20'000;
    int rounds = 15;
    bool smoke = false;
};

Pairs rlp_pairs(const Scale& scale);
Pairs chain_pairs(const Scale& scale);

Rows run_pairs(const Pairs& pairs, int rounds);

} // namespace ethpoc::bench
