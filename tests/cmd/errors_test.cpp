// `ethpoc errors` knows every code of every room.
#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "tests/cmd/program.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;

namespace {

/// The words of all rows in files named *errors.def beside the sources.
std::set<std::string> words_of_rooms() {
    std::set<std::string> out;
    const std::regex row(R"re(^ETHPOC_ERROR\(\w+, "([a-z_.]+)")re");
    const std::filesystem::path root = test::test_file("..");
    for (const auto& room : std::filesystem::directory_iterator(root)) {
        if (!room.is_directory() || room.path().filename() == "build") { continue; }
        for (const auto& file : std::filesystem::directory_iterator(room.path())) {
            if (!file.path().filename().string().ends_with("errors.def")) { continue; }
            std::ifstream in(file.path());
            for (std::string line; std::getline(in, line);) {
                std::smatch found;
                if (std::regex_search(line, found, row)) { CHECK(out.insert(found[1]).second); }
            }
        }
    }
    return out;
}

} // namespace

TEST_CASE("errors: every code of every room is in the catalogue, and nothing else") {
    const std::set<std::string> words = words_of_rooms();
    CHECK(words.contains("peer.cannot_listen"));
    const auto all = nlohmann::json::parse(test::run_program({"errors", "--json"}).out);
    std::set<std::string> told;
    for (const auto& row : all["errors"]) {
        CHECK(told.insert(row["code"]).second);
    }
    CHECK(told == words);
}

TEST_CASE("errors: a code of the peer's room is found, and so is the room") {
    const auto one = test::run_program({"errors", "peer.cannot_listen", "--color", "never"});
    CHECK(one.code == 0);
    CHECK(one.out.starts_with("peer.cannot_listen\n  The listen address must be free and ours."));
    CHECK(test::run_program({"errors", "peer"}).out.contains("peer.bad_key_file"));
    CHECK(test::run_program({"errors", "peer.no_such_thing"}).code != 0);
}
