#include "conform/report_tap.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/conform/report_samples.hpp"

using namespace ethpoc;
using namespace ethpoc::conform;
using ethpoc::test::hostile_report;
using ethpoc::test::sample_report;

namespace {

std::vector<std::string> lines_of_tap(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        out.push_back(text.substr(at, end - at));
        at = end == std::string::npos ? text.size() : end + 1;
    }
    return out;
}

} // namespace

TEST_CASE("report tap: ten verdicts") {
    const auto lines = lines_of_tap(report_tap(sample_report(10)));
    CHECK(lines[0] == "TAP version 13");
    CHECK(lines[1] == "1..10");
    std::string results;
    for (const std::string& line : lines) {
        if (line.starts_with("ok ")) { results += line.find(" # SKIP ") == std::string::npos ? "o" : "s"; }
        if (line.starts_with("not ok ")) { results += line.find(" # TODO ") == std::string::npos ? "n" : "t"; }
    }
    CHECK(results == "oonosstnnn");
    CHECK(std::ranges::count(lines, "  ---") == 5);
    CHECK(std::ranges::count(lines, "  ...") == 5);
}

TEST_CASE("report tap: an empty report, and one that was broken off") {
    CHECK(report_tap(Report{}) == "TAP version 13\n1..0 # SKIP nothing was run\n");
    Report report = sample_report(2);
    report.complete = false;
    CHECK(lines_of_tap(report_tap(report)).back().starts_with("Bail out! "));
}

TEST_CASE("report tap: no text of a target is taken for a line or a directive") {
    const Report report = hostile_report();
    const auto lines = lines_of_tap(report_tap(report));
    std::size_t runs = 0;
    bool in_block = false;
    for (const std::string& line : lines) {
        CAPTURE(line);
        CHECK(std::ranges::none_of(line, [](char c) { return static_cast<unsigned char>(c) < 0x20; }));
        if (line == "  ---" || line == "  ...") {
            in_block = line == "  ---";
        } else if (in_block) {
            CHECK(line.starts_with("  "));
            CHECK(line.ends_with('"'));
        } else if (line.starts_with("ok ") || line.starts_with("not ok ")) {
            ++runs;
            // One `#` that is not escaped at most: that of the directive.
            std::size_t signs = 0;
            for (std::size_t i = 1; i < line.size(); ++i) {
                signs += line[i] == '#' && line[i - 1] != '\\' ? 1 : 0;
            }
            CHECK(signs <= 1);
        }
    }
    CHECK(runs == report.outcomes.size());
}
