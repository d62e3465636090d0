#include "conform/report_counts.hpp"

#include <doctest/doctest.h>

#include "tests/conform/report_samples.hpp"

using namespace ethpoc;
using namespace ethpoc::conform;
using ethpoc::test::sample_report;

TEST_CASE("report counts: all ten verdicts, and what of them counts where") {
    const Counts counts = count(sample_report(10));
    CHECK(counts.total == 10);
    std::size_t run = 0;
    std::size_t passed = 0;
    for (const Verdict verdict : ethpoc::test::all_verdicts) {
        CHECK(counts.of(verdict) == 1);
    }
    for (const auto& level : counts.by_level) {
        run += level.run;
        passed += level.passed;
    }
    CHECK(run == 7);    // without skip, unimpl, error
    CHECK(passed == 4); // pass, nonstrict, info, xpass
    CHECK(count(Report{}).total == 0);
}

TEST_CASE("report counts: who wants attention") {
    std::string ids;
    const Report report = sample_report(10);
    for (const Outcome* const outcome : unexpected(report)) {
        ids += std::string(name_of(outcome->verdict)) + " ";
        CHECK(mood_of(outcome->verdict) == Mood::bad);
    }
    CHECK(ids == "FAIL XPASS ERROR DEAD ");
}

TEST_CASE("report counts: groups of ids") {
    CHECK(group_of("F01") == "F");
    CHECK(group_of("R22.01") == "R");
    CHECK(group_of("01").empty());
    CHECK(group_of("").empty());
    for (const Case& test : cases()) {
        CAPTURE(std::string(test.id));
        CHECK(title_of_group(group_of(test.id)) != group_of(test.id));
        CHECK(section_of(test.sentence) == test.section());
    }
    CHECK(title_of_group("ZZ") == "ZZ");
}

TEST_CASE("report counts: the line that repeats a run") {
    Report report = sample_report(1);
    CHECK(again_line(report, report.outcomes[0]) ==
          "ethpoc conform 127.0.0.1:30303 " + report.outcomes[0].id + " --protocol 7 --seed 1");
    report.target = "--exec 'CMD {port}'";
    report.strict = true;
    report.profile = "p2p2/eth49";
    CHECK(again_line(report, report.outcomes[0]).starts_with("ethpoc conform --exec 'CMD {port}' "));
    CHECK(again_line(report, report.outcomes[0]).ends_with(" --protocol p2p2/eth49 --seed 1 --strict"));
    report.target = "--listen 127.0.0.1:30303";
    CHECK(again_line(report, report.outcomes[0]).starts_with("ethpoc conform --listen 127.0.0.1:30303 "));
    report.target = "--exec a 'b'; rm x";
    CHECK(again_line(report, report.outcomes[0]).starts_with("ethpoc conform --exec 'a '\\''b'\\''; rm x' "));
    report.target = "--x;rm";
    CHECK(again_line(report, report.outcomes[0]).starts_with("ethpoc conform '--x;rm' "));
    // A file of somebody else's must not become a command of ours.
    report.target = "a; rm -rf $(x) 'y'";
    report.outcomes[0].id = "F01`x`";
    CHECK(again_line(report, report.outcomes[0]) ==
          "ethpoc conform 'a; rm -rf $(x) '\\''y'\\''' 'F01`x`' --protocol p2p2/eth49 --seed 1 --strict");
}

TEST_CASE("report counts: times for people") {
    CHECK(duration_text(std::chrono::microseconds(412)) == "0.4 ms");
    CHECK(duration_text(std::chrono::microseconds(9960)) == "10 ms");
    CHECK(duration_text(std::chrono::milliseconds(999)) == "999 ms");
    CHECK(duration_text(std::chrono::milliseconds(3150)) == "3.1 s");
}
