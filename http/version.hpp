// What this room speaks, whichever side it is.
#pragma once

namespace ethpoc::http {

inline constexpr unsigned http_1_1 = 11; // as Beast counts

} // namespace ethpoc::http
