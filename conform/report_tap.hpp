// A report as TAP 13, for `prove` and whatever else reads it.
//
//   TAP version 13
//   1..420
//   ok 1 - F01 frame.ping-one-write
//   not ok 17 - F17 frame.length-one-long
//     ---
//     level: MUST
//     ..
//     ...
//   ok 23 - F23 frame.at-limit # SKIP no limit announced
//   not ok 96 - S01 state.ping-before-hello # TODO answers before Hello
//
// PASS, NONSTRICT and INFO are ok; SKIP and UNIMPL are ok with SKIP; XFAIL is not ok with TODO; all others are not ok.
#pragma once

#include <string>

#include "conform/outcome.hpp"

namespace ethpoc::conform {

/// The version and the plan. With `total` 0 the plan says that all was skipped.
std::string tap_head(std::size_t total);
/// One run, numbered from 1, with its diagnostic block where it is not ok.
std::string tap_run(const Report& report, const Outcome& outcome, std::size_t number);
/// "Bail out! ..", the last line of a report that is not complete; empty for one that is.
std::string tap_bail_out(const Report& report);

/// The whole document. UTF-8 with line ends.
std::string report_tap(const Report& report);

} // namespace ethpoc::conform
