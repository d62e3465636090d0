// The tester is tested. On a good target every case passes, in every version and both roles; and for every case there
// is something that a target can do wrong so that it does not. tests/conform/MATRIX.md is what was found:
// ETHPOC_WRITE_MATRIX=1 writes it anew.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/conform/fake_matrix.hpp"
#include "tests/support/sampled.hpp"
#include "tests/support/shared.hpp"

namespace ethpoc::test {
namespace {

using conform::Verdict;

// ---------------------------------------------------------------- the good target

/// What a target that only dials cannot be asked, and why.
bool is_out_of_reach(const conform::Case& test) {
    const bool second = test.has_flag("second") && !test.has_flag("dials"); // we cannot make a second connection to it
    const bool dials = test.has_flag("dials");                              // it makes one connection at a time
    const bool self = test.stimulus.contains("peer(target)");               // nobody knows where it listens
    return second || dials || self;
}

std::vector<const conform::Case*> with_dials(bool dials) {
    std::vector<const conform::Case*> out;
    for (const conform::Case& test : judged_cases()) {
        if (test.has_flag("dials") == dials) { out.push_back(&test); }
    }
    return out;
}

void passes(const FakeRun& run, const wire::Profile& profile, const std::vector<const conform::Case*>& cases) {
    CHECK_MESSAGE(run.failed.empty(), profile.name << ": " << run.failed);
    CHECK(run.over);
    CHECK(run.left_open == 0);
    CHECK(run.outcomes.size() == conform::runs_of(cases, profile).size());
    for (const conform::Outcome& outcome : run.outcomes) {
        CHECK_MESSAGE(outcome.verdict == Verdict::pass, profile.name << " " << outcome.id << " "
                                                                     << name_of(outcome.verdict) << ": " << outcome.seen
                                                                     << " " << outcome.reason);
    }
}

void listening_target_passes(std::string_view first, std::string_view last) {
    bool among = false;
    for (const wire::Profile& profile : wire::profiles()) {
        among = among || profile.name == first;
        if (!among) { continue; }
        among = profile.name != last;
        if (is_sampled && profile.name != first && among) { continue; } // the ends of the range
        // Some at a time, as a fast target is asked.
        const auto most = with_dials(false);
        passes(run_on_fake({.profile = &profile, .cases = most, .jobs = 4}), profile, most);
        const auto others = with_dials(true);
        passes(run_on_fake({.profile = &profile, .cases = others, .dials_too = true}), profile, others);
    }
}

TEST_CASE("matrix: every case passes on a good target, protocols 0 to 10") {
    listening_target_passes("0", "10");
}

TEST_CASE("matrix: every case passes on a good target, protocols 11 to 20") {
    listening_target_passes("11", "20");
}

TEST_CASE("matrix: every case passes on a good target, protocols 21 to 30") {
    listening_target_passes("21", "30");
}

TEST_CASE("matrix: every case passes on a good target, p2p 0 and 1, and p2p 2 up to eth 42") {
    listening_target_passes("p2p0/eth30", "p2p2/eth42");
}

TEST_CASE("matrix: every case passes on a good target, p2p 2 from eth 43 on, and p2p 3") {
    listening_target_passes("p2p2/eth43", "p2p3/eth56");
}

TEST_CASE("matrix: a good target that dials passes every case that can be asked of it") {
    std::vector<const conform::Case*> cases;
    for (const conform::Case& test : judged_cases()) {
        if (!is_out_of_reach(test)) { cases.push_back(&test); }
    }
    constexpr std::array names{"0",  "1",  "3",          "7",          "11",         "23",
                               "27", "30", "p2p0/eth33", "p2p1/eth34", "p2p2/eth49", "p2p3/eth56"};
    for (std::size_t i = 0; i < names.size();
         i += sampled(5)) { // one that is flat and old, one that is flat, one of p2p
        const wire::Profile& profile = *wire::find_profile(names[i]);
        passes(run_on_fake({.profile = &profile, .cases = cases, .target_dials = true}), profile, cases);
    }
}

// ---------------------------------------------------------------- the bad ones

struct Section {
    std::string_view letters;
    std::string_view title;
};
constexpr std::array sections{Section{"F", "F Frames"},
                              Section{"R", "R RLP"},
                              Section{"HX", "H, X Hello of the flat family"},
                              Section{"DP", "D, P Disconnect, Ping and Pong"},
                              Section{"SV", "S, V Session and versions"},
                              Section{"L", "L Limits"},
                              Section{"E", "E Peers"},
                              Section{"TB", "T, B Transactions, and blocks by chain"},
                              Section{"A", "A Hashes, and blocks by hash"},
                              Section{"QGW", "Q, G, W Status, other chains, NewBlock"},
                              Section{"NOM", "N, O, M Hello and capabilities of p2p, and its messages"}};

std::string read_all(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return std::move(out).str();
}

/// From its title to the next one.
std::string section_in(const std::string& page, std::string_view title) {
    const std::size_t begin = page.find("## " + std::string(title) + "\n");
    if (begin == std::string::npos) { return {}; }
    return page.substr(begin, std::min(page.find("\n## ", begin), page.size()) - begin);
}

/// A section of the page has a column for the switch: the three lines above the first row are the digits of the
/// numbers.
bool has_column(const std::string& page, std::size_t number) {
    for (std::size_t at = page.find("```\n "); at != std::string::npos; at = page.find("```\n ", at + 1)) {
        std::istringstream in(page.substr(at + 4, 3000));
        std::array<std::string, 3> digits;
        for (std::string& line : digits) {
            std::getline(in, line);
        }
        for (std::size_t i = 0; i < digits[0].size(); ++i) {
            const std::string here{digits[0][i], digits[1][i], digits[2][i]};
            if (here[0] != ' ' && std::stoul(here) == number) { return true; }
        }
    }
    return false;
}

bool writes_page() {
    const char* const asked = std::getenv("ETHPOC_WRITE_MATRIX");
    return asked != nullptr && std::string_view(asked) == "1";
}

const std::filesystem::path page_path = test_file("conform/MATRIX.md");

/// In the build folder too, for whoever looks at a run and not at the tree.
void keep_section(std::string_view title, const std::string& computed) {
    const std::filesystem::path folder = ETHPOC_MATRIX_DIR;
    std::filesystem::create_directories(folder);
    std::ofstream(folder / (std::string(title.substr(0, title.find_first_of(", "))) + ".md"), std::ios::binary)
        << computed;
}

void check_section(std::string_view title, const std::string& computed) {
    if (writes_page()) { return; }
    keep_section(title, computed);
    CHECK_MESSAGE(section_in(read_all(page_path), title) == computed,
                  "tests/conform/MATRIX.md says otherwise; ETHPOC_WRITE_MATRIX=1 writes it. Now it is:\n"
                      << computed);
}

std::string computed_section(const Section& section) {
    const auto rows = compute_matrix(section.letters);
    CHECK(rows.size() == cases_of(section.letters).size());
    for (const MatrixRow& row : rows) {
        CHECK_MESSAGE(row.profile != nullptr, row.test->id);
        CHECK_MESSAGE(!row.best.empty(),
                      row.test->id << " " << row.test->slug << ": no switch makes it fail: " << row.cells);
        CHECK_MESSAGE(!row.cells.contains('E'), row.test->id << ": the tester failed: " << row.cells);
    }
    return section_of(section.title, rows);
}

void holds(std::string_view letters) {
    const auto section = std::ranges::find(sections, letters, &Section::letters);
    REQUIRE(section != sections.end());
    if (!writes_page() && !is_sampled) { check_section(section->title, computed_section(*section)); }
}

TEST_CASE("matrix: cases of frames fail on a bad target") {
    holds("F");
}

TEST_CASE("matrix: cases of rlp fail on a bad target") {
    holds("R");
}

TEST_CASE("matrix: cases of the flat hello fail on a bad target") {
    holds("HX");
}

TEST_CASE("matrix: cases of disconnect and ping fail on a bad target") {
    holds("DP");
}

TEST_CASE("matrix: cases of sessions and versions fail on a bad target") {
    holds("SV");
}

TEST_CASE("matrix: cases of limits fail on a bad target") {
    holds("L");
}

TEST_CASE("matrix: cases of peers fail on a bad target") {
    holds("E");
}

TEST_CASE("matrix: cases of transactions and chains fail on a bad target") {
    holds("TB");
}

TEST_CASE("matrix: cases of hashes fail on a bad target") {
    holds("A");
}

TEST_CASE("matrix: cases of status and new blocks fail on a bad target") {
    holds("QGW");
}

TEST_CASE("matrix: cases of the p2p hello fail on a bad target") {
    holds("NOM");
}

TEST_CASE("matrix: the page has a section for every case, and every switch makes one fail") {
    std::string letters;
    for (const Section& section : sections) {
        letters += section.letters;
    }
    for (const conform::Case& test : conform::cases()) {
        CHECK_MESSAGE(letters.contains(test.id[0]), test.id);
    }
    if (writes_page()) {
        std::string page = matrix_head();
        for (const Section& section : sections) {
            page += computed_section(section) + (&section == &sections.back() ? "" : "\n");
        }
        std::ofstream(page_path, std::ios::binary) << page;
    }
    const std::string page = read_all(page_path);
    CHECK(page.starts_with(matrix_head()));
    for (const BugRow& row : fake_bugs()) {
        // Behind a row as its best switch, or as a column of a section: its number stands there upright.
        CHECK_MESSAGE(has_column(page, static_cast<std::size_t>(row.bug)), row.name << " makes no case fail");
    }
}

} // namespace
} // namespace ethpoc::test
