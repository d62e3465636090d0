// Annotated bytes as rows of a hex dump, for terminals and files of text.
//
//   0000  22 40 08 91  00 00 00 03  c1 02 00
//                                         ^^ frame.trailing_bytes: The RLP item fills the payload.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conform/report_bytes.hpp"
#include "conform/report_text.hpp"

namespace ethpoc::conform {

/// Rows of at most 16 bytes, without line ends; each frame begins a row of its own. At most style.bytes_shown bytes and
/// the row with the fault; what is left out is counted.
std::vector<std::string> dump_rows(const Spoken& said, const AnnotatedBytes& bytes, const TextStyle& style);

/// `text` in lines of at most `width` columns, broken at blanks where there are some; at least one line.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// A transcript as lines: time, connection, direction, what it says, then its rows. At most style.entries_shown
/// entries, and the last ones.
std::vector<std::string> transcript_lines(const Report& report, const Outcome& outcome, const TextStyle& style);

} // namespace ethpoc::conform
