#include "conform/report_text.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/conform/report_samples.hpp"

using namespace ethpoc;
using namespace ethpoc::conform;
using ethpoc::test::hostile_report;
using ethpoc::test::sample_report;

namespace {

std::size_t lines_in(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

} // namespace

TEST_CASE("report text: a line for each run, a block for those that want attention") {
    const Report report = sample_report(10);
    for (const Outcome& outcome : report.outcomes) {
        CAPTURE(std::string(name_of(outcome.verdict)));
        const std::string line = text_line(outcome);
        CHECK(lines_in(line) == 1);
        CHECK(line.starts_with(std::string(name_of(outcome.verdict)) + " "));
        CHECK(line.find(outcome.slug) != std::string::npos);
        const std::string block = text_block(report, outcome);
        const bool wanted = outcome.verdict == Verdict::fail || outcome.verdict == Verdict::xpass ||
                            outcome.verdict == Verdict::error || outcome.verdict == Verdict::dead;
        CHECK(block.empty() != wanted);
        TextStyle all;
        all.all_blocks = true;
        CHECK_FALSE(text_block(report, outcome, all).empty());
    }
    CHECK(text_line(report.outcomes[4]).find("no limit was announced") != std::string::npos);
}

TEST_CASE("report text: what a block says") {
    const Report report = sample_report(3);
    const std::string block = text_block(report, report.outcomes[2]);
    CAPTURE(block);
    for (const char* part :
         {"  MUST      1.1.2 TCP is a stream: ", "  expected  ", "  seen      pong\n", "sent  11 bytes",
          "0000  22 40 08 91  00 00 00 03  c1 02 00\n", "^^ ", "came  10 bytes  Pong", "closed by the target",
          "  again     ethpoc conform 127.0.0.1:30303 F03 --protocol 7 --seed 1\n"}) {
        CAPTURE(std::string(part));
        CHECK(block.find(part) != std::string::npos);
    }
}

TEST_CASE("report text: the summary counts, and says so when nothing was run or it was broken off") {
    Report report = sample_report(10);
    const std::string summary = text_summary(report);
    CAPTURE(summary);
    CHECK(summary.starts_with(
        "10 runs  1 PASS  1 NONSTRICT  1 FAIL  1 INFO  1 SKIP  1 UNIMPL  1 XFAIL  1 XPASS  1 ERROR  1 DEAD\n"));
    CHECK(summary.find(" sentences tried, ") != std::string::npos);
    CHECK(summary.find("  look at   F03 F08 F09 F10\n") != std::string::npos);
    CHECK(summary.find("broken off") == std::string::npos);
    report.complete = false;
    CHECK(text_summary(report).ends_with("broken off: what is not here was not run\n"));
    CHECK(text_summary(Report{}).starts_with("0 runs: nothing was selected\n"));
}

TEST_CASE("report text: nothing of a target reaches the terminal as it is") {
    const Report report = hostile_report();
    TextStyle style;
    style.all_blocks = true;
    const std::string text = report_text(report, style);
    CHECK(std::ranges::none_of(
        text, [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == '\x7f'; }));
    CHECK(text.find(ethpoc::test::right_to_left) == std::string::npos);
    CHECK(text.find('\xff') == std::string::npos);
    // A line of a target's is none of ours.
    CHECK(text.find("\nok 1") == std::string::npos);
}

TEST_CASE("report text: painted it says the same") {
    const Report report = sample_report(10);
    TextStyle painted;
    std::size_t calls = 0;
    painted.paint = [&](PaintTone, std::string_view text) {
        ++calls;
        return "\x01" + std::string(text) + "\x01";
    };
    std::string text = report_text(report, painted);
    std::erase(text, '\x01');
    CHECK(text == report_text(report));
    CHECK(calls > 100);
}

TEST_CASE("report text: narrow terminals and long transcripts") {
    Report report = sample_report(3);
    Outcome& run = report.outcomes[2];
    for (int i = 0; i < 190; ++i) {
        run.transcript.insert(run.transcript.begin() + 2, ethpoc::test::said(0.1, Spoken::What::sent, "22"));
    }
    TextStyle style;
    style.width = 1;
    const std::string block = text_block(report, run, style);
    CHECK(block.find("entries not shown") != std::string::npos);
    CHECK(block.find("^^") != std::string::npos);
    CHECK(lines_in(block) < 60);
    CHECK(block.find("closed by the target") != std::string::npos);
}
