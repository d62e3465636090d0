// The matrix: every case of the table against every switch of fake_bugs.def.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/conform/fake_run.hpp"

namespace ethpoc::test {

/// The table once more, its INFO cases judged as SHOULD cases, so that it shows whether `accept` was met.
const std::vector<conform::Case>& judged_cases();
/// Those whose id begins with one of the letters.
std::vector<const conform::Case*> cases_of(std::string_view letters);

/// Whatever the target does, these pass; what they report is what can be right or wrong.
bool reports_only(const conform::Case& test);

/// One case against all switches.
struct MatrixRow {
    const conform::Case* test = nullptr;
    const wire::Profile* profile = nullptr; // on which it was run
    std::string good{};                     // seen on the good target
    // By number of the switch, from 1 on at [0]: `.` as good as on the good target, n NONSTRICT, F FAIL, D DEAD,
    // r another report, - not run, E an error of the tester
    std::string cells{};
    std::string best{}; // that fails the fewest cases of the section, but for those that fail nearly all; empty: none
};

/// Of the cases with these letters, in the order of the table.
std::vector<MatrixRow> compute_matrix(std::string_view letters);

/// A section of MATRIX.md: only the switches that make one of its cases fail have a column.
std::string section_of(std::string_view title, const std::vector<MatrixRow>& rows);
/// All that stands before the first section.
std::string matrix_head();

} // namespace ethpoc::test
