#include "conform/report_diff.hpp"

#include <algorithm>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/conform/report_samples.hpp"

using namespace ethpoc;
using namespace ethpoc::conform;
using ethpoc::test::hostile_report;
using ethpoc::test::run_of;
using ethpoc::test::sample_report;

namespace {

/// What becomes of one run.
std::string change_between(Verdict before, Verdict after, std::string_view seen_after = "pong") {
    Report old_one = sample_report(0);
    Report new_one = sample_report(0);
    old_one.outcomes.push_back(run_of(cases()[0], before));
    new_one.outcomes.push_back(run_of(cases()[0], after));
    new_one.outcomes[0].seen = seen_after;
    const ReportDiff diff = compare(old_one, new_one);
    if (diff.items.empty()) { return "same"; }
    return std::string(name_of(diff.items[0].change)) + (diff.is_worse ? "!" : "");
}

} // namespace

TEST_CASE("report diff: what a change of verdict is") {
    using enum Verdict;
    CHECK(change_between(pass, fail) == "worse!");
    CHECK(change_between(pass, nonstrict) == "worse!");
    CHECK(change_between(nonstrict, dead) == "worse!");
    CHECK(change_between(fail, pass) == "better");
    CHECK(change_between(dead, fail) == "better");
    CHECK(change_between(fail, skip) == "better");
    CHECK(change_between(skip, fail) == "worse!");
    CHECK(change_between(pass, error) == "worse!");
    CHECK(change_between(pass, skip) == "other");
    CHECK(change_between(skip, pass) == "other");
    CHECK(change_between(xfail, fail) == "worse!"); // the file says it no more
    CHECK(change_between(fail, xfail) == "better"); // the file says it now
    CHECK(change_between(xfail, pass) == "better");
    CHECK(change_between(xfail, xpass) == "better");
    CHECK(change_between(pass, xfail) == "worse!"); // a known failure is one all the same
    CHECK(change_between(info, info) == "same");
    CHECK(change_between(info, info, "silence") == "seen");
    CHECK(change_between(fail, fail, "silence") == "seen");
    for (const Verdict verdict : ethpoc::test::all_verdicts) {
        CHECK(change_between(verdict, verdict) == "same");
    }
}

TEST_CASE("report diff: new and gone runs") {
    const Report few = sample_report(5);
    Report many = sample_report(12);
    ReportDiff diff = compare(few, many);
    CHECK(diff.same == 5);
    CHECK(diff.items.size() == 7);
    CHECK(diff.is_worse); // among the new ones are some that want attention
    diff = compare(many, few);
    CHECK(diff.items.size() == 7);
    CHECK(std::ranges::all_of(diff.items, [](const Difference& one) { return one.change == Change::gone; }));
    CHECK_FALSE(diff.is_worse);
    Report broken = few;
    broken.complete = false;
    CHECK(compare(many, broken).items.empty());
    CHECK(compare(Report{}, Report{}).items.empty());
    // Twice the same id: the last run counts.
    many.outcomes.push_back(many.outcomes[2]);
    many.outcomes.back().seen = "something else";
    CHECK(compare(sample_report(12), many).items.size() == 1);
}

TEST_CASE("report diff: as text and as JSON") {
    Report before = sample_report(10);
    Report after = sample_report(11);
    after.outcomes[0].verdict = after.outcomes[0].plain = Verdict::fail;
    before.outcomes[3].seen = "hold";
    const ReportDiff diff = compare(before, after);
    const std::string text = diff_text(diff);
    CAPTURE(text);
    CHECK(text.find("worse   F01 frame.ping-one-write  PASS (pong) -> FAIL (pong)\n") != std::string::npos);
    CHECK(text.ends_with("8 as before, 1 worse, 1 seen, 1 new: worse\n"));
    const auto document = nlohmann::json::parse(diff_json(diff));
    CHECK(document["worse"] == true);
    CHECK(document["counts"]["worse"] == 1);
    CHECK(document["changes"][0]["change"] == "worse");
    CHECK(document["changes"][0]["before"] == "PASS");
    CHECK(document["changes"][2]["before"].is_null());
}

TEST_CASE("report diff: hostile texts stay texts") {
    const std::string text = diff_text(compare(sample_report(10), hostile_report())) +
                             diff_json(compare(hostile_report(), sample_report(3)));
    CHECK(std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; }));
    CHECK(text.find(ethpoc::test::right_to_left) == std::string::npos);
}
