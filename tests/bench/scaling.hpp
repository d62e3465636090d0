// How cost grows as work grows: one table each, for `./dev bench --scaling`.
#pragma once

#include <string>
#include <vector>

namespace ethpoc::bench {

/// One size of one kind of work.
struct Growth {
    std::size_t size = 0;
    double cost = 0;       // all of it, in `Curve::unit`
    double each = 0;       // of one, in `Curve::each_unit`; the plot shows it: a flat line is a linear cost
    double peak_bytes = 0; // 0: not asked
};

struct Curve {
    std::string what{};
    std::string size_name{}; // "blocks"
    std::string unit{};
    std::string each_unit{};
    std::vector<Growth> points{};
};

struct ScalingOptions {
    std::size_t max_blocks = 1'000'000;
    bool smoke = false;
};

std::vector<Curve> measure_scaling(const ScalingOptions& options);
/// What hostile bytes cost; one curve for each kind.
std::vector<Curve> hostile_curves(bool smoke);

std::string to_table(const std::vector<Curve>& curves);
std::string to_json(const std::vector<Curve>& curves);

} // namespace ethpoc::bench
