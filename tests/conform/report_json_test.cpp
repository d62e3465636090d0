#include "conform/report_json.hpp"

#include <algorithm>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/conform/report_samples.hpp"
#include "tests/support/sampled.hpp"

using namespace ethpoc;
using namespace ethpoc::conform;
using ethpoc::test::hostile_report;
using ethpoc::test::sample_report;

namespace {

nlohmann::json small_document() {
    return nlohmann::json::parse(report_json(sample_report(2)));
}

/// What read_report() says of the document once `pointer` has another value.
std::string fault_with(const char* pointer, nlohmann::json value) {
    auto document = small_document();
    document[nlohmann::json::json_pointer(pointer)] = std::move(value);
    const auto read = read_report(document.dump());
    return read ? "none" : read.error().in("f");
}

bool is_ascii_text(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= 0x20 && c < 0x7f); });
}

} // namespace

TEST_CASE("report json: a report comes back as it was, whatever stands in it") {
    Report empty;
    Report largest = sample_report(3);
    largest.seed = ~std::uint64_t{0};
    largest.strict = true;
    largest.complete = false;
    largest.target_dials = true;
    largest.outcomes[1].transcript[1].size = std::uint64_t{1} << 60;
    largest.outcomes[1].transcript[1].line = 65534;
    largest.outcomes[2].took = std::chrono::nanoseconds(123456789);
    for (const Report& report : {empty, sample_report(10), sample_report(500), hostile_report(), largest}) {
        const std::string text = report_json(report);
        CHECK(is_ascii_text(text));
        const auto read = read_report(text);
        REQUIRE(read);
        CHECK(report_json(*read) == text);
        CHECK(read->client_id == report.client_id);
        CHECK(read->seed == report.seed);
        REQUIRE(read->outcomes.size() == report.outcomes.size());
        for (std::size_t i = 0; i < report.outcomes.size(); ++i) {
            CHECK(read->outcomes[i].seen == report.outcomes[i].seen);
            CHECK(read->outcomes[i].took == report.outcomes[i].took);
            CHECK(read->outcomes[i].verdict == report.outcomes[i].verdict);
            CHECK(read->outcomes[i].plain == report.outcomes[i].plain);
            CHECK(read->outcomes[i].transcript.size() == report.outcomes[i].transcript.size());
        }
    }
}

TEST_CASE("report json: the members that programs read") {
    const auto document = nlohmann::json::parse(report_json(sample_report(10)));
    CHECK(document["schema"] == 1);
    CHECK(document["target"]["address"] == "127.0.0.1:30303");
    CHECK(document["verdicts"].size() == 10);
    for (const auto& [name, count] : document["verdicts"].items()) {
        CAPTURE(name);
        CHECK(count == 1);
    }
    const auto& third = document["cases"][2];
    CHECK(third["verdict"] == "FAIL");
    CHECK(third["requirement"].get<std::string>().size() > 20);
    CHECK(third["transcript"][1]["bytes"] == "0x2240089100000003c10200");
    CHECK(third["transcript"][1]["line"] == 1);
    CHECK(third["ms"] == doctest::Approx(0.612));
}

TEST_CASE("report json: events are lines of their own") {
    const Report report = hostile_report();
    std::string lines = start_event(report, report.outcomes.size());
    for (std::size_t i = 0; i < report.outcomes.size(); ++i) {
        lines += case_event(report.outcomes[i], i + 1, report.outcomes.size());
    }
    lines += end_event(report);
    CHECK(is_ascii_text(lines));
    std::size_t count = 0;
    for (std::size_t at = 0; at < lines.size(); at = lines.find('\n', at) + 1) {
        const auto event = nlohmann::json::parse(lines.substr(at, lines.find('\n', at) - at));
        const std::string name = event["event"];
        CHECK(name == (count == 0 ? "start" : count <= report.outcomes.size() ? "case" : "end"));
        ++count;
    }
    CHECK(count == report.outcomes.size() + 2);
}

TEST_CASE("report json: what is no report is told with its place") {
    CHECK(fault_with("/cases/1/verdict", "GOOD") == "f: cases[1].verdict is not the name of a verdict");
    CHECK(fault_with("/cases/0/id", 7) == "f: cases[0].id is not a text");
    CHECK(fault_with("/cases/0/level", "must") == "f: cases[0].level is none of MUST, SHOULD, INFO");
    CHECK(fault_with("/cases/1/transcript/1/bytes", "0x1") ==
          "f: cases[1].transcript[1].bytes is not 0x and hex digits of at most 512 bytes");
    CHECK(fault_with("/cases/1/transcript/0/line", 0) ==
          "f: cases[1].transcript[0].line is not the number of a connection");
    CHECK(fault_with("/cases/1/transcript/1/size", 3) ==
          "f: cases[1].transcript[1].size is less than the bytes that are there");
    CHECK(fault_with("/cases/1/ms", 1e300) == "f: cases[1].ms is no time that a run takes");
    CHECK(fault_with("/seed", -1) == "f: seed is not a whole number");
    CHECK(fault_with("/seed", "18446744073709551616") == "f: seed is not a whole number");
    CHECK(fault_with("/schema", 2) == "f: schema is not 1: no report of this tester, or of a later one");
    CHECK(fault_with("/target", nlohmann::json::array()) == "f: target is not an object");
    CHECK(fault_with("/cases/0", nullptr) == "f: cases[0] is not an object");
    CHECK(fault_with("/cases", nlohmann::json::object()) == "f: cases is not a list");
    CHECK(fault_with("/unknown", 1) == "none");
    CHECK(read_report("").error().line == 1);
    CHECK(read_report("{\n  \"schema\": 1,\n  oops}").error().line == 3);
    CHECK(read_report("[1e999]").error().message.find("a number") != std::string::npos);
    CHECK_FALSE(read_report("null"));
    CHECK_FALSE(read_report("{}"));
    const auto forged = read_report("{\"\x1b[31m");
    REQUIRE_FALSE(forged);
    CHECK(is_ascii_text(forged.error().in("f")));
}

TEST_CASE("report json: a file costs no more than its bounds") {
    CHECK(read_report(std::string(100'000, '[')).error().message.find("deep") != std::string::npos);
    std::string many = "[";
    for (std::size_t i = 0; i <= max_report_values; ++i) {
        many += "1,";
    }
    CHECK(read_report(many).error().message == "more values than a report has");
    auto document = small_document();
    for (std::size_t i = 0; i < Outcome::kept_entries; ++i) {
        document["cases"][0]["transcript"].push_back(document["cases"][0]["transcript"][0]);
    }
    CHECK(read_report(document.dump()).error().path == "cases[0].transcript");
    document = small_document();
    document["tool"] = std::string(300'000, 'x');
    CHECK(read_report(document.dump()).error().path == "tool");
}

TEST_CASE("report json: cut off or changed anywhere it is a fault or a report, never a crash") {
    const std::string text = report_json(sample_report(3));
    std::size_t faults = 0;
    for (std::size_t size = 0; size + 1 < text.size(); size += 7) {
        faults += read_report(std::string_view(text).substr(0, size)) ? 0 : 1;
    }
    CHECK(faults == (text.size() + 5) / 7);
    for (std::size_t at = 0; at < text.size(); at += 5 * ethpoc::test::sampled(5)) {
        for (const char c : {'"', '{', ']', '0', '\\', '\xff', '-'}) {
            std::string changed = text;
            changed[at] = c;
            const auto read = read_report(changed);
            if (!read) { CHECK_FALSE(read.error().message.empty()); }
        }
    }
}
