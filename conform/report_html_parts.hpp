// Parts of the HTML of reports: for report_html*.cpp alone.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conform/outcome.hpp"

namespace ethpoc::conform {

/// One case, or sub-case, of some reports: a row of the matrix.
struct HtmlRow {
    const Outcome* known = nullptr;      // of the first report that has it; never null
    std::vector<const Outcome*> cells{}; // one for each report; nullptr: it has none
};

/// All runs of the reports, by group in the order of cases.def, then by id; groups that it does not have come last.
/// Where an id stands twice in a report, its last run counts.
std::vector<HtmlRow> html_rows(std::span<const Report> reports);

/// Any bytes as text of HTML, for content and for attributes in double quotes.
std::string html_text(std::string_view text);

/// A sign for a verdict, so that none is told by its colour alone: "✓", "✗".
std::string_view html_sign(Verdict verdict) noexcept;
/// "good", "fair", "bad", "neutral": the class of what it is written in.
std::string_view html_mood(Verdict verdict) noexcept;

/// What the script shows of each run, as JSON that may stand in a <script>. Transcripts of runs that are all right are
/// left out when they would be too many for a page.
std::string html_data(std::span<const Report> reports, std::span<const HtmlRow> rows);

/// The sections of the page, in their order.
std::string html_targets(std::span<const Report> reports);
/// The first runs that want attention, with their blocks.
std::string html_attention(std::span<const Report> reports);
/// The matrix of targets and groups.
std::string html_groups(std::span<const Report> reports, std::span<const HtmlRow> rows);
/// Coverage of wire/PROTOCOL.md by section.
std::string html_coverage(std::span<const Report> reports);
/// What the script of the page filters by.
std::string html_filters(std::span<const Report> reports);
/// The matrix of targets and cases.
std::string html_cases(std::span<const Report> reports, std::span<const HtmlRow> rows);

} // namespace ethpoc::conform
