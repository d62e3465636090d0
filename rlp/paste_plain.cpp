#include "rlp/paste_plain.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "rlp/hex.hpp"
#include "rlp/paste_dump.hpp"
#include "rlp/paste_shapes.hpp"

namespace ethpoc::paste {
namespace {

Error plain_error(const ErrorCode& code, std::size_t offset, std::size_t length, std::string detail) {
    return {&code, offset, length, {}, std::move(detail)};
}

bool begins_comment(std::string_view text) noexcept {
    return text.starts_with('#') || text.starts_with("//");
}

/// One run of digits, perhaps after 0x or \x; moves `at` past it.
std::optional<Error> append_token(std::string_view line, std::size_t base, std::size_t& at, Bytes& out) {
    std::string_view rest = line.substr(at);
    const bool prefixed = rest.starts_with("0x") || rest.starts_with("0X") || rest.starts_with("\\x");
    const std::size_t begin = at + (prefixed ? 2 : 0);
    rest = line.substr(begin);
    const std::size_t digits = digit_run(rest);
    const bool ends_well = digits == rest.size() || is_separator(rest[digits]) || rest[digits] == '\\' ||
                           rest[digits] == '#' || rest[digits] == '/';
    if (digits == 0 || !ends_well) {
        const std::size_t place = digits == 0 && prefixed ? at : begin + digits;
        return plain_error(hex_errors::bad_character, base + place, 1, "'" + printable(line.substr(place, 1)) + "'");
    }
    at = begin + digits;
    if (prefixed && digits == 1) {
        out.push_back(static_cast<std::uint8_t>(hex_digit(rest[0])));
        return std::nullopt;
    }
    if (digits % 2 != 0) {
        return plain_error(hex_errors::odd_digits, base + begin, digits, std::to_string(digits) + " digits");
    }
    for (std::size_t i = 0; i < digits; i += 2) {
        out.push_back(static_cast<std::uint8_t>(hex_digit(rest[i]) << 4 | hex_digit(rest[i + 1])));
    }
    return std::nullopt;
}

std::optional<Error> append_line(std::string_view line, std::size_t base, Bytes& out) {
    for (std::size_t at = 0; at < line.size();) {
        if (begins_comment(line.substr(at))) { break; }
        const bool continued = line[at] == '\\' && line.find_first_not_of(blanks, at + 1) == none && at > 0;
        if (is_separator(line[at]) || continued) {
            ++at;
        } else if (auto bad = append_token(line, base, at, out)) {
            return bad;
        }
    }
    return std::nullopt;
}

/// Letters and digits in fours, with = at their end, and in both cases or with a sign that is no letter.
bool is_base64(std::string_view text) noexcept {
    std::size_t signs = 0;
    bool upper = false;
    bool lower = false;
    bool other = false;
    for (const char c : text) {
        if (white.find(c) != none) { continue; }
        const bool sign = c == '+' || c == '/' || c == '=';
        upper = upper || (c >= 'A' && c <= 'Z');
        lower = lower || (c >= 'a' && c <= 'z');
        other = other || sign;
        if (!sign && !(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z')) { return false; }
        ++signs;
    }
    const std::size_t last = text.find_last_not_of(white);
    const std::size_t pad = text.find('=');
    const bool padded = pad == none || (last != none && last - pad < 2 && text[last] == '=');
    return signs >= 8 && signs % 4 == 0 && padded && (other || (upper && lower));
}

std::string_view without_comment(std::string_view line) noexcept {
    return line.substr(0, std::min({line.find('#'), line.find("//"), line.size()}));
}

/// Words between white space, without comments.
template <class Visit>
void each_word(std::string_view text, Visit visit) {
    std::string_view line;
    std::size_t begin = 0;
    for (Lines all(text); all.next(line, begin);) {
        line = without_comment(line);
        for (std::size_t at = 0; at < line.size();) {
            const std::size_t end = std::min(line.find_first_of(", \t\r\v\f", at), line.size());
            if (end > at && !visit(line.substr(at, end - at), begin + at)) { return; }
            at = end + 1;
        }
    }
}

// ---------------------------------------------------------------- what plain digits could be instead

bool is_binary(std::string_view digits) noexcept {
    return digits.size() == 8 && digits.find_first_not_of("01") == none;
}

/// 0b00100010, and 00100010 where more than zeros and small counts stand there.
std::optional<Error> doubt_binary(std::string_view text) {
    std::size_t words = 0;
    std::size_t bits = 0;
    std::size_t full = 0; // three ones or more
    bool all_prefixed = true;
    each_word(text, [&](std::string_view word, std::size_t) {
        const bool prefixed = word.starts_with("0b") || word.starts_with("0B");
        const std::string_view digits = prefixed ? word.substr(2) : word;
        ++words;
        all_prefixed = all_prefixed && prefixed;
        bits += is_binary(digits) ? 1 : 0;
        full += std::ranges::count(digits, '1') >= 3 ? 1 : 0;
        return bits == words;
    });
    if (words == 0 || bits != words || (!all_prefixed && (words < 2 || full == 0))) { return std::nullopt; }
    return plain_error(hex_errors::other_base, 0, 0,
                       "eight binary digits each, or four bytes of hex; write 0x before each word for hex");
}

/// `-56`: a minus that is no separator, since no digit stands before it.
std::optional<Error> doubt_sign(std::string_view text) {
    std::optional<Error> out;
    each_word(text, [&out](std::string_view word, std::size_t at) {
        const std::size_t first = word.find_first_not_of("[({'\"");
        const bool negative =
            first != none && word[first] == '-' && first + 1 < word.size() && hex_digit(word[first + 1]) >= 0;
        if (negative) {
            out = plain_error(hex_errors::ambiguous, at, word.size(),
                              "a minus sign, or a separator; write a blank in its place for hex");
        }
        return !negative;
    });
    return out;
}

/// Escapes: two digits each, and nothing between those of one string. A blank there is a character of the string.
std::optional<Error> doubt_escapes(std::string_view text) {
    const std::size_t first = text.find("\\x");
    if (first == none) { return std::nullopt; }
    const std::size_t end = text.find_last_not_of(white);
    const bool alone =
        text.find_first_not_of(white) == first && first + 2 + digit_run(text.substr(first + 2)) == end + 1;
    if (alone) { return std::nullopt; } // \x22400891: a bytea of PostgreSQL
    char quote = 0;
    std::size_t joined = 0;
    std::size_t apart = 0;
    bool behind_escape = false;
    for (std::size_t at = 0; at < text.size();) {
        if (text.substr(at).starts_with("\\x")) {
            const std::size_t digits = digit_run(text.substr(at + 2, 3));
            if (digits > 2) {
                return plain_error(hex_errors::ambiguous, at, 5,
                                   "a character behind an escape of two digits, or one run of hex; write the digits "
                                   "without \\x for hex");
            }
            joined += behind_escape ? 1 : 0;
            behind_escape = true;
            at += 2 + digits;
            continue;
        }
        const char c = text[at];
        if (c == '"' || c == '\'') {
            if (quote == 0 || quote == c) { quote = quote == 0 ? c : '\0'; }
        } else if (quote != 0 && c == '\n') {
            quote = 0;
        } else if (quote != 0 && c != '\\') {
            return plain_error(hex_errors::ambiguous, at, 1,
                               "a character of the string, or a separator; write the escapes without it");
        } else if (quote == 0 && c != '\n' && c != '\r' && behind_escape) {
            const std::size_t next = text.find_first_not_of(" \t,;:_-", at);
            apart += next != none && text[next] == '\\' && text.substr(next).starts_with("\\x") ? 1 : 0;
        }
        behind_escape = false;
        ++at;
    }
    if (joined == 0 || apart == 0) { return std::nullopt; }
    return plain_error(
        hex_errors::ambiguous, first, 2,
        "blanks between some escapes only: characters of a string, or separators; write the escapes without blanks");
}

/// Lines that begin with one blank and hold words of two or more bytes only: od -A n -t x2.
std::optional<Error> doubt_words(std::string_view text) {
    std::size_t width = 0;
    std::size_t words = 0;
    std::string_view line;
    std::size_t begin = 0;
    for (Lines all(text); all.next(line, begin);) {
        if (line.find_first_not_of(blanks) == none) { continue; }
        if (line.size() < 2 || line[0] != ' ' || line[1] == ' ') { return std::nullopt; }
        for (std::size_t at = 1; at < line.size() && !is_blank(line[at]);) {
            const std::size_t digits = digit_run(line.substr(at));
            if ((digits != 4 && digits != 8 && digits != 16) || (width != 0 && digits != width)) {
                return std::nullopt;
            }
            width = digits;
            ++words;
            at = std::min(at + digits + 1, line.size());
        }
    }
    if (words < 2) { return std::nullopt; }
    return plain_error(hex_errors::word_order, 0, 0,
                       "words as od -A n prints them, or plain hex behind a blank; without that blank they are hex");
}

/// Two or four digits each behind two blanks or more, none of which must be hex: numbers of od -A n -t u1.
std::optional<Error> doubt_decimals(std::string_view text) {
    std::string_view line;
    std::size_t begin = 0;
    std::size_t words = 0;
    for (Lines all(text); all.next(line, begin);) {
        for (std::size_t at = line.find_first_not_of(blanks); at < line.size();
             at = line.find_first_not_of(blanks, at)) {
            const std::size_t end = std::min(line.find_first_of(blanks, at), line.size());
            const std::string_view word = line.substr(at, end - at);
            const bool apart = at >= 2 && is_blank(line[at - 1]) && is_blank(line[at - 2]);
            if (!apart || word.size() > 4 || (word.size() == 2 && word[0] == '0') || !value_in(word, 10)) {
                return std::nullopt;
            }
            ++words;
            at = end;
        }
    }
    if (words < 2) { return std::nullopt; }
    return plain_error(hex_errors::other_base, 0, 0,
                       "decimal numbers, or hex; one blank between them is enough for hex");
}

/// The first word of a line as a number, and the bytes in the words behind it.
struct Leading {
    std::array<std::optional<std::uint64_t>, 3> values{}; // hex, decimal, octal
    std::size_t bytes = 0;
    std::size_t begin = 0;
    std::size_t digits = 0;
};

std::optional<Leading> leading_of(std::string_view line, std::size_t begin) {
    line = without_comment(line);
    Leading out;
    const std::size_t first = line.find_first_not_of(blanks);
    if (first == none) { return out; }
    out.begin = begin + first;
    out.digits = digit_run(line.substr(first));
    std::size_t at = first + out.digits;
    if (out.digits == 0 || out.digits > 16) { return std::nullopt; }
    const std::string_view digits = line.substr(first, out.digits);
    out.values = {value_in(digits, 16), value_in(digits, 10), value_in(digits, 8)};
    if (at < line.size() && (line[at] == ':' || line[at] == ',')) { ++at; }
    if (at < line.size() && !is_blank(line[at])) { return std::nullopt; }
    while (at < line.size()) {
        const std::size_t n = digit_run(line.substr(at));
        out.bytes += n / 2;
        at += std::max<std::size_t>(n, 1);
    }
    return out;
}

/// A first column that grows by the bytes behind it, or by one from line to line.
std::optional<Error> doubt_column(std::string_view text) {
    std::array<bool, 3> counts_bytes{true, true, true};
    bool counts_lines = true;
    std::optional<Leading> before;
    std::optional<Leading> first;
    std::size_t lines = 0;
    std::string_view line;
    std::size_t begin = 0;
    for (Lines all(text); all.next(line, begin);) {
        const auto now = leading_of(line, begin);
        if (!now) { return std::nullopt; }
        if (now->digits == 0) { continue; }
        for (std::size_t i = 0; before && i < 3; ++i) {
            const bool both = now->values[i] && before->values[i];
            counts_bytes[i] =
                counts_bytes[i] && both && before->bytes > 0 && *now->values[i] == *before->values[i] + before->bytes;
        }
        if (before) {
            counts_lines = counts_lines && now->values[1] && before->values[1] && before->bytes > 0 &&
                           *now->values[1] == *before->values[1] + 1;
        }
        before = now;
        if (++lines == 1) { first = now; }
    }
    if (lines < 2) { return std::nullopt; }
    // Two lines may do that by chance; offsets begin at a round number, and line numbers at one.
    for (std::size_t i = 0; lines == 2 && i < 3; ++i) {
        counts_bytes[i] = counts_bytes[i] && *first->values[i] % 8 == 0;
    }
    counts_lines = counts_lines && (lines > 2 || first->values[1] == 1);
    if (!(counts_bytes[0] || counts_bytes[1] || counts_bytes[2] || counts_lines)) { return std::nullopt; }
    return plain_error(
        hex_errors::ambiguous_offset, before->begin, before->digits,
        "the first column counts like offsets or line numbers, or is data; write 0x before each word for data");
}

/// `61 62 20 63   ab c`: the last column spells the bytes before it.
std::optional<Error> doubt_text_column(std::string_view text) {
    std::string_view line;
    std::size_t begin = 0;
    for (Lines all(text); all.next(line, begin);) {
        const std::size_t gap = line.rfind("  ");
        if (gap == none || gap == 0) { continue; }
        const std::string_view last = line.substr(gap + 2);
        if (last.find_first_not_of(blanks) == none) { continue; }
        Bytes bytes;
        if (append_line(line.substr(0, gap), 0, bytes) || bytes.empty()) { continue; }
        if (spells(last, bytes)) {
            return plain_error(
                hex_errors::ambiguous, begin + gap + 2, last.size(),
                "the last column spells the bytes before it, or is data; write it with one blank before it for data");
        }
    }
    return std::nullopt;
}

} // namespace

std::optional<Error> append_digits(std::string_view text, Bytes& out) {
    std::string_view line;
    std::size_t begin = 0;
    for (Lines all(text); all.next(line, begin);) {
        if (auto bad = append_line(line, begin, out)) { return bad; }
    }
    return std::nullopt;
}

std::optional<Error> doubt(std::string_view text) {
    for (const auto ask :
         {doubt_sign, doubt_escapes, doubt_binary, doubt_words, doubt_decimals, doubt_column, doubt_text_column}) {
        if (auto found = ask(text)) { return found; }
    }
    return std::nullopt;
}

Reading read_plain(std::string_view text) {
    Bytes out;
    if (auto bad = append_digits(text, out)) {
        if (is_base64(text)) { bad = plain_error(hex_errors::other_base, 0, 0, "this looks like base64"); }
        return std::unexpected(*std::move(bad));
    }
    if (auto bad = doubt(text)) { return std::unexpected(*std::move(bad)); }
    return out;
}

/// `:10000000..`: how many bytes, where, which kind, the bytes, and a sum that makes all of it zero.
Reading read_intel_hex(std::string_view text) {
    std::string_view line;
    std::size_t begin = 0;
    std::size_t records = 0;
    for (Lines all(text); all.next(line, begin);) {
        const std::size_t end = line.find_last_not_of(blanks);
        if (end == none) { continue; }
        line = line.substr(0, end + 1);
        const bool shaped =
            line.size() >= 11 && line[0] == ':' && digit_run(line.substr(1)) == line.size() - 1 && line.size() % 2 == 1;
        if (!shaped) { return std::nullopt; }
        Bytes bytes;
        if (append_digits(line, bytes)) { return std::nullopt; }
        std::uint8_t sum = 0;
        for (const std::uint8_t b : bytes) {
            sum = static_cast<std::uint8_t>(sum + b);
        }
        if (bytes[0] + 5U != bytes.size() || sum != 0) { return std::nullopt; }
        ++records;
    }
    if (records == 0) { return std::nullopt; }
    return refuse(hex_errors::ambiguous, 0, 0, "records of Intel HEX, with addresses and sums");
}

} // namespace ethpoc::paste
