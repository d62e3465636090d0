#include "conform/report_coverage.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "conform/sentences.hpp"
#include "tests/conform/report_samples.hpp"

using namespace ethpoc;
using namespace ethpoc::conform;
using ethpoc::test::run_of;
using ethpoc::test::sample_report;

TEST_CASE("report coverage: nothing was run") {
    const auto all = coverage(Report{});
    CHECK(all.size() == sections().size());
    const SectionCoverage whole = sum(all);
    CHECK(whole.sentences == sentences().size());
    CHECK(whole.run == 0);
    CHECK(whole.passed == 0);
    // The page promises a case for almost every sentence.
    CHECK(whole.with_case * 10 > whole.sentences * 9);
    CHECK(whole.with_case <= whole.sentences);
}

TEST_CASE("report coverage: a sentence has passed when no run of it failed") {
    Report report = sample_report(0);
    report.outcomes.push_back(run_of(*find_case("F01"), Verdict::pass)); // 1.2.1
    CHECK(sum(coverage(report)).run == 1);
    CHECK(sum(coverage(report)).passed == 1);
    report.outcomes.push_back(run_of(*find_case("F01"), Verdict::nonstrict));
    CHECK(sum(coverage(report)).passed == 1);
    report.outcomes.push_back(run_of(*find_case("F01"), Verdict::skip));
    CHECK(sum(coverage(report)).passed == 1);
    report.outcomes.push_back(run_of(*find_case("F01"), Verdict::xfail));
    CHECK(sum(coverage(report)).run == 1);
    CHECK(sum(coverage(report)).passed == 0);
    // Of several reports, each has a say.
    Report other = sample_report(0);
    other.outcomes.push_back(run_of(*find_case("B10"), Verdict::pass));
    const std::vector<Report> both{report, other};
    CHECK(sum(coverage(both)).run == 2);
    CHECK(sum(coverage(both)).passed == 1);
}

TEST_CASE("report coverage: as text and as JSON") {
    Report report = sample_report(0);
    for (const Case& test : cases()) {
        report.outcomes.push_back(run_of(test, Verdict::pass));
    }
    const auto all = coverage(report);
    const SectionCoverage whole = sum(all);
    CHECK(whole.run == whole.with_case);
    CHECK(whole.passed == whole.with_case);
    const std::string text = coverage_text(all);
    CHECK(text.find("1.2  Packet") != std::string::npos);
    CHECK(text.ends_with(std::to_string(whole.passed) + "\n"));
    const auto document = nlohmann::json::parse(coverage_json(all));
    CHECK(document["sentences"] == whole.sentences);
    CHECK(document["sections"].size() == all.size());
    for (const SectionCoverage& section : all) {
        CHECK(section.without_case.size() + section.with_case == section.sentences);
        CHECK(section.not_run.empty());
    }
}
