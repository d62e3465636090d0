// The named checks as a table: none lacks something that holds and something that does not; how their arguments are
// read.
#include "conform/checks.hpp"
#include "conform/script_text.hpp"

#include <map>

#include <doctest/doctest.h>

#include "conform/reading.hpp"
#include "tests/conform/check_cases.hpp"

using namespace ethpoc;
using namespace ethpoc::conform;
using namespace std::chrono_literals;

TEST_CASE("checks: each has something that holds and something that does not") {
    std::map<std::string_view, std::pair<int, int>> seen; // holds, does not
    for (const auto& rows : {test::hello_checks(), test::session_checks(), test::peer_checks(), test::chain_checks()}) {
        for (const test::CheckCase& row : rows) {
            auto& [good, bad] = seen[row.text.substr(0, row.text.find(' '))];
            ++(row.holds ? good : bad);
        }
    }
    CHECK(seen.size() == checks().size());
    for (const CheckRow& row : checks()) {
        CAPTURE(row.name);
        CHECK(find_check(row.name) == &row);
        CHECK(seen[row.name].first > 0);
        CHECK((seen[row.name].second > 0) == (row.name != "ping-interval")); // that one only reports
    }
}

TEST_CASE("checks: where nothing was heard only those hold that ask for nothing") {
    const Facts facts = test::full_facts("p2p2/eth49");
    for (const CheckRow& row : checks()) {
        CAPTURE(row.name);
        const bool hash = row.arguments == CheckArguments::hash || row.arguments == CheckArguments::hashes;
        const bool holds = row.run(Heard{}, facts, hash ? "head" : "");
        const bool about_nothing = row.name.starts_with("no-") || row.name.starts_with("not-") ||
                                   row.name == "ping-interval" || row.name == "quiet-before-hello";
        CHECK((!holds || about_nothing));
    }
}

TEST_CASE("checks: sizes, times and words") {
    CHECK(size_named("64MiB") == 64u << 20);
    CHECK(size_named("10KiB") == 10'240u);
    CHECK(size_named("1GiB") == 1u << 30);
    for (const std::string_view text : {"64", "MiB", "64 MiB", "-1KiB", "5000000000GiB", "64mib", ""}) {
        CAPTURE(text);
        CHECK_FALSE(size_named(text));
    }
    CHECK(range_named("0..5s")->most == Since(5s));
    CHECK(range_named("2..5s")->least == Since(2s));
    CHECK(range_named("200ms..2s")->least == Since(200ms));
    for (const std::string_view text : {"5s", "5..2s", "..5s", "0..", "0..5", "2s..1s", "0..5s..6s"}) {
        CAPTURE(text);
        CHECK_FALSE(range_named(text));
    }
    CHECK(words_of("  a bc  d ") == std::vector<std::string_view>{"a", "bc", "d"});
    CHECK(words_of("   ").empty());
    CHECK(time_of("3600s") == Since(1h));
    for (const std::string_view text : {"3601s", "5", "s", "5m", "5 s", "-5s", "99999999999999999999s"}) {
        CAPTURE(text);
        CHECK_FALSE(time_of(text));
    }
}
