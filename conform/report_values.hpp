// Values of the JSON of reports, written and read: what report_json.cpp and report_json_read.cpp share, and others that
// write JSON or show times.
#pragma once

#include <string>
#include <string_view>

#include "conform/outcome.hpp"

namespace ethpoc::conform {

inline constexpr std::size_t max_report_text = 64u << 10; // bytes of one text; client ids of a megabyte exist

/// Any bytes as text, printable() without another limit than max_report_text; and back.
std::string report_text_of(std::string_view bytes);
/// The way back: undoes the escapes of report_text_of().
std::string bytes_of_report_text(std::string_view text);

/// With the five characters of markup as entities that XML and HTML know, for content and for attributes in quotes.
std::string markup_text(std::string_view text);

/// "sent", "came", "happened".
std::string_view name_of(Spoken::What what) noexcept;

/// Times are in milliseconds, to the nanosecond.
double milliseconds_of(Since time) noexcept;

} // namespace ethpoc::conform
