// Expectation files: how they are read, which entries name a case, and what a case gives with them.
#include "conform/exceptions.hpp"

#include <array>
#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>

#include "tests/conform/heard_bench.hpp"

using namespace ethpoc;
using namespace ethpoc::conform;
using test::HeardBench;
using namespace std::chrono_literals;

namespace {

constexpr std::array exception_cases{
#define ETHPOC_CASE(id, slug, sentence, level, source, state, profiles, stimulus, accept, tolerate, flags)             \
    Case{#id, slug, sentence, Level::level, source, State::state, profiles, stimulus, accept, tolerate, flags},
#include "conform/cases.def"
};

std::vector<std::string> sub_case_ids() {
    std::vector<std::string> out;
    std::string before;
    std::size_t number = 0;
    const auto add = [&](const std::string& id) {
        number = id == before ? number + 1 : 1;
        before = id;
        out.push_back(id + (number < 10 ? ".0" : ".") + std::to_string(number));
    };
#define ETHPOC_SUBCASE(id, name, stimulus) add(#id);
#include "conform/cases.def"
    return out;
}

constexpr std::string_view good_file = R"(implementation = "Ethereum(++)/v0.3.10"
profile = "7"

[[xfail]]
id = "S0[1-5]"
verdict = "NONSTRICT"
seen = "pong"
reason = "answers before Hello"
until = "2027-01-31"

[[xfail]]
id = ["F20", "F2[12]"]
verdict = "DEAD"
reason = "length and header overflow"
until = 2027-02-28
)";

constexpr std::chrono::sys_days today = std::chrono::year(2026) / 11 / 27;

Exceptions file_with(std::initializer_list<Exception> entries) {
    Exceptions out;
    out.implementation = "x";
    out.entries = entries;
    return out;
}

} // namespace

TEST_CASE("exceptions: a file is read") {
    const auto file = read_exceptions(good_file);
    REQUIRE(file.has_value());
    CHECK(file->implementation == "Ethereum(++)/v0.3.10");
    CHECK(file->profile == "7");
    REQUIRE(file->entries.size() == 2);
    const Exception& first = file->entries[0];
    CHECK(first.ids == std::vector<std::string>{"S0[1-5]"});
    CHECK(first.verdict == Verdict::nonstrict);
    CHECK(first.seen == "pong");
    CHECK(first.reason == "answers before Hello");
    CHECK(first.until == std::chrono::year(2027) / 1 / 31);
    CHECK(first.line == 4);
    CHECK(file->entries[1].verdict == Verdict::dead);
    CHECK(file->entries[1].until == std::chrono::year(2027) / 2 / 28);
    CHECK(file->entries[1].line == 11);
    CHECK(file->entries[1].ids == std::vector<std::string>{"F20", "F2[12]"});
    CHECK_FALSE(file->barrier_silence);
    CHECK(read_exceptions("implementation = \"x\"").has_value());
    const auto mute = read_exceptions("implementation = \"x\"\nbarrier = \"silence 1s\"");
    REQUIRE(mute.has_value());
    CHECK(mute->barrier_silence == Since(1s));
}

