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

/// The bytes that `text` spells. What is understood, and what is refused since it could mean something else, are the
/// rows of rlp/paste_shapes.hpp. Among them are
///
///   c8 83:63,61-74            separators: white space , : ; - _ quotes and brackets
///   0xc883636174  0xc8, 0x83  prefixes, per string or per byte (0x5 is the byte 05)
///   \xc8\x83  b'\xc8cat'      string escapes, Python's bytes
///   unsigned char a[] = { .. }    of a C array, only what is between the braces
///   00000000: c883 6361  ..ca     dumps with offsets: xxd, hexdump -C, od -t x1, tcpdump -x, gdb, Wireshark
///   # and //                  comments up to the end of the line
///
/// Two digits of one byte stand together. A byte order mark, UTF-16 with one, colours of a terminal and other blanks
/// are taken off first. Error offsets count bytes of `text`. Empty text gives no bytes. Linear in the text.
Result<Bytes> from_hex(std::string_view text);

/// The same for text that a program wrote into a field of its own: digits, 0x and separators at their word, nothing is
/// taken for an offset. Errors: bad_character and odd_digits.
Result<Bytes> from_hex_digits(std::string_view text);

} // namespace ethpoc
