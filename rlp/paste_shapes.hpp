// The shapes of pasted hex, one row each, asked in this order. A row that does not know the text says so; the first
// that does has the last word, and may refuse it. The rule for all: where a text could mean two byte strings it is
// refused, and a column that counts like an offset is never data.
//
//   python bytes    b'"@\x08' "\n\x91"  bytearray(b'..')  bytes.fromhex('22 40')  x = b".."
//   c array         unsigned char a[] = { 0x22, 64, .. };  only one of them; a_len must agree
//   number list     [34, 64, 8, 145]  [34 64 8 145]  bytes([..])  []byte{..}  vec![0x22, ..]  <Buffer 22 40>
//                   Without a name: two digits each are hex, [22, 40] (paste::remark tells of it); [2, 40] is refused,
//                   since decimal and hex give other bytes
//   intel hex       :0A000000224008..    refused
//   dump            OFFSET BYTES TEXT, line by line (rlp/paste_dump.hpp):
//                   xxd, with -c -g -u -d -o -a -e     00000000: 2240 0891 0000 0002 c102  "@........
//                   hexdump -C                         00000000  22 40 08 91 00 00 00 02  c1 02   |"@........|
//                   od -t x1, with -A o d x, -w, z     0000000 22 40 08 91                        >"@..<
//                   tcpdump -x -X                      \t0x0000:  2240 0891 0000 0002 c102  "@........
//                   gdb x/16xb, lldb, radare, objdump -s, hexyl, Emacs, HxD, WinDbg, DOS, PowerShell, certutil
//                   Wireshark's copy forms, tshark -x  0000   22 40 08 91   "@..
//                   * repeats the line above up to the next offset
//                   Refused: words in the order of the machine (hexdump, od -t x2, gdb x/4xw), other bases (od, xxd
//                   -b), offsets that jump or begin again
//   plain           digits with separators, 0x, \x and comments (rlp/paste_plain.hpp); refused are
//                   -56 (a signed byte), 0b00100010, \x22ab and "\x22 \x40" (characters between escapes),
//                   words of od -A n -t x2, a leading column that counts, a text column that spells the bytes
//                   before it. One run of hex digits alone is always hex.
//
// Before that paste_text.hpp takes off byte order marks, colours, line numbers and the frames of hexyl and bat.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "rlp/bytes.hpp"
#include "rlp/error.hpp"

namespace ethpoc::paste {

/// Bytes or an error when the shape is that of the text, nothing when it is another. Error offsets count bytes of the
/// text.
using Reading = std::optional<Result<Bytes>>;

/// A row: its name for people, and its reader, which says nothing of a text of another shape.
struct Shape {
    std::string_view name;
    Reading (*read)(std::string_view text);
};

/// All rows; the last one knows every text.
std::span<const Shape> shapes() noexcept;

/// What to tell of another reading that a text could have which from_hex() has read; empty: nothing.
std::string remark(std::string_view pasted);

/// Literals of Python, `bytearray(..)` and `bytes.fromhex(..)`; their escapes are undone.
Reading read_python_bytes(std::string_view text);
/// What stands between the braces behind a `=`; only one such array, and a length beside it must agree.
Reading read_c_array(std::string_view pasted);
/// Numbers in brackets, as JSON, Go, Rust and Node print bytes; each must fit into a byte.
Reading read_number_list(std::string_view text);
/// Records of Intel HEX; a refusal, since what they hold has addresses and is no byte string.
Reading read_intel_hex(std::string_view text);
/// xxd, hexdump, od and their like: read with each base of offsets that fits, and refused when two readings differ.
Reading read_dump(std::string_view text);
/// Digits with separators, 0x, backslash-x and comments: takes every text, so it is the last row.
Reading read_plain(std::string_view text);

// ---- what the readers share

constexpr std::size_t none = std::string_view::npos;
constexpr std::string_view blanks = " \t\r\v\f";
constexpr std::string_view white = " \t\r\v\f\n";

/// 0..15; -1 for what is no hex digit.
constexpr int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') { return c - '0'; }
    if (c >= 'a' && c <= 'f') { return c - 'a' + 10; }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// White space within a line.
constexpr bool is_blank(char c) noexcept {
    return blanks.find(c) != std::string_view::npos;
}

/// Length of the run of hex digits at the front.
constexpr std::size_t digit_run(std::string_view text) noexcept {
    std::size_t n = 0;
    while (n < text.size() && hex_digit(text[n]) >= 0) {
        ++n;
    }
    return n;
}

/// The error of a shape that knows the text and does not take it; the place counts in the text.
inline std::unexpected<Error> refuse(const ErrorCode& code, std::size_t offset, std::size_t length,
                                     std::string detail) {
    return std::unexpected(Error{&code, offset, length, {}, std::move(detail)});
}

/// Lines without their end, one after the other.
class Lines {
  public:
    /// `text` must outlive it.
    explicit Lines(std::string_view text) noexcept : text_(text) {}
    /// False at the end; else the next line and where it begins.
    bool next(std::string_view& line, std::size_t& begin) noexcept {
        if (at_ >= text_.size()) { return false; }
        const std::size_t end = std::min(text_.find('\n', at_), text_.size());
        begin = at_;
        line = text_.substr(at_, end - at_);
        at_ = end + 1;
        return true;
    }

  private:
    std::string_view text_;
    std::size_t at_ = 0;
};

} // namespace ethpoc::paste
