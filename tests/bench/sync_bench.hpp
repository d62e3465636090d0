// What a sync costs, for the table and for the scaling.
#pragma once

#include <cstddef>

namespace ethpoc::bench {

struct SyncCost {
    double cpu = 0;        // seconds of processor time of the whole process that syncs
    double wall = 0;       // seconds
    double hashing = 0;    // seconds: Keccak alone of the same blocks
    double peak_bytes = 0; // of resident memory
};

/// Mines a chain in a process of its own, which then serves it; medians of `rounds` syncs.
SyncCost measure_sync(std::size_t blocks, int rounds);

} // namespace ethpoc::bench
