#include "tests/conform/fake_matrix.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace ethpoc::test {
namespace {

using conform::Verdict;

/// A case is run on the first of these that it is for.
constexpr std::array profiles_in_order{"23", "28", "p2p2/eth49", "30", "p2p0/eth33", "p2p1/eth34",
                                       "27", "3",  "10",         "7",  "0"};

/// Cases that load the target take long: they are run with these switches alone.
constexpr std::array load_switches{Bug::deaf_after_hello,
                                   Bug::dies_of_large_frames,
                                   Bug::dies_of_deep_lists,
                                   Bug::dies_of_wide_lists,
                                   Bug::hangs_of_long_lists,
                                   Bug::few_pongs,
                                   Bug::holds_half_frames,
                                   Bug::keeps_half_frames,
                                   Bug::patient_for_hello,
                                   Bug::takes_any_number,
                                   Bug::waits_for_slow_reader,
                                   Bug::dies_of_many_peers,
                                   Bug::keeps_sockets,
                                   Bug::dies_of_malformed,
                                   Bug::dies_of_reset,
                                   Bug::hangs_after_many_questions,
                                   Bug::long_questions_late,
                                   Bug::dies_of_many_entries,
                                   Bug::deaf_after_long_text,
                                   Bug::dies_of_long_capabilities,
                                   Bug::dies_of_block_hashes,
                                   Bug::gives_none_of_many,
                                   Bug::closes_on_known_transaction};

/// They make nearly everything fail, so that they say little of a case.
constexpr std::array coarse_switches{Bug::never_speaks,  Bug::hangs_up,   Bug::deaf_after_hello,
                                     Bug::one_at_a_time, Bug::pong_twice, Bug::waits_for_next_byte};
/// They do too, but there are cases of which they say all.
constexpr std::array last_switches{Bug::pong_late, Bug::wants_more_items, Bug::dies_of_gettx, Bug::dies_of_no_blocks};

const wire::Profile* profile_for(const conform::Case& test) {
    for (const char* const name : profiles_in_order) {
        const wire::Profile* const profile = wire::find_profile(name);
        if (conform::applies(test, *profile)) { return profile; }
    }
    return nullptr;
}

/// The worst of a case's runs, and what was seen in them.
struct Result {
    char cell = '-';
    std::string seen{};
};

int badness(char cell) noexcept {
    constexpr std::string_view order = "-.rnFDE";
    return static_cast<int>(order.find(cell));
}

char cell_of(Verdict verdict) noexcept {
    switch (verdict) {
    case Verdict::pass:
        return '.';
    case Verdict::nonstrict:
        return 'n';
    case Verdict::fail:
        return 'F';
    case Verdict::dead:
        return 'D';
    case Verdict::error:
        return 'E';
    default:
        return '-';
    }
}

using Results = std::map<std::string, Result, std::less<>>;

Results run_all(const std::vector<const conform::Case*>& cases, const wire::Profile& profile, Bug bug, bool dials_too) {
    const FakeRun run = run_on_fake({.profile = &profile, .bug = bug, .cases = cases, .dials_too = dials_too});
    Results out;
    if (!run.over) {
        std::fprintf(stderr, "%s %s: not over, %zu outcomes\n", std::string(name_of(bug)).c_str(),
                     std::string(profile.name).c_str(), run.outcomes.size());
    }
    for (const conform::Outcome& outcome : run.outcomes) {
        Result& result = out[std::string(case_of(outcome.id))];
        const char cell = cell_of(outcome.verdict);
        if (badness(cell) > badness(result.cell)) { result.cell = cell; }
        result.seen += outcome.seen + outcome.reason + "\n";
    }
    return out;
}

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

bool fails(char cell) noexcept {
    return cell != '.' && cell != '-' && cell != 'E';
}

void name_best(std::vector<MatrixRow>& rows) {
    std::vector<std::size_t> failed(fake_bugs().size());
    for (const MatrixRow& row : rows) {
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            failed[i] += fails(row.cells[i]) ? 1 : 0;
        }
    }
    for (MatrixRow& row : rows) {
        std::size_t fewest = ~std::size_t{0};
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            const auto among = [&](const auto& some) {
                return std::ranges::find(some, fake_bugs()[i].bug) != some.end();
            };
            if (!fails(row.cells[i]) || among(coarse_switches)) { continue; }
            const std::size_t count = failed[i] + (among(last_switches) ? judged_cases().size() : 0);
            if (count > fewest) { continue; } // of equals the last one: the special ones stand later
            fewest = count;
            row.best = fake_bugs()[i].name;
        }
    }
}

} // namespace