TEST_CASE("exceptions: what is wrong is told with its line") {
    const std::string head = "implementation = \"x\"\n";
    const std::string entry = head + "[[xfail]]\nid = \"F01\"\nverdict = \"FAIL\"\nreason = \"r\"\n";
    struct Row {
        std::string text;
        std::size_t line;
        std::string_view message;
    };
    for (const Row& row : {
             Row{"implementation = ", 1, ""},
             Row{"", 1, "implementation is missing"},
             Row{head + "implementations = \"y\"", 2, "unknown key \"implementations\""},
             Row{"implementation = 5", 1, "a text in quotes"},
             Row{"implementation = \"\"", 1, "a text in quotes"},
             Row{head + "profile = 7", 2, "profile: a text in quotes"},
             Row{head + "barrier = \"silence\"", 2, "barrier: a silence"},
             Row{head + "barrier = \"1s\"", 2, "barrier: a silence"},
             Row{head + "[[xfail]]\nid = []\nverdict = \"FAIL\"\nreason = \"r\"", 3, "not empty"},
             Row{head + "[[xfail]]\nid = [\"F01\", 5]\nverdict = \"FAIL\"\nreason = \"r\"", 3, "a text in quotes"},
             Row{head + "xfail = 5", 2, "[[xfail]]"},
             Row{head + "[xfail]\nid = \"F01\"", 2, "[[xfail]]"},
             Row{entry + "ids = \"F02\"", 6, "unknown key \"ids\""},
             Row{entry + "until = \"2027-02-29\"", 6, "a day is expected"},
             Row{entry + "until = \"27-02-01\"", 6, "a day is expected"},
             Row{entry + "until = \"2027-02-01x\"", 6, "a day is expected"},
             Row{entry + "sometimes = 1", 6, "true or false is expected"},
             Row{entry + "until = 2027", 6, "a day is expected"},
             Row{entry + "seen = \"pongs\"", 6, "script.syntax"},
             Row{entry + "seen = \"\"", 6, "a text in quotes"},
             Row{head + "[[xfail]]\nid = \"F01\"\nverdict = \"PASS\"\nreason = \"r\"", 4, "NONSTRICT, FAIL or DEAD"},
             Row{head + "[[xfail]]\nid = \"F01\"\nverdict = \"fail\"\nreason = \"r\"", 4, "NONSTRICT, FAIL or DEAD"},
             Row{head + "[[xfail]]\nid = \"F01\"\nverdict = \"FAIL\"", 2, "reason is missing"},
             Row{head + "[[xfail]]\nverdict = \"FAIL\"\nreason = \"r\"", 2, "id is missing"},
             Row{head + "[[xfail]]\nid = \"F01\"\nreason = \"r\"", 2, "verdict is missing"},
         }) {
        CAPTURE(row.text);
        const auto file = read_exceptions(row.text);
        REQUIRE_FALSE(file.has_value());
        REQUIRE(file.error().size() == 1);
        CHECK(file.error()[0].line == row.line);
        CHECK(file.error()[0].message.find(row.message) != std::string::npos);
        CHECK(file.error()[0].in("a.toml").starts_with("a.toml:" + std::to_string(row.line) + ":"));
    }
    const auto two = read_exceptions(entry + "a = 1\nb = 2\n");
    REQUIRE_FALSE(two.has_value());
    CHECK(two.error().size() == 2);
    CHECK(read_exceptions(entry + "seen = \"notinchain(head)\"").has_value()); // the head is not known yet
}

TEST_CASE("exceptions: a file that cannot be read is told of") {
    const auto missing = read_exceptions_file("/nonexistent/x.toml");
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error()[0].in("x.toml") == "x.toml: cannot be read");
    const auto folder = read_exceptions_file("/");
    REQUIRE_FALSE(folder.has_value());
    CHECK(folder.error()[0].message == "cannot be read");
}

TEST_CASE("exceptions: the files that are shipped are read, and each entry names a case") {
    const auto folder = std::filesystem::path(ETHPOC_SOURCE_DIR) / "conform" / "expect";
    if (!std::filesystem::is_directory(folder)) {
        MESSAGE("skipped: conform/expect not found");
        return;
    }
    const auto ids = sub_case_ids();
    std::size_t files = 0;
    for (const auto& path : test::files_below(folder, ".toml")) {
        CAPTURE(path.filename().string());
        const auto file = read_exceptions_file(path.string());
        CHECK_MESSAGE(file.has_value(), (file ? "" : file.error().front().in(path.filename().string())));
        if (!file) { continue; }
        CHECK((file->profile.empty() || wire::find_profile(file->profile) != nullptr));
        for (const IdleName& idle : idle_names(*file, exception_cases, ids)) {
            FAIL_CHECK(path.filename().string() << ":" << idle.entry->line << ": no case is named " << idle.id);
        }
        ++files;
    }
    CHECK(files > 0);
}

