// Reports as JUnit XML, in the dialect that Jenkins, GitLab and GitHub's reporters read: one <testsuite> for each group
// of cases of each report.
//
//   fail, xpass          <failure type="MUST" message="expected .., seen ..">
//   error, dead          <error type="ERROR" ..>
//   skip, unimpl, xfail  <skipped message="..">
//
// What XML 1.0 cannot say is written as printable() does it.
#pragma once

#include <span>
#include <string>

#include "conform/outcome.hpp"

namespace ethpoc::conform {

/// One document for all of them.
std::string report_junit(std::span<const Report> reports);
/// Of one report.
inline std::string report_junit(const Report& report) {
    return report_junit(std::span(&report, 1));
}

} // namespace ethpoc::conform
