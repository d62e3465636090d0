// Reading hexadecimal text in the shapes in which people have it: pasted from logs, sources and dump tools.
#pragma once

#include <string_view>

#include "rlp/bytes.hpp"
#include "rlp/error.hpp"

namespace ethpoc {

/// The rows hex.* of the catalogue; rlp::error_catalogue() lists them too.
namespace hex_errors {
#define ETHPOC_ERROR(name, word, rule, hint) inline constexpr ErrorCode name{word, rule, hint};
#include "rlp/hex_errors.def"
#undef ETHPOC_ERROR
} // namespace hex_errors

/// The bytes that `text` spells. Understood are digits in either case, and
///
///   c8 83:63,61-74            separators: white space , : ; - _ quotes and brackets
///   0xc883636174  0xc8, 0x83  prefixes, per string or per byte (0x5 is the byte 05)
///   \xc8\x83                  string escapes
///   unsigned char a[] = { .. }    of a C array, only what is between the braces
///   00000000: c883 6361  ..ca     lines of xxd, with or without text column
///   00000000  c8 83 63  |..c|     lines of hexdump -C; four or more digits and two spaces begin the line, and count
///   its bytes # and //                  comments up to the end of the line
///
/// Two digits of one byte stand together. Error offsets count characters of `text`. Empty text gives no bytes.
Result<Bytes> from_hex(std::string_view text);

} // namespace ethpoc
