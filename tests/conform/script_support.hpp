// What the tests of stimuli share: a text in, its bytes as hex or its steps as words out.
#pragma once

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "conform/script.hpp"
#include "rlp/bytes.hpp"
#include "wire/profile.hpp"

namespace ethpoc::test {

using conform::Facts;
using conform::Script;
using conform::Step;
using Kind = conform::Step::Kind;

inline const wire::Profile& profile(std::string_view name) {
    return *wire::find_profile(name);
}

/// Enough for texts without blocks and transactions.
inline Facts facts_of(std::string_view name) {
    Facts facts;
    facts.profile = &profile(name);
    return facts;
}

inline Script script(std::string_view text, const Facts& facts) {
    CAPTURE(text);
    auto out = conform::read_stimulus(text, "F01", facts);
    if (!out) { FAIL(out.error().message()); }
    return std::move(*out);
}

/// All that is written on a line.
inline std::string written(const Script& read, conform::Line line = 0) {
    std::string out;
    for (const Step& step : read.steps) {
        if (step.line == line) { out += to_hex(step.bytes); }
    }
    return out;
}

inline std::string bytes(std::string_view text, const Facts& facts) {
    return written(script(text, facts));
}

inline std::string bytes(std::string_view text, std::string_view name = "23") {
    return bytes(text, facts_of(name));
}

/// The payload of the only frame.
inline std::string payload(std::string_view text, const Facts& facts) {
    const std::string hex = bytes(text, facts);
    REQUIRE(hex.size() >= 16);
    CHECK(hex.starts_with("22400891"));
    CHECK(std::stoul(hex.substr(8, 8), nullptr, 16) * 2 == hex.size() - 16);
    return hex.substr(16);
}

inline std::string payload(std::string_view text, std::string_view name = "23") {
    return payload(text, facts_of(name));
}

/// "write 2240 | pause 20 | write(inside) .." for people who read a failure.
inline std::string in_words(const Script& read) {
    static constexpr std::array<std::string_view, 11> words{"write", "pause", "await",  "breath", "observe", "silent",
                                                            "fin",   "rst",   "unread", "open",   "accept"};
    std::string out;
    for (const Step& step : read.steps) {
        if (!out.empty()) { out += " | "; }
        if (step.line != 0) { out += std::to_string(step.line) + ":"; }
        out += words.at(static_cast<std::size_t>(step.kind));
        if (step.inside_frame) { out += "(inside)"; }
        if (step.kind == Kind::write) { out += " " + to_hex(step.bytes); }
        if (step.time.count() != 0) { out += " " + std::to_string(step.time.count()); }
    }
    return out;
}

inline std::string in_words(std::string_view text, std::string_view name = "23") {
    return in_words(script(text, facts_of(name)));
}

inline Error error_of(std::string_view text, const Facts& facts) {
    CAPTURE(text);
    auto out = conform::read_stimulus(text, "F01", facts);
    REQUIRE_FALSE(out.has_value());
    return std::move(out.error());
}

inline constexpr std::string_view ping = "2240089100000002c102";

} // namespace ethpoc::test