TEST_CASE("exceptions: globs") {
    struct Row {
        std::string_view pattern;
        std::string_view text;
        bool matches;
    };
    for (const Row& row : {
             Row{"F01", "F01", true},
             Row{"F01", "F011", false},
             Row{"F01", "f01", false},
             Row{"F*", "F01", true},
             Row{"F*", "F", true},
             Row{"*", "", true},
             Row{"", "", true},
             Row{"", "F", false},
             Row{"F?1", "F01", true},
             Row{"F?", "F01", false},
             Row{"F??", "F01", true},
             Row{"S0[1-5]", "S03", true},
             Row{"S0[1-5]", "S06", false},
             Row{"S0[!1-5]", "S06", true},
             Row{"S0[!1-5]", "S03", false},
             Row{"S0[135]", "S05", true},
             Row{"S0[135]", "S04", false},
             Row{"S0[]1]", "S0]", true},
             Row{"S0[1-]", "S0-", true},
             Row{"S0[1", "S01", false},
             Row{"S0[", "S0[", false},
             Row{"*.0?", "R22.01", true},
             Row{"*2.*1", "R22.01", true},
             Row{"*a*b*c", "xaybzc", true},
             Row{"*a*b*c", "xaybz", false},
             Row{"[!a]*", "b", true},
             Row{"**", "anything", true},
             Row{"a*", "b", false},
             Row{"frame.*", "frame.x", true},
         }) {
        CAPTURE(row.pattern);
        CAPTURE(row.text);
        CHECK(matches_glob(row.pattern, row.text) == row.matches);
    }
    // Stars cost the product of the lengths at most.
    CHECK_FALSE(matches_glob(std::string(1000, '*') + "b", std::string(20'000, 'a')));
}

TEST_CASE("exceptions: which cases an entry names") {
    const auto named = [](std::string id, std::string_view case_id, std::string_view slug) {
        Exception entry;
        entry.ids = {std::move(id)};
        return names(entry, case_id, slug);
    };
    CHECK(named("R22", "R22", "rlp.invalid-corpus"));
    CHECK(named("R22", "R22.07", "rlp.invalid-corpus"));
    CHECK(named("R22.0[1-7]", "R22.07", "rlp.invalid-corpus"));
    CHECK_FALSE(named("R22.0[1-7]", "R22", "rlp.invalid-corpus"));
    CHECK_FALSE(named("R22.0[1-7]", "R22.08", "rlp.invalid-corpus"));
    CHECK(named("rlp.*", "R22.07", "rlp.invalid-corpus"));
    CHECK_FALSE(named("R2", "R22", "rlp.invalid-corpus"));
    const Exceptions file =
        file_with({{.ids = {"F01"}}, {.ids = {"F99"}}, {.ids = {"R22.28"}}, {.ids = {"R22.27"}}, {.ids = {"frame.*"}}});
    const auto idle = idle_names(file, exception_cases, sub_case_ids());
    REQUIRE(idle.size() == 2);
    CHECK(idle[0].id == "F99");
    CHECK(idle[1].id == "R22.28");
}

TEST_CASE("exceptions: a file is for a client") {
    Exceptions file;
    file.implementation = "Ethereum(++)/v0.6";
    CHECK(is_for(file, "Ethereum(++)/v0.6.11/linux"));
    CHECK_FALSE(is_for(file, "Ethereum(++)/v0.7"));
    CHECK_FALSE(is_for(file, ""));
}

TEST_CASE("exceptions: what a case gives with a file") {
    HeardBench bench;
    bench.says("c103").answers_barrier();
    const auto given = [&](const Exceptions& file, Verdict plain, std::chrono::sys_days day = today,
                           bool strict = false) {
        return judge(file, {"S01", "state.ping-before-hello", plain, &bench.heard}, bench.facts, day, strict);
    };
    const Exceptions none = file_with({{.ids = {"S02"}, .verdict = Verdict::fail}});
    CHECK(given(none, Verdict::fail).verdict == Verdict::fail);
    CHECK(given(none, Verdict::fail).entry == nullptr);

    const Exceptions fails = file_with({{.ids = {"S0[1-5]"}, .verdict = Verdict::fail, .seen = "pong"}});
    CHECK(given(fails, Verdict::fail).verdict == Verdict::xfail);
    CHECK(given(fails, Verdict::fail).entry == &fails.entries[0]);
    CHECK(given(fails, Verdict::pass).verdict == Verdict::xpass);
    CHECK(given(fails, Verdict::nonstrict).verdict == Verdict::xpass);
    CHECK(given(fails, Verdict::dead).verdict == Verdict::dead);
    CHECK(given(fails, Verdict::info).verdict == Verdict::info);

    const Exceptions other = file_with({{.ids = {"S01"}, .verdict = Verdict::fail, .seen = "pong*2"}});
    CHECK(given(other, Verdict::fail).verdict == Verdict::fail);
    CHECK(given(other, Verdict::fail).entry == &other.entries[0]);
    CHECK(given(other, Verdict::pass).verdict == Verdict::xpass);

    const Exceptions either = file_with({{.ids = {"S01"}, .verdict = Verdict::fail, .seen = "hold"},
                                         {.ids = {"S01"}, .verdict = Verdict::fail, .seen = "pong"},
                                         {.ids = {"S01"}, .verdict = Verdict::dead}});
    CHECK(given(either, Verdict::fail).entry == &either.entries[1]);
    CHECK(given(either, Verdict::fail).verdict == Verdict::xfail);
    CHECK(given(either, Verdict::dead).entry == &either.entries[2]);

    const Exceptions loose = file_with({{.ids = {"S01"}, .verdict = Verdict::nonstrict}});
    CHECK(given(loose, Verdict::nonstrict, today, true).verdict == Verdict::xfail);
    CHECK(given(none, Verdict::nonstrict, today, true).verdict == Verdict::fail);

    const Judged unheard{"S01", "state.ping-before-hello", Verdict::fail, nullptr};
    CHECK(judge(fails, unheard, bench.facts, today, false).verdict == Verdict::fail);
}

TEST_CASE("exceptions: what happens now and then is expected, and its absence no surprise") {
    const HeardBench bench;
    Exceptions file = file_with({{.ids = {"F20"}, .verdict = Verdict::dead, .reason = "dies easily"}});
    const auto verdict = [&](Verdict plain) {
        return conform::judge(file, {"F20", "frame.x", plain, nullptr}, bench.facts, today, false).verdict;
    };
    CHECK(verdict(Verdict::dead) == Verdict::xfail);
    CHECK(verdict(Verdict::pass) == Verdict::xpass);
    file.entries[0].sometimes = true;
    CHECK(verdict(Verdict::dead) == Verdict::xfail);
    CHECK(verdict(Verdict::pass) == Verdict::pass);
    CHECK(verdict(Verdict::fail) == Verdict::fail); // alive, and wrong all the same
    file.entries[0].verdict = Verdict::fail;
    CHECK(verdict(Verdict::dead) == Verdict::dead);
    const auto read =
        read_exceptions("implementation = \"x\"\n[[xfail]]\nid = \"F20\"\nverdict = \"DEAD\"\nreason = \"r\"\n"
                        "sometimes = true\n");
    REQUIRE(read.has_value());
    CHECK(read->entries[0].sometimes);
}

TEST_CASE("exceptions: an entry counts up to its last day") {
    HeardBench bench;
    const auto file = read_exceptions(good_file);
    REQUIRE(file.has_value());
    const Judged dead{"F20", "frame.length-ffffffff", Verdict::dead, &bench.heard};
    const std::chrono::sys_days last = std::chrono::year(2027) / 2 / 28;
    CHECK(judge(*file, dead, bench.facts, last, false).verdict == Verdict::xfail);
    const Judgement after = judge(*file, dead, bench.facts, last + std::chrono::days(1), false);
    CHECK(after.verdict == Verdict::dead);
    CHECK(after.entry == nullptr);
    const Judged passed{"F20", "frame.length-ffffffff", Verdict::pass, &bench.heard};
    CHECK(judge(*file, passed, bench.facts, last, false).verdict == Verdict::xpass);
    CHECK(judge(*file, passed, bench.facts, last + std::chrono::days(1), false).verdict == Verdict::pass);
}
