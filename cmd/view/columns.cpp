#include "cmd/view/columns.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>

namespace ethpoc::cmd {
namespace {

struct WidthRow {
    char32_t first;
    char32_t last;
    std::size_t width;
};

/// Characters that do not take one column: marks that stand on the letter before them, and blocks of wide characters.
/// Blocks, not characters: a name in Chinese is aligned, a rare symbol may be a column off.
constexpr std::array<WidthRow, 18> odd_widths{{
    {0x0300, 0x036f, 0},
    {0x0483, 0x0489, 0},
    {0x0591, 0x05bd, 0},
    {0x064b, 0x065f, 0},
    {0x1100, 0x115f, 2},
    {0x1ab0, 0x1aff, 0},
    {0x1dc0, 0x1dff, 0},
    {0x20d0, 0x20ff, 0},
    {0x2e80, 0x303e, 2},
    {0x3041, 0x4dbf, 2},
    {0x4e00, 0xa4cf, 2},
    {0xac00, 0xd7a3, 2},
    {0xf900, 0xfaff, 2},
    {0xfe20, 0xfe2f, 0},
    {0xfe30, 0xfe6f, 2},
    {0xff01, 0xff60, 2},
    {0x1f300, 0x1faff, 2},
    {0x20000, 0x3fffd, 2},
}};

struct Glyph {
    std::size_t bytes;
    std::size_t columns;
};

/// The character at the front; a byte that begins none is one column, as terminals draw it.
Glyph first_glyph(std::string_view text) {
    const auto front = static_cast<std::uint8_t>(text[0]);
    const auto size = static_cast<std::size_t>(std::countl_one(front)); // 0: ASCII
    if (size < 2 || size > 4 || size > text.size()) { return {1, 1}; }
    char32_t code = front & (0xffU >> (size + 1));
    for (const char c : text.substr(1, size - 1)) {
        const auto byte = static_cast<std::uint8_t>(c);
        if ((byte & 0xc0U) != 0x80) { return {1, 1}; }
        code = code << 6 | (byte & 0x3fU);
    }
    const auto* const row = std::ranges::lower_bound(odd_widths, code, {}, &WidthRow::last);
    return {size, row != odd_widths.end() && row->first <= code ? row->width : 1};
}

} // namespace

std::size_t columns_of(std::FILE* stream) {
    const int descriptor = ::fileno(stream);
    if (descriptor < 0 || ::isatty(descriptor) != 1) { return usual_width; }
    std::size_t columns = 0;
    if (const char* const said = std::getenv("COLUMNS")) { // the environment is not written while threads run
        const std::string_view digits = said;
        std::from_chars(digits.data(), digits.data() + digits.size(), columns);
    }
    winsize size{};
    if (columns == 0 && ::ioctl(descriptor, TIOCGWINSZ, &size) == 0) { columns = size.ws_col; }
    return columns == 0 ? usual_width : std::clamp(columns, narrowest, widest);
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        const Glyph glyph = first_glyph(text);
        width += glyph.columns;
        text.remove_prefix(glyph.bytes);
    }
    return width;
}

std::size_t fitting(std::string_view text, std::size_t room) {
    std::size_t at = 0;
    while (at < text.size()) {
        const Glyph glyph = first_glyph(text.substr(at));
        if (glyph.columns > room) { break; }
        room -= glyph.columns;
        at += glyph.bytes;
    }
    return at;
}

std::string shortened(std::string_view text, std::size_t room) {
    if (fitting(text, room) == text.size()) { return std::string(text); }
    std::string_view kept = text.substr(0, fitting(text, room - std::min<std::size_t>(room, 1)));
    while (kept.ends_with(' ')) {
        kept.remove_suffix(1);
    }
    return std::string(kept) + "…";
}

std::string padded(std::string text, std::size_t width) {
    const std::size_t own = display_width(text);
    return text.append(width > own ? width - own : 0, ' ');
}

std::string right_aligned(std::string text, std::size_t width) {
    const std::size_t own = display_width(text);
    return text.insert(0, width > own ? width - own : 0, ' ');
}

std::string wrapped(const std::string& text, std::size_t width, std::size_t indent) {
    std::string out;
    std::size_t column = 0;
    const std::string next_line = '\n' + std::string(indent, ' ');
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        std::string_view word = std::string_view(text).substr(at, end - at);
        if (column > 0 && column + 1 + display_width(word) > width) {
            out += next_line;
            column = indent;
        } else if (column > 0) {
            out += ' ';
            ++column;
        }
        // A word that no line can hold (a hash, bytes) is cut at the width.
        while (!word.empty()) {
            const std::size_t part = std::max<std::size_t>(fitting(word, column < width ? width - column : 1), 1);
            out += word.substr(0, part);
            column += display_width(word.substr(0, part));
            word.remove_prefix(part);
            if (!word.empty()) {
                out += next_line;
                column = indent;
            }
        }
        at = end + 1;
    }
    return out;
}

std::string hanging(const std::string& front, const std::string& text, std::size_t width) {
    constexpr std::size_t least = 16;
    const std::size_t used = display_width(front);
    std::string lines = wrapped(text, width > used + least ? width - used : least, 0);
    for (std::size_t at = lines.find('\n'); at != std::string::npos; at = lines.find('\n', at + 1)) {
        lines.insert(at + 1, used, ' ');
    }
    return front + lines;
}

} // namespace ethpoc::cmd
