// What a broadcast costs, for the table and for the scaling.
#pragma once

#include <cstddef>
#include <vector>

namespace ethpoc::bench {

/// Seconds of processor time for one block to `peers` peers: by the node, from the block's arrival; by a bare loop of
/// send(); and to how many sockets. Medians of `rounds`. To be run in a process of its own.
std::vector<double> broadcast_costs(std::size_t peers, int rounds);

} // namespace ethpoc::bench
