// The time of an event or of a line of the log.
#pragma once

#include <chrono>
#include <string>

namespace ethpoc::cmd {

/// RFC 3339 in UTC with milliseconds: "2014-03-01T12:00:00.000Z".
std::string timestamp_now();
/// The same of a moment that was read from the steady clock of this process.
std::string timestamp_of(std::chrono::steady_clock::time_point at);

} // namespace ethpoc::cmd
