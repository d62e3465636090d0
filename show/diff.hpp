// What differs between two tapes, item by item: aligned by path, as a person compares two dumps.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "rlp/tree.hpp"

namespace ethpoc::show {

/// One place at which two tapes differ.
struct Difference {
    /// In what they differ there.
    enum class Kind : std::uint8_t {
        value,   // the payloads of two strings (or raw bytes) differ
        kind,    // a list here, a string there
        header,  // the same content under another header
        removed, // only in the first
        added,   // only in the second
    };
    static constexpr std::uint32_t none = rlp::Node::no_parent;
    Kind kind = Kind::value;
    std::uint32_t first = none;  // node of the first tape
    std::uint32_t second = none; // node of the second tape
};

/// All differences in reading order. False from the sink stops. Linear in both tapes.
void diff(const rlp::Tree& first, const rlp::Tree& second, const std::function<bool(const Difference&)>& sink);

/// "value", "kind", "header", "removed", "added".
std::string_view word_of(Difference::Kind kind) noexcept;

} // namespace ethpoc::show
