#include "conform/report_html.hpp"

#include <algorithm>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "conform/report_html_parts.hpp"
#include "tests/conform/report_samples.hpp"

using namespace ethpoc;
using namespace ethpoc::conform;
using ethpoc::test::hostile_report;
using ethpoc::test::run_of;
using ethpoc::test::sample_report;

namespace {

std::size_t count_in(std::string_view text, std::string_view what) {
    std::size_t out = 0;
    for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) {
        ++out;
    }
    return out;
}

nlohmann::json data_of(const std::string& page) {
    constexpr std::string_view begin = "id=\"data\">";
    const std::size_t from = page.find(begin) + begin.size();
    return nlohmann::json::parse(page.substr(from, page.find("</script>", from) - from));
}

} // namespace

TEST_CASE("report html: a cell for each run, its verdict in words or signs") {
    const std::string page = report_html(sample_report(10));
    CHECK(count_in(page, "<tr data-row=") == 10);
    for (const Verdict verdict : ethpoc::test::all_verdicts) {
        CAPTURE(std::string(name_of(verdict)));
        CHECK(count_in(page, "data-v=\"" + std::string(name_of(verdict)) + "\"") == 1);
        CHECK(count_in(page, "<span class=\"word\">" + std::string(name_of(verdict)) + "</span>") == 1);
    }
    CHECK(page.find("<title>ethpoc conform: Ethereum(++)/v0.3.10/brew/Darwin</title>") != std::string::npos);
    CHECK(report_html(sample_report(1), "A & B").find("<title>A &amp; B</title>") != std::string::npos);
    // Verdicts have signs of their own.
    for (const Verdict a : ethpoc::test::all_verdicts) {
        for (const Verdict b : ethpoc::test::all_verdicts) {
            CHECK((a == b) == (html_sign(a) == html_sign(b)));
        }
    }
}

TEST_CASE("report html: what the script shows of a run") {
    const auto data = data_of(report_html(sample_report(10)));
    CHECK(data["cases"].size() == 10);
    CHECK(data["cases"][2]["id"] == "F03");
    CHECK(data["cases"][2]["expected"] == "pong");
    const auto& run = data["runs"][2][0];
    CHECK(run["verdict"] == "FAIL");
    CHECK(run["mood"] == "bad");
    const auto& sent = run["transcript"][1];
    CHECK(sent[2] == "sent");
    CHECK(sent[4] == "2240089100000003c10200");
    CHECK(sent[6] == "|t4l4p3");
    CHECK(sent[7][0] == 10);
    CHECK(run["transcript"][0].size() == 4);
}

TEST_CASE("report html: several reports have their rows together, in the order of the table") {
    Report first = sample_report(0);
    first.outcomes.push_back(run_of(*find_case("B10"), Verdict::pass));
    first.outcomes.push_back(run_of(*find_case("F02"), Verdict::pass));
    Report second = sample_report(0);
    second.outcomes.push_back(run_of(*find_case("F01"), Verdict::fail));
    second.outcomes.push_back(run_of(*find_case("B10"), Verdict::fail));
    second.outcomes.push_back(run_of(*find_case("B10"), Verdict::skip));
    second.outcomes.back().id = "ZZ1";
    second.outcomes.push_back(run_of(*find_case("B10"), Verdict::info)); // again: the last one counts
    const std::vector<Report> both{first, second};
    std::string rows;
    for (const HtmlRow& row : html_rows(both)) {
        REQUIRE(row.cells.size() == 2);
        rows += row.known->id;
        for (const Outcome* const cell : row.cells) {
            rows += cell == nullptr ? " -" : " " + std::string(name_of(cell->verdict));
        }
        rows += "\n";
    }
    CHECK(rows == "F01 - FAIL\nF02 PASS -\nB10 PASS INFO\nZZ1 - SKIP\n");
    const std::string page = report_html(both);
    CHECK(page.find("<title>ethpoc conform: 2 targets</title>") != std::string::npos);
    CHECK(count_in(page, "class=\"v none\"") == 3);
}

TEST_CASE("report html: nothing of a target's is markup, or ends the script") {
    const std::string page = report_html(hostile_report());
    const std::string plain = report_html(sample_report(10));
    CHECK(count_in(page, "<script") == count_in(plain, "<script"));
    CHECK(count_in(page, "</script") == count_in(plain, "</script"));
    CHECK(page.find("<b>tag") == std::string::npos);
    CHECK(page.find("<!--") == std::string::npos);
    CHECK(std::ranges::none_of(page, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; }));
    CHECK(page.find(ethpoc::test::right_to_left) == std::string::npos);
    CHECK_NOTHROW(data_of(page));
}

TEST_CASE("report html: no runs, no tables of them") {
    const std::string page = report_html(Report{});
    CHECK(page.find("Nothing was run.") != std::string::npos);
    CHECK(page.find("<script") == std::string::npos);
    CHECK(report_html(std::span<const Report>{}).find("0 targets") != std::string::npos);
}

TEST_CASE("report html: transcripts that are too many stay where somebody has to look") {
    Report report = sample_report(400);
    auto big = ethpoc::test::said(1, Spoken::What::sent, "");
    big.bytes.assign(Spoken::kept_bytes, 0x22);
    big.size = big.bytes.size();
    for (Outcome& outcome : report.outcomes) {
        outcome.transcript.assign(60, big);
    }
    const std::string page = report_html(report);
    CHECK(page.size() < 12u << 20);
    std::size_t kept = 0;
    const auto data = data_of(page);
    for (std::size_t i = 0; i < data["runs"].size(); ++i) {
        const auto& run = data["runs"][i][0];
        if (run["mood"] == "bad") { CHECK(run.contains("transcript")); }
        if (run["mood"] == "good") { CHECK_FALSE(run.contains("transcript")); }
        kept += run.contains("transcript") ? 1 : 0;
    }
    CHECK(kept < data["runs"].size());
}
