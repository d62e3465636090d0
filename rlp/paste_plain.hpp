// Digits with separators, 0x, \x and comments: the shape that remains when a text is nothing else.
#pragma once

#include <optional>
#include <string_view>

#include "rlp/bytes.hpp"
#include "rlp/error.hpp"

namespace ethpoc::paste {

/// What may stand between two digits: blanks, and the marks that people put between bytes.
constexpr bool is_separator(char c) noexcept {
    return std::string_view(" \t\r\n\v\f,:;-_\"'()[]{}").find(c) != std::string_view::npos;
}

/// Appends the bytes of `text`, to the end or to the first character that is none; nothing is taken for an offset.
std::optional<Error> append_digits(std::string_view text, Bytes& out);

/// Why plain digits must not be believed: what else they could be. Nothing: they may.
std::optional<Error> doubt(std::string_view text);

} // namespace ethpoc::paste
