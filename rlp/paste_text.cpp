#include "rlp/paste_text.hpp"

#include <algorithm>
#include <optional>

#include "rlp/hex.hpp"
#include "rlp/paste_shapes.hpp"

namespace ethpoc {
namespace {

constexpr std::string_view utf8_mark = "\xef\xbb\xbf";
constexpr std::string_view little_mark = "\xff\xfe";
constexpr std::string_view big_mark = "\xfe\xff";

bool is_utf32(std::string_view text) noexcept {
    return text.starts_with(std::string_view("\xff\xfe\0\0", 4)) ||
           text.starts_with(std::string_view("\0\0\xfe\xff", 4));
}

bool is_utf16(std::string_view text) noexcept {
    return text.starts_with(little_mark) || text.starts_with(big_mark);
}

void append_utf8(std::string& out, std::uint32_t code) {
    const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (code < 0x80) { return put(code); }
    if (code < 0x800) {
        put(0xc0 | code >> 6);
    } else if (code < 0x10000) {
        put(0xe0 | code >> 12);
        put(0x80 | (code >> 6 & 0x3f));
    } else {
        put(0xf0 | code >> 18);
        put(0x80 | (code >> 12 & 0x3f));
        put(0x80 | (code >> 6 & 0x3f));
    }
    put(0x80 | (code & 0x3f));
}

std::uint32_t unit_at(std::string_view text, std::size_t at, bool little) noexcept {
    const auto first = static_cast<std::uint8_t>(text[at]);
    const auto second = static_cast<std::uint8_t>(text[at + 1]);
    return little ? first | second << 8U : first << 8U | second;
}

constexpr bool is_high(std::uint32_t unit) noexcept {
    return unit >= 0xd800 && unit < 0xdc00;
}
constexpr bool is_low(std::uint32_t unit) noexcept {
    return unit >= 0xdc00 && unit < 0xe000;
}

/// Of each byte of the result its place in `text`, when `origin` is given.
Result<std::string> from_utf16(std::string_view text, std::vector<std::size_t>* origin) {
    const bool little = text.starts_with(little_mark);
    std::string out;
    for (std::size_t at = 2; at < text.size();) {
        const std::size_t begin = at;
        if (text.size() - at < 2) { return paste::refuse(hex_errors::bad_encoding, at, 1, "half a UTF-16 character"); }
        std::uint32_t code = unit_at(text, at, little);
        at += 2;
        if (is_high(code) && text.size() - at >= 2 && is_low(unit_at(text, at, little))) {
            code = 0x10000 + ((code - 0xd800) << 10) + (unit_at(text, at, little) - 0xdc00);
            at += 2;
        } else if (is_high(code) || is_low(code)) {
            return paste::refuse(hex_errors::bad_encoding, begin, 2, "half a UTF-16 pair");
        }
        append_utf8(out, code);
        if (origin != nullptr) { origin->resize(out.size(), begin); }
    }
    return out;
}

} // namespace

bool has_byte_order_mark(std::string_view text) noexcept {
    return text.starts_with(utf8_mark) || is_utf16(text) || is_utf32(text);
}

Result<std::string> decode_text(std::string_view text) {
    if (is_utf32(text)) { return paste::refuse(hex_errors::bad_encoding, 0, 4, "UTF-32"); }
    if (is_utf16(text)) { return from_utf16(text, nullptr); }
    return std::string(text.starts_with(utf8_mark) ? text.substr(utf8_mark.size()) : text);
}

namespace paste {
namespace {

/// Length of an escape sequence of a terminal at the front; 0: none. ESC [ .. letter, ESC ] .. BEL, ESC letter.
std::size_t escape_length(std::string_view text) noexcept {
    if (text.size() < 2 || text[0] != '\x1b') { return 0; }
    if (text[1] == ']') {
        const std::size_t bell = text.find_first_of("\a\n", 1);
        return bell == std::string_view::npos || text[bell] == '\n' ? 0 : bell + 1;
    }
    if (text[1] != '[') { return 2; }
    std::size_t n = 2;
    while (n < text.size() && text[n] >= 0x20 && text[n] < 0x40) {
        ++n;
    }
    return n < text.size() && text[n] >= 0x40 && text[n] <= 0x7e ? n + 1 : 0;
}

struct Character {
    std::uint32_t code = 0;
    std::size_t size = 1; // bytes; a byte that is no UTF-8 stands for itself
};

Character character_at(std::string_view text) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<std::uint8_t>(text[i])); };
    const auto follows = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xc0) == 0x80; };
    if ((byte(0) & 0xe0) == 0xc0 && follows(1)) { return {(byte(0) & 0x1f) << 6 | (byte(1) & 0x3f), 2}; }
    if ((byte(0) & 0xf0) == 0xe0 && follows(1) && follows(2)) {
        return {(byte(0) & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f), 3};
    }
    return {byte(0), 1};
}

/// What a character is read as; nothing: as itself.
std::optional<std::string_view> stands_for(std::uint32_t code) noexcept {
    const bool space = code == 0xa0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) || code == 0x202f ||
                       code == 0x205f || code == 0x3000;
    if (space) { return " "; }
    const bool invisible = code == 0xad || (code >= 0x200b && code <= 0x200f) || (code >= 0x202a && code <= 0x202e) ||
                           (code >= 0x2060 && code <= 0x206f) || code == 0xfeff;
    if (invisible) { return ""; }
    if (code == 0x85 || code == 0x2028 || code == 0x2029) { return "\n"; }
    if (code >= 0x2010 && code <= 0x2014) { return "-"; }
    if (code == 0x2018 || code == 0x2019) { return "'"; }
    if (code == 0x201c || code == 0x201d) { return "\""; }
    if (code == 0x250a || code == 0x2506 || code == 0x254e) { return " "; } // hexyl's middle
    if (code == 0x2502 || code == 0x2503 || code == 0x2551) { return "|"; }
    if (code >= 0x2500 && code <= 0x257f) { return ""; } // the rest of a frame
    return std::nullopt;
}

