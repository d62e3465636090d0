// How much of wire/PROTOCOL.md was tried: by section, how many of its sentences have a case, were run, have passed.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "conform/outcome.hpp"
#include "conform/report_text.hpp"

namespace ethpoc::conform {

/// One section of wire/PROTOCOL.md.
struct SectionCoverage {
    std::string section{}; // "1.2"
    std::string title{};   // "Packet"
    std::size_t sentences = 0;
    std::size_t with_case = 0;               // a row of cases.def cites it
    std::size_t run = 0;                     // a run of the reports tried it, skipped ones do not count
    std::size_t passed = 0;                  // and no run of it wants attention or is an expected failure
    std::vector<std::string> without_case{}; // numbers of sentences
    std::vector<std::string> not_run{};      // those with a case
};

/// Each section of the page, in its order. Of several reports: a sentence is run when one of them ran it, and has
/// passed when none that ran it says otherwise.
std::vector<SectionCoverage> coverage(std::span<const Report> reports);
/// Of one report.
inline std::vector<SectionCoverage> coverage(const Report& report) {
    return coverage(std::span(&report, 1));
}
/// All of them in one, without names.
SectionCoverage sum(std::span<const SectionCoverage> sections);

/// A table for a terminal.
std::string coverage_text(std::span<const SectionCoverage> sections, const TextStyle& style = {});
/// {"sections": [{"section": "1.2", "title": "Packet", "sentences": 14, "with_case": 14, "run": 12, "passed": 11,
///                "without_case": [], "not_run": ["1.2.5"]}], "sentences": .., "with_case": .., "run": .., "passed":
///                ..}
std::string coverage_json(std::span<const SectionCoverage> sections);

} // namespace ethpoc::conform
