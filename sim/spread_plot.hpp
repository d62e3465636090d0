// The picture of how blocks spread, as an SVG: the share of the nodes that have a block, over time.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ethpoc::sim {

struct SpreadCurve {
    std::string label{};
    double bytes_per_block = 0;                             // 0 or not finite: it is not said
    std::vector<std::pair<std::uint32_t, double>> points{}; // percent, milliseconds; those that are not finite end it
};

/// A document of its own: no script, no font, no address; readable on white and on black. At most
/// `most_spread_curves` curves are drawn.
inline constexpr std::size_t most_spread_curves = 4;
std::string draw_spread(const std::vector<SpreadCurve>& curves);

} // namespace ethpoc::sim
