// Columns of a terminal: how many there are, and how many a text takes.
#pragma once

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

namespace ethpoc::cmd {

inline constexpr std::size_t narrowest = 40;
inline constexpr std::size_t widest = 200;
inline constexpr std::size_t usual_width = 80;

/// The columns of the terminal that `stream` is, from `narrowest` to `widest`: COLUMNS, or what the terminal says now.
/// usual_width when it is none (a file, a pager, a pipe).
std::size_t columns_of(std::FILE* stream);

/// The columns that `text` takes: UTF-8 without control characters, as printable() leaves it.
std::size_t display_width(std::string_view text);

/// The bytes at the front of `text` that fit into `room` columns: whole characters.
std::size_t fitting(std::string_view text, std::size_t room);

/// `text`, or as much of it as fits into `room` columns with "…" after it.
std::string shortened(std::string_view text, std::size_t room);

/// `text` with blanks after it, or before it, up to `width` columns.
std::string padded(std::string text, std::size_t width);
std::string right_aligned(std::string text, std::size_t width);

/// `text` cut into lines of at most `width` columns at blanks; each but the first begins with `indent` blanks.
std::string wrapped(const std::string& text, std::size_t width, std::size_t indent);

/// `front`, and `text` in lines beside it, as wide as is left of `width`.
std::string hanging(const std::string& front, const std::string& text, std::size_t width);

} // namespace ethpoc::cmd
