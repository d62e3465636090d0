// What changed from one report to a later one, run by run, by id.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conform/outcome.hpp"
#include "conform/report_text.hpp"

namespace ethpoc::conform {

/// In what two runs of one id differ.
enum class Change : std::uint8_t {
    worse, // it was right, or less wrong
    better,
    other, // another verdict that is neither: skipped now, or told by an expectation file
    seen,  // the same verdict, and something else was seen
    added, // only the later report has it
    gone,  // only the earlier one; no change when the later report is not complete
};
/// "worse", "better", "other", "seen", "new", "gone".
std::string_view name_of(Change change) noexcept;

/// One id in both reports. A verdict that is nothing: the run is in the other one alone.
struct Difference {
    Change change{};
    std::string id{};
    std::string slug{};
    std::string name{};
    Level level{};
    std::optional<Verdict> before{}; // nothing: added
    std::optional<Verdict> after{};  // nothing: gone
    std::string seen_before{};
    std::string seen_after{};
};

/// Of a report, as far as a reader of a comparison needs it.
struct ReportName {
    std::string target{};
    std::string client_id{};
    std::string profile{};
    std::string started{};
};

/// What has changed, and the two reports in short. Owns its texts.
struct ReportDiff {
    ReportName before{};
    ReportName after{};
    std::vector<Difference> items{}; // what is worse first, then in the order of Change, then of the later report
    std::size_t same = 0;            // runs with the same verdict and the same seen
    bool is_worse = false;           // one became worse, or is new and wants attention
};

/// Where an id stands twice in a report, its last run counts.
ReportDiff compare(const Report& before, const Report& after);

/// For people at a terminal: a line for each change, worst first.
std::string diff_text(const ReportDiff& diff, const TextStyle& style = {});
/// {"before": {"target": ..}, "after": {..}, "worse": true, "same": 400, "counts": {"worse": 1, ..},
///  "changes": [{"change": "worse", "id": .., "slug": .., "name": .., "level": .., "before": "PASS", "after": "FAIL",
///               "seen_before": .., "seen_after": ..}]}
std::string diff_json(const ReportDiff& diff);

} // namespace ethpoc::conform
