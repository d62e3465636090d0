// Counts of a report, by verdict and by level; where a run belongs; how to repeat it. What all reports say alike.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conform/outcome.hpp"

namespace ethpoc::conform {

/// How a reader should take a verdict; each report has its own sign for it.
enum class Mood : std::uint8_t {
    good,    // pass
    fair,    // nonstrict, xfail: not quite right, and no surprise
    bad,     // fail, xpass, dead, error: somebody has to look
    neutral, // info, skip, unimpl
};
/// Of the verdict alone.
Mood mood_of(Verdict verdict) noexcept;
/// The run is not green with it, or could not be judged: is_unexpected(), or error.
bool wants_attention(Verdict verdict) noexcept;

inline constexpr std::size_t verdict_count = 10;
inline constexpr std::size_t level_count = 3;

/// How many runs of a report came to what.
struct Counts {
    std::array<std::size_t, verdict_count> by_verdict{}; // by the value of Verdict
    /// What the levels must, should and info each say in a summary.
    struct OfLevel {
        std::size_t passed = 0; // pass, nonstrict, xpass; for the level info: info
        std::size_t run = 0;    // all but skip, unimpl and error
    };
    std::array<OfLevel, level_count> by_level{}; // by the value of Level
    std::size_t total = 0;

    std::size_t of(Verdict verdict) const noexcept { return by_verdict[static_cast<std::size_t>(verdict)]; }
    const OfLevel& of(Level level) const noexcept { return by_level[static_cast<std::size_t>(level)]; }
};
/// Of all outcomes of the report.
Counts count(const Report& report) noexcept;
/// The runs that want attention, in their order.
std::vector<const Outcome*> unexpected(const Report& report);

/// The verdict says that it was run, and came to an end: not skip, unimpl, error.
bool was_run(Verdict verdict) noexcept;
/// pass, nonstrict, xpass, info.
bool has_passed(Verdict verdict) noexcept;

/// "F" of "F01" and "F01.02": the letters. Empty when it begins with none.
std::string_view group_of(std::string_view id) noexcept;
/// What the group is about: "Frames" of "F"; the group itself when it is none of cases.def.
std::string_view title_of_group(std::string_view group) noexcept;
/// "1.2" of "1.2.1", "V" of "V.2".
std::string_view section_of(std::string_view sentence) noexcept;

/// "R22.01 rlp.long-form of-a-list": id, slug and name, safe for terminals.
std::string title_of(const Outcome& outcome);
/// "ethpoc conform 127.0.0.1:30303 F15 --protocol 7 --seed 1", words quoted for a shell where they need it. The target
/// of the report may be an option with its value: "--listen 127.0.0.1:0", "--exec 'CMD {port}'".
std::string again_line(const Report& report, const Outcome& outcome);
/// Milliseconds for people: "0.4 ms", "12 ms", "3.2 s".
std::string duration_text(Since took);

} // namespace ethpoc::conform
