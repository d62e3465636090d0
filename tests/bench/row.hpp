// Row: one line of the table that `./dev bench` prints: a piece of work, a yardstick that ran beside it, what is
// wanted.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace ethpoc::bench {

/// How a figure is judged. `none`: it is told, nothing is asked of it.
enum class Judge { ratio_at_least, ratio_at_most, ours_at_most, none };

struct Row {
    std::string goal{};
    double ours = 0;      // in `unit`
    double yardstick = 0; // in `unit`; 0: there is none
    std::string unit{};
    double ratio = 0; // rates: ours / yardstick; costs: as `goal` says
    Judge judge = Judge::none;
    double wanted = 0;
    std::string note{}; // what was measured, when that is less than the goal asks for

    /// Nothing: not judged, or not measured.
    std::optional<bool> met() const;
    /// ">= 0.45", "<= 10", "".
    std::string target() const;
};

using Rows = std::vector<Row>;

/// ours and yardstick are rates (more is better).
Row rate_row(std::string goal, double ours, double yardstick, std::string unit, double at_least);
/// ours and yardstick are costs (less is better).
Row cost_row(std::string goal, double ours, double yardstick, std::string unit, double at_most);

/// For people, 100 columns.
std::string to_table(const Rows& rows);
/// One JSON array, as the command line contract says.
std::string to_json(const Rows& rows);

} // namespace ethpoc::bench
