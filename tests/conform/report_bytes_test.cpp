#include "conform/report_bytes.hpp"

#include <doctest/doctest.h>

#include "conform/report_dump.hpp"
#include "tests/conform/report_samples.hpp"

using namespace ethpoc;
using namespace ethpoc::conform;
using ethpoc::test::said;
using enum ethpoc::conform::Spoken::What;

namespace {

/// "t4 l4 p2", with a bar before each run that begins a frame.
std::string runs_text(const AnnotatedBytes& bytes) {
    std::string out;
    for (const ByteRun& run : bytes.runs) {
        if (!out.empty()) { out += ' '; }
        out += std::string(run.begins ? "|" : "") + letter_of(run.part) + std::to_string(run.size);
    }
    return out;
}

} // namespace

TEST_CASE("report bytes: a frame, what it says, and what is wrong with it") {
    const auto found =
        annotate({said(0, sent, "22400891 00000003 c10200"), said(1, came, "22400891 00000002 c103")}, "7");
    CHECK(runs_text(found[0]) == "|t4 l4 p3");
    REQUIRE(found[0].fault);
    CHECK(found[0].fault->offset == 10);
    CHECK(found[0].fault->text.find("trailing") != std::string::npos);
    CHECK(runs_text(found[1]) == "|t4 l4 p2");
    CHECK_FALSE(found[1].fault);
    REQUIRE(found[1].says.size() == 1);
    CHECK(found[1].says[0].starts_with("Pong"));
}

TEST_CASE("report bytes: a frame in several writes is read as one") {
    std::vector<Spoken> transcript;
    for (const char* byte : {"22", "40", "08", "91", "00", "00", "00", "02", "c1", "02"}) {
        transcript.push_back(said(0, sent, byte));
        transcript.push_back(said(0, happened, "", "pause 20ms"));
    }
    const auto found = annotate(transcript, "7");
    CHECK(runs_text(found[0]) == "|t1");
    CHECK(runs_text(found[6]) == "t1");
    CHECK(runs_text(found[8]) == "l1");
    CHECK(runs_text(found[18]) == "p1");
    CHECK(found[0].says.size() == 1);
    for (const AnnotatedBytes& one : found) {
        CHECK_FALSE(one.fault);
    }
}

TEST_CASE("report bytes: several frames in one write, garbage, and two connections") {
    auto second = said(0, sent, "22400891 00000002 c102");
    second.line = 1;
    const auto found = annotate(
        {said(0, sent, "ffff 22400891 00000002 c102 22400891 00000002 c103"), second, said(0, sent, "22400891 0000")},
        "7");
    CHECK(runs_text(found[0]) == "|o2 |t4 l4 p2 |t4 l4 p2");
    CHECK(found[0].says.size() == 2);
    CHECK(found[0].fault->offset == 0);
    CHECK(runs_text(found[1]) == "|t4 l4 p2");
    CHECK(runs_text(found[2]) == "|t4 l2");
    REQUIRE(found[2].fault);
}

TEST_CASE("report bytes: what was not kept is no fault, and what follows is read anew") {
    auto cut = said(0, sent, "22400891 00100000 fa0ffffc");
    cut.size = 1u << 20;
    const auto found = annotate({cut, said(1, sent, "22400891 00000002 c102")}, "7");
    CHECK_FALSE(found[0].fault);
    CHECK(runs_text(found[0]) == "|t4 l4 p4");
    CHECK(runs_text(found[1]) == "|t4 l4 p2");
    CHECK(found[1].says.size() == 1);
}

TEST_CASE("report bytes: every profile and none, and bytes of any kind") {
    for (const char* profile : {"0", "7", "30", "p2p2/eth49", "", "no such row"}) {
        for (const char* digits : {"22400891 00000002 8102", "00", "22400891", "22400891 ffffffff", "2240"}) {
            CAPTURE(std::string(profile));
            CAPTURE(std::string(digits));
            const auto found = annotate({said(0, came, digits)}, profile);
            std::size_t size = 0;
            for (const ByteRun& run : found[0].runs) {
                size += run.size;
            }
            CHECK(size == test::hex(digits).size());
        }
    }
    CHECK(annotate({}, "7").empty());
}

TEST_CASE("report dump: the marker stands below the byte") {
    const auto one = said(0, sent, "22400891 00000003 c10200");
    const auto rows = dump_rows(one, annotate({one}, "7")[0], {});
    REQUIRE(rows.size() == 2);
    CHECK(rows[0] == "0000  22 40 08 91  00 00 00 03  c1 02 00");
    CHECK(rows[1].find("^^") == rows[0].size() - 2);
    const auto missing = said(0, sent, "22400891 00000003 c102");
    const auto short_rows = dump_rows(missing, annotate({missing}, "7")[0], {});
    REQUIRE(short_rows.size() == 2);
    CHECK(short_rows[1].find("^^") != std::string::npos);
}

TEST_CASE("report dump: long bytes are cut, but not at the fault") {
    TextStyle style;
    style.bytes_shown = 32;
    auto one = said(0, sent, "22400891 00000081");
    one.bytes.push_back(0xf8);
    one.bytes.push_back(0x7e);
    one.bytes.resize(8 + 0x81, 0x02);
    one.size = one.bytes.size();
    const auto rows = dump_rows(one, annotate({one}, "7")[0], style);
    std::string all;
    for (const std::string& row : rows) {
        all += row + "\n";
    }
    CAPTURE(all);
    CHECK(all.find("bytes not shown") != std::string::npos);
    CHECK(all.find("^^") != std::string::npos);
    CHECK(rows.size() == 5);
}

TEST_CASE("report dump: text is broken at blanks") {
    CHECK(wrapped("a b", 80) == std::vector<std::string>{"a b"});
    CHECK(wrapped("", 80) == std::vector<std::string>{""});
    const auto lines = wrapped("aaaaaaaaaaaaaaa bbbbbbbbbbbbbbb ccc", 20);
    CHECK(lines == std::vector<std::string>{"aaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbb ccc"});
    for (const std::string& line : wrapped(std::string(50, 'x') + "\xc3\xa9\xc3\xa9", 20)) {
        CHECK(line.size() <= 20);
        CHECK_FALSE((static_cast<unsigned char>(line[0]) & 0xc0U) == 0x80U);
    }
}
