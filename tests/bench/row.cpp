#include "tests/bench/row.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

namespace ethpoc::bench {

namespace {

/// Three digits that count: 0.103, 12.3, 4,539 without the comma.
std::string digits(double value) {
    std::array<char, 32> text{};
    const double size = std::abs(value);
    const int places = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    std::snprintf(text.data(), text.size(), "%.*f", places, value);
    return text.data();
}

std::string padded(std::string text, std::size_t width, bool left = false) {
    const std::size_t blanks = text.size() < width ? width - text.size() : 0;
    text.insert(left ? text.size() : 0, blanks, ' ');
    return text;
}

bool measured(const Row& row) {
    return std::isfinite(row.ours) && row.ours != 0;
}

std::string verdict(const Row& row) {
    if (!measured(row)) { return "not run"; }
    const auto met = row.met();
    return !met ? "" : *met ? "met" : "missed";
}

nlohmann::ordered_json number(double value) {
    return value == 0 || !std::isfinite(value) ? nlohmann::ordered_json() : nlohmann::ordered_json(value);
}

} // namespace

std::optional<bool> Row::met() const {
    if (judge == Judge::none || !measured(*this)) { return std::nullopt; }
    if (judge == Judge::ours_at_most) { return ours <= wanted; }
    return judge == Judge::ratio_at_least ? ratio >= wanted : ratio <= wanted;
}

std::string Row::target() const {
    if (judge == Judge::none) { return {}; }
    if (judge == Judge::ours_at_most) { return "<= " + digits(wanted) + " " + unit; }
    return (judge == Judge::ratio_at_least ? ">= " : "<= ") + digits(wanted);
}

Row rate_row(std::string goal, double ours, double yardstick, std::string unit, double at_least) {
    return {std::move(goal),       ours,     yardstick, std::move(unit), yardstick == 0 ? 0 : ours / yardstick,
            Judge::ratio_at_least, at_least, {}};
}

Row cost_row(std::string goal, double ours, double yardstick, std::string unit, double at_most) {
    Row row = rate_row(std::move(goal), ours, yardstick, std::move(unit), at_most);
    row.judge = Judge::ratio_at_most;
    return row;
}

std::string to_table(const Rows& rows) {
    std::size_t widest = 4;
    for (const Row& row : rows) {
        widest = std::max(widest, row.goal.size());
    }
    std::string out = padded("goal", widest, true) + "      ours yardstick unit        ratio  target\n";
    for (const Row& row : rows) {
        out += padded(row.goal, widest, true);
        out += padded(measured(row) ? digits(row.ours) : "-", 10);
        out += padded(row.yardstick == 0 ? "-" : digits(row.yardstick), 10) + " " + padded(row.unit, 10, true);
        out += padded(row.ratio == 0 ? "-" : digits(row.ratio), 7) + "  " + padded(row.target(), 17, true);
        out += verdict(row);
        while (out.back() == ' ') {
            out.pop_back();
        }
        out += "\n";
        if (!row.note.empty()) { out += "    " + row.note + "\n"; }
    }
    return out;
}

std::string to_json(const Rows& rows) {
    nlohmann::ordered_json out = nlohmann::ordered_json::array();
    for (const Row& row : rows) {
        const auto met = row.met();
        nlohmann::ordered_json line{{"goal", row.goal},
                                    {"ours", number(row.ours)},
                                    {"yardstick", number(row.yardstick)},
                                    {"unit", row.unit},
                                    {"ratio", number(row.ratio)},
                                    {"target", row.target()},
                                    {"met", met ? nlohmann::ordered_json(*met) : nlohmann::ordered_json()}};
        if (!row.note.empty()) { line["note"] = row.note; }
        out.push_back(std::move(line));
    }
    return out.dump(1) + "\n";
}

} // namespace ethpoc::bench
