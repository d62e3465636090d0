// Verdicts: what a case gives, from what was heard, its level, and what is known of the implementation.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "conform/case.hpp"

namespace ethpoc::conform {

/// What a run came to.
enum class Verdict : std::uint8_t {
    pass,      // the accept set is met
    nonstrict, // the tolerate set is; with --strict a fail
    fail,      // neither
    info,      // of the level info: reported, and never a failure
    skip,      // not run; the reason is told
    unimpl,    // the target says that it does not have it
    xfail,     // not a pass, and an expectation file said so
    xpass,     // better than an expectation file says
    error,     // of the tester
    dead,      // the control connection was not answered afterwards
};

/// "PASS", "NONSTRICT", ...
std::string_view name_of(Verdict verdict) noexcept;
/// In capitals, as the files write it.
std::optional<Verdict> verdict_named(std::string_view name) noexcept;

/// What a case that was run has come to.
struct Seen {
    bool accepted = false;  // meets() of `accept`
    bool tolerated = false; // meets() of `tolerate`
    bool alive = true;      // the control connection was answered
};

/// Without expectation file and --strict: pass, nonstrict, fail, info or dead.
Verdict plain_verdict(Level level, const Seen& seen) noexcept;

/// Of the four that a run may come to: pass, nonstrict, fail, dead, each worse than the one before. Others are not
/// compared.
bool is_better(Verdict a, Verdict b) noexcept;

/// What an expectation file says of the case.
struct Expected {
    std::optional<Verdict> verdict{}; // nothing: it does not name the case
    bool as_seen = true;              // what it says was seen is what was heard, or it says nothing
};

/// The last word. A plain verdict that the file names, seen as it says, is an xfail; a better one an xpass; a worse
/// one, or the same for another reason, stays what it is. info is never compared, since it is no failure.
Verdict final_verdict(Verdict plain, const Expected& expected, bool strict) noexcept;

/// The run is not green with it: fail, xpass, dead; error has an exit code of its own.
bool is_unexpected(Verdict verdict) noexcept;

} // namespace ethpoc::conform
