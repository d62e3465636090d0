#include "rlp/bytes.hpp"

namespace ethpoc {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

void append_hex(std::string& out, std::uint8_t byte) {
    out.push_back(hex_digits[byte >> 4]);
    out.push_back(hex_digits[byte & 15]);
}

constexpr bool is_continuation(std::uint8_t byte) noexcept {
    return (byte & 0xc0) == 0x80;
}

/// Length of the UTF-8 character at the front of `text`: 0 when it is none, overlong, a surrogate, or a C1 control
/// character.
std::size_t utf8_length(BytesView text) noexcept {
    const std::uint8_t lead = text[0];
    const std::size_t want = lead < 0x80   ? 1U
                             : lead < 0xc2 ? 0U
                             : lead < 0xe0 ? 2U
                             : lead < 0xf0 ? 3U
                             : lead < 0xf5 ? 4U
                                           : 0U;
    if (want < 2 || text.size() < want) { return want == 1 ? 1 : 0; }
    for (std::size_t i = 1; i < want; ++i) {
        if (!is_continuation(text[i])) { return 0; }
    }
    const std::uint8_t second = text[1];
    const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
    const bool outside = (lead == 0xed && second > 0x9f) || (lead == 0xf4 && second > 0x8f);
    const bool control = lead == 0xc2 && second < 0xa0;
    return overlong || outside || control ? 0 : want;
}

struct CodeRange {
    std::uint32_t first;
    std::uint32_t last;
};

constexpr CodeRange unprintable[] = {
#include "rlp/unprintable.inc"
};

/// One character of UTF-8 that utf8_length() has measured.
std::uint32_t code_of(BytesView character) noexcept {
    std::uint32_t code = character[0] & (0xffU >> (character.size() + 1));
    for (const std::uint8_t byte : character.subspan(1)) {
        code = code << 6 | (byte & 0x3fU);
    }
    return code;
}

/// Characters that are not seen, or change how the text around them is shown. They could make a log line read as
/// something else.
bool is_hidden(BytesView character) noexcept {
    if (character.size() < 2) { return false; }
    const std::uint32_t code = code_of(character);
    const CodeRange* const at = std::ranges::lower_bound(unprintable, code, {}, &CodeRange::last);
    return at != std::end(unprintable) && at->first <= code;
}

} // namespace

std::string to_hex(BytesView bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        append_hex(out, byte);
    }
    return out;
}

std::string printable(std::string_view text, std::size_t limit, std::string_view kept) {
    const BytesView all = as_bytes(text);
    std::string out;
    std::size_t at = 0;
    while (at < all.size() && at < limit) {
        const BytesView rest = all.subspan(at);
        const std::size_t n = utf8_length(rest);
        if (n > 1 && at + n > limit) { break; }
        const bool usual = n == 1 ? rest[0] >= 0x20 && rest[0] != 0x7f && rest[0] != '\\' : n > 1;
        const bool plain = usual || (n == 1 && kept.contains(text[at]));
        if (plain && !is_hidden(rest.first(n))) {
            out.append(as_text(rest.first(n)));
            at += n;
            continue;
        }
        out += "\\x";
        append_hex(out, rest[0]);
        ++at;
    }
    if (at < all.size()) { out += "..."; }
    return out;
}

} // namespace ethpoc
