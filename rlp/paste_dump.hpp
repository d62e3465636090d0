// Dumps: lines of OFFSET BYTES TEXT. The offsets tell how many bytes a line has, so that neither they nor the text
// column are taken for bytes:
//
//   00000000: 2240 0891 0000 0002  "@......     8 bytes, since the next line begins at 8
//   00000008: c102  ..                          the last line: what the text column spells
//   0000000a                                    od and hexdump end with the size
//   *                                           the line above, again, up to the offset of the next line
//
// Offsets are hex, decimal or octal: the base in which all lines fit. Words of several bytes are bytes in their order
// where the text column says so.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "rlp/bytes.hpp"

namespace ethpoc::paste {

/// The number that `digits` spell; nothing when one of them is too large for the base, or when it has more than 64
/// bits.
std::optional<std::uint64_t> value_in(std::string_view digits, unsigned base) noexcept;

/// True when `column` is how a dump shows `bytes` as text: themselves, or any sign for what is not printable. Blanks at
/// either end count as much as nothing. False when no letter could tell.
bool spells(std::string_view column, BytesView bytes) noexcept;

} // namespace ethpoc::paste