const std::vector<conform::Case>& judged_cases() {
    static const std::vector<conform::Case> out = [] {
        std::vector<conform::Case> made(conform::cases().begin(), conform::cases().end());
        for (conform::Case& test : made) {
            if (test.level == conform::Level::info) { test.level = conform::Level::should; }
        }
        return made;
    }();
    return out;
}

std::vector<const conform::Case*> cases_of(std::string_view letters) {
    std::vector<const conform::Case*> out;
    for (const conform::Case& test : judged_cases()) {
        if (letters.contains(test.id[0])) { out.push_back(&test); }
    }
    return out;
}

bool reports_only(const conform::Case& test) {
    return test.accept == "any" || test.accept == "<ping-interval>";
}

std::vector<MatrixRow> compute_matrix(std::string_view letters) {
    std::vector<MatrixRow> rows;
    // By version, and whether the target has to dial us.
    std::map<std::pair<const wire::Profile*, bool>, std::vector<const conform::Case*>> together;
    for (const conform::Case* const test : cases_of(letters)) {
        const wire::Profile* const profile = profile_for(*test);
        rows.push_back({test, profile, {}, std::string(fake_bugs().size(), '-'), {}});
        together[{profile, test->has_flag("dials")}].push_back(test);
    }
    for (const auto& [where, cases] : together) {
        const auto row_of = [&](std::string_view id) {
            return std::ranges::find_if(rows, [&](const MatrixRow& row) { return row.test->id == id; });
        };
        for (const auto& [id, result] : run_all(cases, *where.first, Bug::none, where.second)) {
            row_of(id)->good = result.seen;
        }
        std::vector<const conform::Case*> light;
        std::ranges::copy_if(cases, std::back_inserter(light),
                             [](const conform::Case* test) { return !test->has_flag("limits"); });
        for (const BugRow& bug : fake_bugs()) {
            const bool all = std::ranges::find(load_switches, bug.bug) != load_switches.end();
            if (!all && light.empty()) { continue; }
            for (const auto& [id, result] : run_all(all ? cases : light, *where.first, bug.bug, where.second)) {
                MatrixRow& row = *row_of(id);
                const bool differs = reports_only(*row.test) && result.cell == '.' && result.seen != row.good;
                row.cells[static_cast<std::size_t>(bug.bug) - 1] = differs ? 'r' : result.cell;
            }
        }
    }
    name_best(rows);
    return rows;
}

std::string section_of(std::string_view title, const std::vector<MatrixRow>& rows) {
    std::vector<std::size_t> columns;
    for (std::size_t i = 0; i < fake_bugs().size(); ++i) {
        if (std::ranges::any_of(rows, [&](const MatrixRow& row) { return fails(row.cells[i]); })) {
            columns.push_back(i);
        }
    }
    const auto width =
        std::accumulate(rows.begin(), rows.end(), std::size_t{0},
                        [](std::size_t most, const MatrixRow& row) { return std::max(most, row.test->slug.size()); });
    std::string out = "## " + std::string(title) + "\n\n```\n";
    for (std::size_t digit : {100, 10, 1}) {
        out += std::string(width + 18, ' ');
        for (const std::size_t column : columns) {
            out += static_cast<char>('0' + (column + 1) / digit % 10);
        }
        out += "\n";
    }
    for (const MatrixRow& row : rows) {
        out += std::string(row.test->id) + " " + padded(std::string(row.test->slug), width) + " " +
               padded(row.profile == nullptr ? "?" : std::string(row.profile->name), 12) + " ";
        for (const std::size_t column : columns) {
            out += row.cells[column];
        }
        out += "  " + row.best + "\n";
    }
    return out + "```\n";
}

std::string matrix_head() {
    std::string out =
        "# The tester is tested\n\n"
        "Every case of `ethpoc conform` on a fake target that is right but for one thing. A row is a case, a "
        "column a\nswitch of `fake_bugs.def`, by its number; a section has columns for those that make one of its "
        "cases fail. `.` is a\npass, `n` NONSTRICT, `F` FAIL, `D` DEAD, `r` that a case which never fails reports "
        "something else, `-` not run.\nBehind the row stands the switch that makes the fewest other cases of the "
        "section fail; those that make nearly all\nfail do not count. On the good target every case passes, in every "
        "version: `fake_matrix_test.cpp`, which also writes\nthis page (`ETHPOC_WRITE_MATRIX=1`).\n\n";
    for (const BugRow& row : fake_bugs()) {
        out += std::to_string(static_cast<std::size_t>(row.bug)) + ". `" + std::string(row.name) + "`: it " +
               std::string(row.what) + "\n";
    }
    return out + "\n";
}

} // namespace ethpoc::test
