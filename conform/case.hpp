// Cases: the rows of cases.def as data. What the columns mean, and the grammar of their texts, stands there.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "wire/profile.hpp"

namespace ethpoc::conform {

/// How binding a sentence of wire/PROTOCOL.md is; info: it is reported and never a failure.
enum class Level : std::uint8_t { must, should, info };
/// What must be done before the stimulus: nothing but connecting, or a handshake too.
enum class State : std::uint8_t { connected, greeted };

/// A row of cases.def; views of its text.
struct Case {
    std::string_view id;       // "F01"
    std::string_view slug;     // "frame.ping-one-write"
    std::string_view sentence; // of wire/PROTOCOL.md: "1.2.1"
    Level level{};
    std::string_view source; // signs of wire/PROTOCOL.md: "W C G"
    State state{};
    std::string_view profiles;
    std::string_view stimulus; // "each": that of its sub-cases
    std::string_view accept;
    std::string_view tolerate;
    std::string_view flags;

    /// `word` is one of the words of `flags`.
    bool has_flag(std::string_view word) const noexcept;
    /// "1.2" of "1.2.1".
    std::string_view section() const noexcept;
};

/// One of several stimuli under which a case is run; a row of cases.def.
struct SubCase {
    std::string_view id; // of its case
    std::string_view name;
    std::string_view stimulus;
};

/// All rows, in the order of the file.
std::span<const Case> cases() noexcept;
/// Those of a case with the stimulus "each".
std::span<const SubCase> sub_cases(std::string_view id) noexcept;
/// By id or slug; nullptr: there is none.
const Case* find_case(std::string_view name) noexcept;
/// The case is for this version: one of the words of `profiles` names it.
bool applies(const Case& test, const wire::Profile& profile) noexcept;

} // namespace ethpoc::conform
