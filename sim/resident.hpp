// What this process holds. Not part of a simulation's journal: it differs from run to run.
#pragma once

#include <cstdint>

namespace ethpoc::sim {

/// KiB of resident memory; 0 where the system does not say.
std::uint64_t resident_kib();

} // namespace ethpoc::sim
