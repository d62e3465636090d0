// Reports as one HTML file that needs nothing else: a matrix of targets and groups, one of targets and cases, and
// behind each cell what was required, expected, seen and said. Readable without scripts, by keyboard, in print.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "conform/outcome.hpp"

namespace ethpoc::conform {

/// `title` may be empty.
std::string report_html(std::span<const Report> reports, std::string_view title = {});
/// Of one report.
inline std::string report_html(const Report& report, std::string_view title = {}) {
    return report_html(std::span(&report, 1), title);
}

} // namespace ethpoc::conform
