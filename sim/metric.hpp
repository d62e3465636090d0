// Metrics: the figures of a simulation, one row each. What expectations name, and what the table shows.
#pragma once

#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/census.hpp"

namespace ethpoc::sim {

struct Metric {
    std::string_view name;
    std::string_view unit; // "", "ms", "blocks", "bytes", "KiB"
    std::string_view about;
    /// Infinity: it never came so far. NaN: there is nothing to measure.
    double (*measure)(const Census&);
};

std::span<const Metric> metrics() noexcept;
/// nullptr: there is none.
const Metric* find_metric(std::string_view name) noexcept;
std::vector<std::string_view> metric_names();

/// How blocks spread: percent of the nodes, and the milliseconds until so many have a block, as spread.50 is measured.
std::vector<std::pair<std::uint32_t, double>> spread_curve(const Census& census);

} // namespace ethpoc::sim
