// The JSON of reports: one document for a report, one line for each event of a run, and the way back.
//
//   {"schema": 1, "tool": "ethpoc 0.1.0", "target": {"address": "127.0.0.1:30303", "client_id": "..", "dials": false},
//    "profile": "7", "seed": 1, "strict": false, "expectations": "", "started": "2026-..Z", "ms": 4810.2, "complete":
//    true, "verdicts": {"PASS": 171, .. all ten}, "levels": {"MUST": {"passed": 97, "run": 103}, ..}, "cases": [{"id":
//    "F17", "slug": "frame.length-one-long", "name": "", "level": "MUST", "verdict": "FAIL",
//               "plain": "FAIL", "sentence": "1.2.6", "requirement": "..", "stimulus": "..", "expected": "refused",
//               "tolerated": "", "seen": "pong", "reason": "", "ms": 0.6,
//               "transcript": [{"ms": 0, "line": 1, "what": "sent", "bytes": "0x2240..", "size": 11, "note": ""},
//               ..]}]}
//
// `line` counts from 1, as expectations do. Texts are ASCII or \uNNNN; bytes in them that are no text, and backslashes,
// are written as printable() does it (\x1b in the text, "\\x1b" in the JSON), so they come back as they were.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "conform/outcome.hpp"

namespace ethpoc::conform {

/// One document, indented, with a line end. The counts in it are for readers; read_report() counts anew.
std::string report_json(const Report& report);

/// The lines of a run as NDJSON, each with its line end. `total`: runs there will be.
///   {"event": "start", "schema": 1, "tool": .., "target": {..}, .., "total": 420}
///   {"event": "case", "number": 17, "total": 420, "id": .., .. as in "cases" above}
///   {"event": "end", "complete": true, "ms": .., "verdicts": {..}, "levels": {..}}
/// The report of start_event() need not have outcomes yet.
std::string start_event(const Report& report, std::size_t total);
/// The line of one run; `number` counts from 1.
std::string case_event(const Outcome& outcome, std::size_t number, std::size_t total);
/// The last line, with the counts.
std::string end_event(const Report& report);

/// What is wrong with a file that should be a report.
struct ReportFault {
    std::size_t line = 0;   // from 1; 0: no single place, see `path`
    std::size_t column = 0; // from 1, in bytes
    std::string path{};     // "cases[3].verdict"; empty: the text is no JSON
    std::string message{};

    /// "name:3:1: ..", "name: cases[3].verdict: ..".
    std::string in(std::string_view name) const;
};

/// Bounds of a file that is read; more of either is a fault before memory is taken for it.
inline constexpr std::size_t max_report_bytes = std::size_t{160} << 20;
inline constexpr std::size_t max_report_values = 2'000'000;
inline constexpr std::size_t max_report_cases = 20'000;

/// The report of a document that report_json() wrote; unknown members are passed over, members of "target" and "cases"
/// that are missing are faults where a reader cannot do without them (id, level, verdict). A later schema is refused.
/// Whatever the text, nothing but a fault comes of it.
std::expected<Report, ReportFault> read_report(std::string_view text);

} // namespace ethpoc::conform
