#include "conform/report_junit.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/conform/report_samples.hpp"

using namespace ethpoc;
using namespace ethpoc::conform;
using ethpoc::test::hostile_report;
using ethpoc::test::sample_report;

namespace {

std::size_t times_in(std::string_view text, std::string_view what) {
    std::size_t out = 0;
    for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) {
        ++out;
    }
    return out;
}

} // namespace

TEST_CASE("report junit: ten verdicts are failures, errors, skipped ones and what is all right") {
    const std::string xml = report_junit(sample_report(10));
    CHECK(times_in(xml, "<testcase ") == 10);
    CHECK(times_in(xml, "<failure ") == 2);
    CHECK(times_in(xml, "<error ") == 2);
    CHECK(times_in(xml, "<skipped ") == 3);
    CHECK(xml.find("<testsuites name=\"ethpoc conform\" tests=\"10\" failures=\"2\" errors=\"2\" time=\"0.006\">") !=
          std::string::npos);
    CHECK(xml.find("timestamp=\"2026-11-21T07:50:00\"") != std::string::npos);
    CHECK(xml.find("type=\"MUST\"") != std::string::npos);
}

TEST_CASE("report junit: a suite for each group, counted on its own, and names that are unique") {
    const Report report = sample_report(400);
    const std::string xml = report_junit(report);
    CHECK(times_in(xml, "<testsuite ") > 10);
    CHECK(times_in(xml, "<testcase ") == 400);
    const std::vector<Report> two{report, report};
    const std::string both = report_junit(two);
    CHECK(times_in(both, "<testcase ") == 800);
    CHECK(times_in(both, "classname=\"ethpoc.conform.1.7.F\"") == times_in(both, "classname=\"ethpoc.conform.2.7.F\""));
    CHECK(times_in(report_junit(Report{}), "<testsuite ") == 0);
}

TEST_CASE("report junit: no byte that XML 1.0 cannot say, and no markup of a target's") {
    const std::string xml = report_junit(hostile_report());
    CHECK(std::ranges::none_of(xml, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; }));
    CHECK(xml.find("]]>") == std::string::npos);
    CHECK(xml.find("<script") == std::string::npos);
    CHECK(xml.find("<b>") == std::string::npos);
    CHECK(xml.find("\xef\xbf\xbf") == std::string::npos);
    CHECK(xml.find(ethpoc::test::right_to_left) == std::string::npos);
    CHECK(xml.find("timestamp=\"1970-01-01T00:00:00\"") != std::string::npos);
    // Characters that only look unusual stay.
    CHECK(xml.find("\xe2\x82\xac\xf0\x9f\x98\x80") != std::string::npos);
}
