// Checks: what an expectation asks for that needs code. The rows of checks.def; what each wants to have seen is said at
// the end of cases.def.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conform/heard.hpp"

namespace ethpoc::conform {

/// `arguments` as they stand behind the name; read_expectation() has seen that they are good.
using Check = bool (*)(const Heard& heard, const Facts& facts, std::string_view arguments);

/// What may stand behind the name of a check.
enum class CheckArguments : std::uint8_t {
    none,
    words,  // nothing, or one of CheckRow::words
    one_of, // one of CheckRow::words
    hash,   // one name of a hash
    hashes, // some
    bytes,  // hex digits
    size,   // 64MiB, 10KiB
    range,  // 0..5s
};

/// What a check wants of the first connection beside what its function looks at.
enum class CheckSession : std::uint8_t {
    free,  // nothing; no barrier need be sent
    asked, // that a barrier is sent; the function looks at its answer
    kept,  // it stays open, the barrier is answered, and no answer comes but those that a term or the check names
};

/// A row of checks.def: the name that expectations use, and the function behind it.
struct CheckRow {
    std::string_view name;
    Check run;
    CheckArguments arguments;
    std::string_view words; // separated by `|`
    CheckSession session;
    wire::MessageType type; // of the answers that it names; Unknown: none
};

/// All rows, in the order of the file.
std::span<const CheckRow> checks() noexcept;
/// nullptr: there is none. `name` without arguments.
const CheckRow* find_check(std::string_view name) noexcept;

/// "hello-items swapped": the row and its arguments. Errors: script.syntax, script.unknown_fact, with offset 0.
struct NamedCheck {
    const CheckRow* row = nullptr;
    std::string_view arguments{};
};
/// `text` must outlive what it gives.
Result<NamedCheck> read_check(std::string_view text, const Facts& facts);

// ---- how the arguments are read
/// The words between the blanks.
std::vector<std::string_view> words_of(std::string_view text);
/// "64MiB", "10KiB", in bytes.
std::optional<std::uint64_t> size_named(std::string_view text) noexcept;
/// A span of time, both ends included.
struct TimeRange {
    Since least{};
    Since most{};
};
/// "0..5s", "200ms..2s".
std::optional<TimeRange> range_named(std::string_view text);

/// What a check that reports has to say, for people; empty for all others: "every 2.0 s", "Disconnect 04".
std::string report_of(const CheckRow& check, const Heard& heard, const Facts& facts);

} // namespace ethpoc::conform
