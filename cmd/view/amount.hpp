// Amounts and times as people say them.
#pragma once

#include <cstdint>
#include <string>

#include "rlp/bytes.hpp"

namespace ethpoc::cmd {

/// "1.5", "0.000000000000000001": an amount of wei in ether, exact.
std::string ether_text(const U256& wei);

/// "11 years ago", "3 minutes ago", "in 2 hours". Both in Unix seconds.
std::string age_text(std::uint64_t time, std::uint64_t now);

/// "1m 05s", "3h 20m": how long something will still take.
std::string duration_text(std::uint64_t seconds);

} // namespace ethpoc::cmd