bool is_simple(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) { return c != '\x1b' && static_cast<std::uint8_t>(c) < 0x80; });
}

Cleaned without_dress(std::string_view text, const std::vector<std::size_t>& from) {
    Cleaned out;
    const auto put = [&](std::string_view piece, std::size_t at) {
        for (const char c : piece) {
            out.text.push_back(c);
            out.origin.push_back(from.empty() ? at : from[at]);
        }
    };
    for (std::size_t at = 0; at < text.size();) {
        if (const std::size_t skip = escape_length(text.substr(at))) {
            at += skip;
            continue;
        }
        const Character c = character_at(text.substr(at));
        const auto other = stands_for(c.code);
        if (c.size > 1 && other) {
            put(*other, at);
        } else {
            for (std::size_t i = 0; i < c.size; ++i) {
                put(text.substr(at + i, 1), at + i);
            }
        }
        at += c.size;
    }
    return out;
}

/// `   12\t`, `12: `, `12 | `: a number and where the text behind it begins.
struct Numbered {
    std::uint64_t number = 0;
    std::size_t digits = 0;
    std::size_t end = 0;
    bool marked = false; // not only by blanks
};

std::optional<Numbered> numbered(std::string_view line) noexcept {
    const std::size_t begin = line.find_first_not_of(blanks);
    if (begin == std::string_view::npos || line[begin] < '1' || line[begin] > '9') { return std::nullopt; }
    Numbered out;
    std::size_t at = begin;
    for (; at < line.size() && line[at] >= '0' && line[at] <= '9' && out.digits < 9; ++at, ++out.digits) {
        out.number = out.number * 10 + static_cast<std::uint64_t>(line[at] - '0');
    }
    const std::size_t behind = line.find_first_not_of(blanks, at);
    if (behind == std::string_view::npos) { // an empty line that was counted
        out.end = line.size();
        return out;
    }
    const char mark = line[behind];
    out.marked = mark == '|' || (behind == at && (mark == ':' || mark == ')' || mark == '.'));
    if (behind == at && !out.marked) { return std::nullopt; }
    out.end = out.marked ? behind + 1 : at;
    return out;
}

void blank_out(std::string& text, const std::vector<std::pair<std::size_t, std::size_t>>& ranges) {
    for (const auto& [from, to] : ranges) {
        text.replace(from, to - from, to - from, ' ');
    }
}

/// Line numbers count by one from line to line and are not written with zeros in front. When each could be bytes they
/// stay, and the reader of plain text refuses what counts.
void blank_line_numbers(std::string& text) {
    std::optional<std::uint64_t> before;
    std::size_t lines = 0;
    bool sure = false;
    bool filled = false;
    std::string_view line;
    std::size_t begin = 0;
    for (Lines all(text); all.next(line, begin);) {
        if (line.find_first_not_of(blanks) == std::string_view::npos) { continue; }
        const auto found = numbered(line);
        if (!found || (before && found->number != *before + 1)) { return; }
        before = found->number;
        sure = sure || found->digits % 2 != 0;
        filled = filled || line.find_first_not_of(blanks, found->end) != std::string_view::npos;
        ++lines;
    }
    if (lines < 2 || !sure || !filled) { return; }
    std::vector<std::pair<std::size_t, std::size_t>> ranges;
    for (Lines all(text); all.next(line, begin);) {
        if (const auto found = numbered(line)) { ranges.emplace_back(begin, begin + found->end); }
    }
    blank_out(text, ranges);
}

/// Lines of ``` around code, with or without the name of a language.
void blank_fences(std::string& text) {
    std::vector<std::pair<std::size_t, std::size_t>> fences;
    std::string_view line;
    std::size_t begin = 0;
    for (Lines all(text); all.next(line, begin);) {
        const std::size_t first = line.find_first_not_of(blanks);
        if (first == std::string_view::npos || !line.substr(first).starts_with("```")) { continue; }
        if (line.find_first_of(" `", first + 3) == std::string_view::npos) {
            fences.emplace_back(begin, begin + line.size());
        }
    }
    blank_out(text, fences);
}

} // namespace

std::size_t Cleaned::place(std::size_t at) const noexcept {
    if (origin.empty()) { return at; }
    return at < origin.size() ? origin[at] : origin.back() + 1;
}

Result<Cleaned> clean(std::string_view text) {
    Cleaned out;
    std::vector<std::size_t> origin;
    std::string wide;
    std::size_t skip = 0;
    if (is_utf32(text)) { return refuse(hex_errors::bad_encoding, 0, 4, "UTF-32"); }
    if (is_utf16(text)) {
        auto decoded = from_utf16(text, &origin);
        if (!decoded) { return std::unexpected(std::move(decoded.error())); }
        wide = std::move(*decoded);
        text = wide;
    } else if (text.starts_with(utf8_mark)) {
        skip = utf8_mark.size();
    }
    if (is_simple(text)) {
        out.text = text;
        out.origin = std::move(origin);
    } else {
        if (skip != 0) { text.remove_prefix(skip); }
        out = without_dress(text, origin);
        for (std::size_t& at : out.origin) {
            at += skip;
        }
    }
    std::ranges::replace(out.text, '\f', ' ');
    blank_line_numbers(out.text);
    blank_fences(out.text);
    return out;
}

} // namespace paste
} // namespace ethpoc
