#include "conform/report_junit.hpp"

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <vector>

#include "conform/report_counts.hpp"
#include "conform/report_text.hpp"
#include "conform/report_values.hpp"
#include "conform/sentences.hpp"

namespace ethpoc::conform {
namespace {

constexpr std::size_t xml_limit = 64u << 10; // bytes of one text

/// Any bytes as text of XML 1.0, for content and for attributes in double quotes. printable() leaves no control
/// character but the line ends that are asked for, and nothing that is not UTF-8; with `>` written as an entity no
/// `]]>` is left either. Backslashes stay, since much of what comes here is printable() already.
std::string xml_text(std::string_view text, bool lines = false) {
    return markup_text(printable(text, xml_limit, lines ? "\n\\" : "\\"));
}

std::string attribute(std::string_view name, std::string_view value) {
    return " " + std::string(name) + R"(=")" + xml_text(value) + "\"";
}

std::string attribute(std::string_view name, std::size_t value) {
    return attribute(name, std::to_string(value));
}

std::string seconds_attribute(Since took) {
    char out[48];
    std::snprintf(out, sizeof out, "%.3f", std::max(0.0, std::chrono::duration<double>(took).count()));
    return attribute("time", out);
}

/// Without the zone, as the Ant schema wants it; that of 1970 when there is none.
std::string timestamp_of(std::string_view started) {
    constexpr std::string_view shape = "dddd-dd-ddTdd:dd:dd";
    const std::string_view text = started.substr(0, shape.size());
    const bool good = text.size() == shape.size() && std::ranges::equal(text, shape, [](char c, char wanted) {
                          return wanted == 'd' ? c >= '0' && c <= '9' : c == wanted;
                      });
    return std::string(good ? text : "1970-01-01T00:00:00");
}

struct JunitCounts {
    std::size_t tests = 0;
    std::size_t failures = 0;
    std::size_t errors = 0;
    std::size_t skipped = 0;
    Since took{};

