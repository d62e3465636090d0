// Exceptions: the file of what one implementation is known to do otherwise. Whatever it does not name must pass.
//
//   implementation = "Ethereum(++)/v0.6"   # its client id begins so
//   profile = "p2p0/eth33"                 # may be left out
//   barrier = "silence 1s"                 # may be left out: it answers no Ping, so this shows that it ignores
//   [[xfail]]
//   id = "S0[1-5]"                         # of cases or sub-cases, or slugs, or a list of such; * ? [a-z] [!a-z]
//   verdict = "NONSTRICT"                  # what it gives instead: NONSTRICT, FAIL, DEAD
//   seen = "pong"                          # may be left out: it counts only if this is what was heard
//   reason = "answers before Hello"
//   until = "2027-01-01"                   # may be left out: the last day on which it counts
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conform/case.hpp"
#include "conform/expectation.hpp"
#include "conform/verdict.hpp"

namespace ethpoc::conform {

/// One [[xfail]] of the file.
struct Exception {
    std::vector<std::string> ids{}; // globs
    Verdict verdict = Verdict::fail;
    std::string seen{}; // in the grammar of `accept`; empty: anything
    std::string reason{};
    std::optional<std::chrono::year_month_day> until{};
    bool sometimes = false; // what is better than the verdict is no surprise either
    std::size_t line = 0;   // of the file, where the entry begins
};

/// The whole file; it owns its texts.
struct Exceptions {
    std::string implementation{};
    std::string profile{};                  // empty: any
    std::optional<Since> barrier_silence{}; // so long nothing comes: what was sent is ignored
    std::vector<Exception> entries{};
};

/// Something wrong with a file, at a place of it. Lines count from 1.
struct FileFault {
    std::size_t line = 0;
    std::size_t column = 0;
    std::string message{};

    /// "name:3:1: unknown key \"ids\"".
    std::string in(std::string_view name) const;
};

/// All that is wrong: TOML that is none, keys that are unknown, missing or of another kind, texts of `seen` that are
/// none.
std::expected<Exceptions, std::vector<FileFault>> read_exceptions(std::string_view text);
/// Of a file of at most 1 MiB. One that cannot be read is a fault at line 0.
std::expected<Exceptions, std::vector<FileFault>> read_exceptions_file(const std::string& path);

/// `*` any characters, `?` one, `[a-c]` one of these, `[!a-c]` one that is none of these; all others are themselves.
bool matches_glob(std::string_view pattern, std::string_view text) noexcept;

/// The file is for the target with this client id. A wrong one is worth a warning.
bool is_for(const Exceptions& file, std::string_view client_id) noexcept;

/// The entry names the case by id or slug. `id` may be that of a sub-case, "R22.01": then both it and the id of its
/// case may be named.
bool names(const Exception& entry, std::string_view id, std::string_view slug) noexcept;
/// A name in a file that none of these cases and sub-cases has.
struct IdleName {
    const Exception* entry = nullptr;
    std::string_view id{};
};
/// Names that no case and no sub-case has: probably misspelt.
std::vector<IdleName> idle_names(const Exceptions& file, std::span<const Case> all,
                                 std::span<const std::string> sub_case_ids);

/// What a case gives with the file, and the entry that decided. Several entries may name one case: what was heard need
/// fit one of them. Entries whose day is over count for nothing.
struct Judgement {
    Verdict verdict{};
    const Exception* entry = nullptr; // nullptr: none names the case
};
/// A run that was judged without the file.
struct Judged {
    std::string_view id;
    std::string_view slug;
    Verdict plain{};
    const Heard* heard = nullptr; // nullptr: nothing was
};
/// `today` is compared with Exception::until; `strict`: what is nonstrict counts as a fail.
Judgement judge(const Exceptions& file, const Judged& judged, const Facts& facts, std::chrono::sys_days today,
                bool strict);

} // namespace ethpoc::conform
