// The time of an event or of a line of the log.
#pragma once

#include <string>

namespace ethpoc::cmd {

/// RFC 3339 in UTC with milliseconds: "2014-03-01T12:00:00.000Z".
std::string timestamp_now();

} // namespace ethpoc::cmd