    void add(const Outcome& outcome) {
        ++tests;
        took += outcome.took;
        failures += outcome.verdict == Verdict::fail || outcome.verdict == Verdict::xpass ? 1 : 0;
        errors += outcome.verdict == Verdict::error || outcome.verdict == Verdict::dead ? 1 : 0;
        skipped +=
            outcome.verdict == Verdict::skip || outcome.verdict == Verdict::unimpl || outcome.verdict == Verdict::xfail
                ? 1
                : 0;
    }
};

std::string message_of(const Outcome& outcome) {
    switch (outcome.verdict) {
    case Verdict::skip:
        return outcome.reason;
    case Verdict::unimpl:
        return "not implemented: " + outcome.reason;
    case Verdict::xfail:
        return "known to fail: " + outcome.reason;
    case Verdict::xpass:
        return "passes, and the expectation file says otherwise: " + outcome.reason;
    case Verdict::error:
        return outcome.reason;
    case Verdict::dead:
        return "the target was dead afterwards, seen " + outcome.seen;
    case Verdict::pass:
    case Verdict::nonstrict:
    case Verdict::fail:
    case Verdict::info:
        break;
    }
    return "expected " + outcome.accept + ", seen " + (outcome.seen.empty() ? "nothing" : outcome.seen);
}

/// The element inside of a <testcase>; empty for what is all right.
std::string junit_verdict(const Report& report, const Outcome& outcome) {
    std::string_view element;
    std::string_view type = name_of(outcome.verdict);
    switch (outcome.verdict) {
    case Verdict::fail:
        type = name_of(outcome.level);
        [[fallthrough]];
    case Verdict::xpass:
        element = "failure";
        break;
    case Verdict::error:
    case Verdict::dead:
        element = "error";
        break;
    case Verdict::skip:
    case Verdict::unimpl:
    case Verdict::xfail:
        return "      <skipped" + attribute("message", message_of(outcome)) + "/>\n";
    case Verdict::pass:
    case Verdict::nonstrict:
    case Verdict::info:
        return {};
    }
    TextStyle style;
    style.all_blocks = true;
    std::string out =
        "      <" + std::string(element) + attribute("message", message_of(outcome)) + attribute("type", type);
    return out + ">" + xml_text(text_block(report, outcome, style), true) + "</" + std::string(element) + ">\n";
}

std::string junit_case(const Report& report, const std::string& suite, const Outcome& outcome) {
    std::string out = "    <testcase" + attribute("name", title_of(outcome)) + attribute("classname", suite) +
                      seconds_attribute(outcome.took);
    const std::string inside = junit_verdict(report, outcome);
    return out + (inside.empty() ? "/>\n" : ">\n" + inside + "    </testcase>\n");
}

/// One group of cases of one report, in the order of the report.
struct JunitSuite {
    std::string_view group;
    std::vector<const Outcome*> outcomes{};
};

std::vector<JunitSuite> suites_of(const Report& report) {
    std::vector<JunitSuite> out;
    for (const Outcome& outcome : report.outcomes) {
        const std::string_view group = group_of(outcome.id);
        auto found = std::ranges::find(out, group, &JunitSuite::group);
        if (found == out.end()) { found = out.insert(out.end(), {group}); }
        found->outcomes.push_back(&outcome);
    }
    return out;
}

std::string junit_properties(const Report& report) {
    std::string out = "    <properties>\n";
    const auto add = [&](std::string_view name, std::string_view value) {
        out += "      <property" + attribute("name", name) + attribute("value", value) + "/>\n";
    };
    add("target", report.target);
    add("client_id", report.client_id);
    add("profile", report.profile);
    add("tool", report.tester);
    add("seed", std::to_string(report.seed));
    add("strict", report.strict ? "true" : "false");
    if (!report.expectations.empty()) { add("expectations", report.expectations); }
    add("complete", report.complete ? "true" : "false");
    return out + "    </properties>\n";
}

/// What passed and is worth a word: the format has no place of its own for it.
std::string junit_notes(const JunitSuite& suite) {
    std::string out;
    for (const Outcome* const outcome : suite.outcomes) {
        const bool told = outcome->verdict == Verdict::nonstrict || outcome->verdict == Verdict::info;
        if (told) { out += text_line(*outcome); }
    }
    return out;
}

std::string junit_suite(const Report& report, const JunitSuite& suite, std::size_t id, const std::string& package) {
    JunitCounts counts;
    for (const Outcome* const outcome : suite.outcomes) {
        counts.add(*outcome);
    }
    const std::string group(suite.group);
    std::string name = printable(group.empty() ? std::string("cases") : group);
    if (title_of_group(suite.group) != suite.group) { name += " " + std::string(title_of_group(suite.group)); }
    const std::string class_name = package + "." + printable(group.empty() ? std::string("cases") : group);
    std::string out = "  <testsuite" + attribute("name", name) + attribute("package", package) + attribute("id", id) +
                      attribute("timestamp", timestamp_of(report.started)) + attribute("hostname", "localhost") +
                      attribute("tests", counts.tests) + attribute("failures", counts.failures) +
                      attribute("errors", counts.errors) + attribute("skipped", counts.skipped) +
                      seconds_attribute(counts.took) + ">\n" + junit_properties(report);
    for (const Outcome* const outcome : suite.outcomes) {
        out += junit_case(report, class_name, *outcome);
    }
    out += "    <system-out>" + xml_text(junit_notes(suite), true) + "</system-out>\n";
    return out + "    <system-err></system-err>\n  </testsuite>\n";
}

/// Of several reports each has a name of its own, or readers would take equal cases for one.
std::string package_of(const Report& report, std::size_t index, std::size_t count) {
    std::string out = "ethpoc.conform";
    if (count > 1) { out += "." + std::to_string(index + 1); }
    if (!report.profile.empty()) { out += "." + printable(report.profile); }
    if (report.target_dials) { out += ".dials"; }
    return out;
}

} // namespace

std::string report_junit(std::span<const Report> reports) {
    JunitCounts counts;
    for (const Report& report : reports) {
        for (const Outcome& outcome : report.outcomes) {
            counts.add(outcome);
        }
    }
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + attribute("name", "ethpoc conform") +
                      attribute("tests", counts.tests) + attribute("failures", counts.failures) +
                      attribute("errors", counts.errors) + seconds_attribute(counts.took) + ">\n";
    std::size_t id = 0;
    for (std::size_t i = 0; i < reports.size(); ++i) {
        const std::string package = package_of(reports[i], i, reports.size());
        for (const JunitSuite& suite : suites_of(reports[i])) {
            out += junit_suite(reports[i], suite, id++, package);
        }
    }
    return out + "</testsuites>\n";
}

} // namespace ethpoc::conform
