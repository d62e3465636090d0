// The table of verdicts, whole.
#include "conform/verdict.hpp"

#include <array>

#include <doctest/doctest.h>

using namespace ethpoc::conform;

namespace {

constexpr std::array every_verdict{Verdict::pass,   Verdict::nonstrict, Verdict::fail,  Verdict::info,  Verdict::skip,
                                   Verdict::unimpl, Verdict::xfail,     Verdict::xpass, Verdict::error, Verdict::dead};

} // namespace

TEST_CASE("verdict: each has a name of its own") {
    for (const Verdict verdict : every_verdict) {
        CHECK(verdict_named(name_of(verdict)) == verdict);
    }
    CHECK(name_of(Verdict::nonstrict) == "NONSTRICT");
    CHECK(name_of(Verdict::dead) == "DEAD");
    CHECK_FALSE(verdict_named("pass"));
    CHECK_FALSE(verdict_named(""));
}

TEST_CASE("verdict: what was heard, by level") {
    struct Row {
        Seen seen;
        Verdict required;
        Verdict info;
    };
    for (const Row& row : {
             Row{{true, true, true}, Verdict::pass, Verdict::info},
             Row{{true, false, true}, Verdict::pass, Verdict::info},
             Row{{false, true, true}, Verdict::nonstrict, Verdict::info},
             Row{{false, false, true}, Verdict::fail, Verdict::info},
             Row{{true, true, false}, Verdict::dead, Verdict::dead},
             Row{{true, false, false}, Verdict::dead, Verdict::dead},
             Row{{false, true, false}, Verdict::dead, Verdict::dead},
             Row{{false, false, false}, Verdict::dead, Verdict::dead},
         }) {
        CAPTURE(row.seen.accepted);
        CAPTURE(row.seen.tolerated);
        CAPTURE(row.seen.alive);
        CHECK(plain_verdict(Level::must, row.seen) == row.required);
        CHECK(plain_verdict(Level::should, row.seen) == row.required);
        CHECK(plain_verdict(Level::info, row.seen) == row.info);
    }
}

TEST_CASE("verdict: the last word, by what the file says") {
    using enum Verdict;
    // What the file says (a column each), and what a plain verdict (a row each) then is; without --strict.
    constexpr std::array columns{nonstrict, fail, dead};
    struct Row {
        Verdict plain;
        Verdict unnamed;
        std::array<Verdict, 3> as_seen;
        std::array<Verdict, 3> otherwise;
    };
    for (const Row& row : {
             Row{pass, pass, {xpass, xpass, xpass}, {xpass, xpass, xpass}},
             Row{nonstrict, nonstrict, {xfail, xpass, xpass}, {nonstrict, xpass, xpass}},
             Row{fail, fail, {fail, xfail, xpass}, {fail, fail, xpass}},
             Row{dead, dead, {dead, dead, xfail}, {dead, dead, dead}},
             Row{info, info, {info, info, info}, {info, info, info}},
             Row{skip, skip, {skip, skip, skip}, {skip, skip, skip}},
             Row{unimpl, unimpl, {unimpl, unimpl, unimpl}, {unimpl, unimpl, unimpl}},
             Row{error, error, {error, error, error}, {error, error, error}},
         }) {
        CAPTURE(name_of(row.plain));
        CHECK(final_verdict(row.plain, {}, false) == row.unnamed);
        for (std::size_t i = 0; i < columns.size(); ++i) {
            CAPTURE(name_of(columns.at(i)));
            CHECK(final_verdict(row.plain, {columns.at(i), true}, false) == row.as_seen.at(i));
            CHECK(final_verdict(row.plain, {columns.at(i), false}, false) == row.otherwise.at(i));
            for (const bool as_seen : {true, false}) { // --strict changes one thing
                const Verdict usual = final_verdict(row.plain, {columns.at(i), as_seen}, false);
                const Verdict strict = final_verdict(row.plain, {columns.at(i), as_seen}, true);
                CHECK(strict == (usual == nonstrict ? fail : usual));
            }
        }
        CHECK(final_verdict(row.plain, {}, true) == (row.plain == nonstrict ? fail : row.plain));
    }
}

TEST_CASE("verdict: which make a run red") {
    std::string_view red;
    for (const Verdict verdict : every_verdict) {
        const bool wanted = verdict == Verdict::fail || verdict == Verdict::xpass || verdict == Verdict::error ||
                            verdict == Verdict::dead;
        red = name_of(verdict);
        CAPTURE(red);
        CHECK(is_unexpected(verdict) == wanted);
    }
}

TEST_CASE("verdict: an order from best to worst") {
    CHECK(is_better(Verdict::pass, Verdict::nonstrict));
    CHECK(is_better(Verdict::nonstrict, Verdict::fail));
    CHECK(is_better(Verdict::fail, Verdict::dead));
    for (const Verdict verdict : every_verdict) {
        CHECK_FALSE(is_better(verdict, verdict));
        CHECK_FALSE(is_better(Verdict::dead, verdict));
        CHECK_FALSE(is_better(Verdict::skip, verdict));
        CHECK_FALSE(is_better(verdict, Verdict::info));
    }
}
