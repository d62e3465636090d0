#include <doctest/doctest.h>

#include <array>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "conform/case.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using conform::Case;
using conform::Level;

namespace {

/// The numbered sentences of wire/PROTOCOL.md, each with its level: "**1.1.2** MUST. TCP is a stream".
std::map<std::string, std::string> sentences() {
    std::map<std::string, std::string> out;
    std::ifstream in(test::test_file("../wire/PROTOCOL.md"));
    for (std::string line; std::getline(in, line);) {
        const std::size_t end = line.starts_with("**") ? line.find("** ") : std::string::npos;
        if (end == std::string::npos) { continue; }
        out[line.substr(2, end - 2)] = line.substr(end + 3, line.find('.', end) - end - 3);
    }
    return out;
}

std::string_view in_words(Level level) {
    constexpr std::array<std::string_view, 3> words{"MUST", "SHOULD", "INFO"};
    return words.at(static_cast<std::size_t>(level));
}

std::vector<std::string> words_between_blanks(std::string_view text) {
    std::istringstream in{std::string(text)};
    std::vector<std::string> out;
    for (std::string word; in >> word;) {
        out.push_back(word);
    }
    return out;
}

std::size_t profiles_of(std::string_view word) {
    Case test;
    test.profiles = word;
    std::size_t count = 0;
    for (const wire::Profile& profile : wire::profiles()) {
        count += conform::applies(test, profile) ? 1 : 0;
    }
    return count;
}

} // namespace

TEST_CASE("cases: an id and a slug belong to one case") {
    std::set<std::string_view> ids;
    std::set<std::string_view> slugs;
    for (const Case& row : conform::cases()) {
        CAPTURE(row.id);
        CHECK(ids.insert(row.id).second);
        CHECK(slugs.insert(row.slug).second);
        CHECK(row.id.size() == 3);
        CHECK(row.slug.find('.') != std::string_view::npos);
        CHECK(conform::find_case(row.id) == &row);
        CHECK(conform::find_case(row.slug) == &row);
        CHECK_FALSE(row.stimulus.empty());
        CHECK_FALSE(row.accept.empty());
    }
    CHECK(ids.size() >= 269);
    CHECK(conform::find_case("Z99") == nullptr);
    CHECK(conform::find_case("") == nullptr);
}

TEST_CASE("cases: each cites a sentence of the protocol, with its level") {
    const auto known = sentences();
    REQUIRE(known.size() > 200);
    for (const Case& row : conform::cases()) {
        CAPTURE(row.id);
        CAPTURE(row.sentence);
        const auto sentence = known.find(std::string(row.sentence));
        REQUIRE(sentence != known.end());
        CHECK(sentence->second == in_words(row.level));
    }
}

TEST_CASE("cases: sub-cases belong to a case that asks for them") {
    std::size_t all = 0;
    for (const Case& row : conform::cases()) {
        CAPTURE(row.id);
        const auto subs = conform::sub_cases(row.id);
        CHECK((row.stimulus == "each") == !subs.empty());
        std::set<std::string_view> names;
        for (const conform::SubCase& sub : subs) {
            CHECK(sub.id == row.id);
            CHECK(names.insert(sub.name).second);
        }
        all += subs.size();
    }
    // None stands apart from the others of its case.
    CHECK(all == 55);
    CHECK(conform::sub_cases("R22").size() == 27);
    CHECK(conform::sub_cases("R22").front().name == "long list, its length missing");
    CHECK(conform::sub_cases("none").empty());
}

TEST_CASE("cases: flags are those of the list") {
    const std::set<std::string> known{"limits", "exclusive", "chain", "control", "second", "dials",
                                      "slow",   "observe",   "kills", "early",   "deeper"};
    for (const Case& row : conform::cases()) {
        CAPTURE(row.id);
        for (const std::string& flag : words_between_blanks(row.flags)) {
            CAPTURE(flag);
            CHECK(known.contains(flag));
            CHECK(row.has_flag(flag));
        }
        CHECK_FALSE(row.has_flag(""));
        const bool more_lines =
            row.stimulus.find("second(") != row.stimulus.npos || row.stimulus.find("dialled(") != row.stimulus.npos;
        CHECK((row.has_flag("second")) == more_lines);
        CHECK(row.has_flag("dials") == (row.stimulus.find("dialled(") != row.stimulus.npos));
    }
    Case test;
    test.flags = "second kills";
    CHECK(test.has_flag("second"));
    CHECK(test.has_flag("kills"));
    CHECK_FALSE(test.has_flag("kill"));
    CHECK_FALSE(test.has_flag("second kills"));
}

TEST_CASE("cases: each word of profiles names a version") {
    for (const Case& row : conform::cases()) {
        CAPTURE(row.id);
        for (const std::string& word : words_between_blanks(row.profiles)) {
            CAPTURE(word);
            CHECK(profiles_of(word) > 0);
        }
    }
}

TEST_CASE("cases: profiles are versions, ranges and families") {
    CHECK(profiles_of("7") == 1);
    CHECK(profiles_of("5-26") == 22);
    CHECK(profiles_of("0-30") == 31);
    CHECK(profiles_of("p2p") == wire::profiles().size() - 31);
    CHECK(profiles_of("0-30 p2p") == wire::profiles().size());
    CHECK(profiles_of("p2p0") == 4);
    CHECK(profiles_of("p2p1-3") == profiles_of("p2p") - 4);
    CHECK(profiles_of("eth34") == 2);
    CHECK(profiles_of("eth34-56") == profiles_of("p2p1-3"));
    for (const std::string_view none : {"", "31", "5-", "-5", "26-5", "p2p4", "eth1", "x", "7x", "all"}) {
        CAPTURE(none);
        CHECK(profiles_of(none) == 0);
    }
}

TEST_CASE("cases: the section is the sentence without its last number") {
    Case test;
    test.sentence = "2.17.3";
    CHECK(test.section() == "2.17");
    test.sentence = "L.3";
    CHECK(test.section() == "L");
}
