// Values as programming languages print them: Python's bytes, arrays of C, lists of numbers.
#include <algorithm>
#include <charconv>

#include "rlp/hex.hpp"
#include "rlp/paste_plain.hpp"
#include "rlp/paste_shapes.hpp"
#include "rlp/paste_text.hpp"

namespace ethpoc::paste {
namespace {

constexpr bool is_word(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

std::size_t skip_white(std::string_view text, std::size_t at) noexcept {
    return std::min(text.find_first_not_of(white, at), text.size());
}

/// The end of `name = ` or `>>> ` at the front, or where the text begins.
std::size_t behind_assignment(std::string_view text) noexcept {
    std::size_t at = skip_white(text, 0);
    if (text.substr(at).starts_with(">>>")) { at = skip_white(text, at + 3); }
    std::size_t end = at;
    while (end < text.size() && is_word(text[end])) {
        ++end;
    }
    if (end == at || (text[at] >= '0' && text[at] <= '9')) { return at; }
    const std::size_t mark = skip_white(text, end);
    if (text.substr(mark).starts_with(":=")) { return skip_white(text, mark + 2); }
    const bool assigned = mark < text.size() && text[mark] == '=' && !text.substr(mark).starts_with("==");
    return assigned ? skip_white(text, mark + 1) : at;
}

/// Nothing but brackets that close, commas and semicolons.
bool only_closers(std::string_view text) noexcept {
    return text.find_first_not_of(" \t\r\v\f\n)>};,") == none;
}

// ---------------------------------------------------------------- Python's bytes

/// One character of a literal, escapes included; moves `at` past it.
Result<std::uint8_t> literal_byte(std::string_view text, std::size_t& at) {
    const std::size_t begin = at;
    const auto c = static_cast<std::uint8_t>(text[at++]);
    if (c < 0x20 || c > 0x7e) {
        return refuse(hex_errors::bad_character, begin, 1, "'" + printable(text.substr(begin, 1)) + "'");
    }
    if (c != '\\') { return c; }
    const char kind = at < text.size() ? text[at++] : '\0';
    constexpr std::string_view names = "abfnrtv\\'\"";
    constexpr std::string_view values = "\a\b\f\n\r\t\v\\'\"";
    if (const std::size_t known = names.find(kind); known != none) { return static_cast<std::uint8_t>(values[known]); }
    if (kind == 'x' && at + 2 <= text.size() && digit_run(text.substr(at, 2)) == 2) {
        at += 2;
        return static_cast<std::uint8_t>(hex_digit(text[at - 2]) << 4 | hex_digit(text[at - 1]));
    }
    const auto is_octal = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '7'; };
    if (kind == '0' && !is_octal(at)) { return std::uint8_t{0}; }
    if (kind >= '0' && kind <= '3' && is_octal(at) && is_octal(at + 1)) { // Python alone has these
        at += 2;
        return static_cast<std::uint8_t>((kind - '0') << 6 | (text[at - 2] - '0') << 3 | (text[at - 1] - '0'));
    }
    return refuse(hex_errors::bad_character, begin, at - begin, "an escape that is not known");
}

/// b'..' at `at`, perhaps with three quotes; moves past it.
std::optional<Error> append_literal(std::string_view text, std::size_t& at, Bytes& out) {
    const std::size_t begin = at;
    const char quote = text[at + 1];
    const bool empty = text.substr(at + 2).starts_with(quote);
    if (empty && text.substr(at + 3).starts_with(quote)) {
        return refuse(hex_errors::ambiguous, begin, 4, "three quotes").error();
    }
    at += 2;
    while (at < text.size() && text[at] != quote && text[at] != '\n') {
        auto byte = literal_byte(text, at);
        if (!byte) { return std::move(byte.error()); }
        out.push_back(*byte);
    }
    if (at >= text.size() || text[at] != quote) {
        return refuse(hex_errors::unclosed, begin, 2, "no " + std::string(1, quote) + " ends it").error();
    }
    ++at;
    return std::nullopt;
}

bool begins_literal(std::string_view text) noexcept {
    return text.size() >= 2 && (text[0] == 'b' || text[0] == 'B') && (text[1] == '\'' || text[1] == '"');
}

/// The quoted digits of `fromhex('..')` and its kind; `at` is behind the bracket.
Reading quoted_digits(std::string_view text, std::size_t at) {
    at = skip_white(text, at);
    if (at >= text.size() || (text[at] != '\'' && text[at] != '"')) { return std::nullopt; }
    const std::size_t end = text.find(text[at], at + 1);
    if (end == none) { return refuse(hex_errors::unclosed, at, 1, "no quote ends it"); }
    std::string_view rest = text.substr(end + 1);
    for (const std::string_view unit : {", 'hex'", ", \"hex\"", ",'hex'", ",\"hex\""}) {
        if (rest.starts_with(unit)) { rest.remove_prefix(unit.size()); }
    }
    if (!only_closers(rest)) { return refuse(hex_errors::ambiguous, end + 1, 1, "more than one string"); }
    auto bytes = from_hex_digits(text.substr(at + 1, end - at - 1));
    if (!bytes) { return std::unexpected(std::move(bytes.error()).moved(at + 1)); }
    return bytes;
}

// ---------------------------------------------------------------- lists of numbers

/// What the numbers of a list are.
enum class NumberBase : std::uint8_t { unknown, decimal, hex };

struct NamedList {
    std::string_view name;
    NumberBase base;
};

constexpr NamedList named_lists[] = {
    {"bytes(", NumberBase::decimal},
    {"bytearray(", NumberBase::decimal},
    {"vec!", NumberBase::decimal},
    {"[]byte", NumberBase::decimal},
    {"[]uint8", NumberBase::decimal},
    {"new Uint8Array(", NumberBase::decimal},
    {"Buffer.from(", NumberBase::decimal},
    {"Uint8Array.from(", NumberBase::decimal},
    {"Uint8Array.of(", NumberBase::decimal},
    {"Uint8Array", NumberBase::decimal},
    {"<Buffer", NumberBase::hex},
    {"new byte[]", NumberBase::decimal},
    {"&", NumberBase::unknown},
};

/// The body of a list, between the brackets.
struct ListBody {
    std::string_view body;
    std::size_t begin = 0;
    NumberBase base = NumberBase::unknown;
};

/// `Uint8Array(9) [` has a count between name and bracket.
std::size_t behind_count(std::string_view text, std::size_t at) noexcept {
    std::size_t end = skip_white(text, at);
    if (end < text.size() && text[end] == '(') {
        const std::size_t close = text.find_first_not_of("0123456789", end + 1);
        if (close != none && close > end + 1 && text[close] == ')') { return skip_white(text, close + 1); }
    }
    return end;
}

std::optional<ListBody> list_body(std::string_view text) {
    std::size_t at = behind_assignment(text);
    ListBody out;
    for (const NamedList& row : named_lists) {
        if (!text.substr(at).starts_with(row.name)) { continue; }
        out.base = row.base;
        at = row.base == NumberBase::hex ? at + row.name.size() : behind_count(text, at + row.name.size());
        break;
    }
    if (out.base != NumberBase::hex) {
        constexpr std::string_view json = R"({"type":"Buffer","data":)";
        std::string_view rest = text.substr(at);
        if (rest.starts_with(json)) {
            at += json.size();
            out.base = NumberBase::decimal;
        }
        if (at >= text.size() || std::string_view("[{(").find(text[at]) == none) { return std::nullopt; }
        ++at;
    }
    const std::size_t end = text.find_first_of("]})>", at);
    if (end == none) { return std::nullopt; }
    std::string_view rest = text.substr(end + 1);
    if (!only_closers(rest.substr(std::min(rest.find_first_not_of(']'), rest.size())))) { return std::nullopt; }
    out.begin = at;
    out.body = text.substr(at, end - at);
    return out;
}

struct Element {
    std::string_view text;
    std::size_t at = 0; // in the body
};

/// The elements of a list of numbers; nothing when something else stands in it.
std::optional<std::vector<Element>> elements_of(std::string_view body) {
    std::vector<Element> out;
    for (std::size_t at = 0; at < body.size();) {
        if (body[at] == ',' || white.find(body[at]) != none) {
            ++at;
            continue;
        }
        const std::size_t end = std::min(body.find_first_of(", \t\r\v\f\n", at), body.size());
        out.push_back({body.substr(at, end - at), at});
        at = end;
    }
    return out;
}

/// 0 to 255, with 0x or decimal without a zero in front.
std::optional<std::uint8_t> number_of(std::string_view text) {
    int base = 10;
    if (text.starts_with("0x") || text.starts_with("0X")) {
        base = 16;
        text.remove_prefix(2);
    } else if (text.size() > 1 && text[0] == '0') {
        return std::nullopt;
    }
    unsigned value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (code != std::errc{} || end != text.data() + text.size() || value > 0xff || text.empty()) {
        return std::nullopt;
    }
    return static_cast<std::uint8_t>(value);
}

/// One or two hex digits, as {:x?} of Rust writes a byte.
std::optional<std::uint8_t> short_hex(std::string_view text) {
    if (text.empty() || text.size() > 2 || digit_run(text) != text.size()) { return std::nullopt; }
    const int first = hex_digit(text[0]);
    return static_cast<std::uint8_t>(text.size() == 1 ? first : first << 4 | hex_digit(text[1]));
}

template <class Convert>
std::optional<Bytes> all_of(const std::vector<Element>& elements, Convert convert) {
    Bytes out;
    out.reserve(elements.size());
    for (const Element& one : elements) {
        const auto byte = convert(one.text);
        if (!byte) { return std::nullopt; }
        out.push_back(*byte);
    }
    return out;
}

std::optional<Error> signed_byte(const std::vector<Element>& elements, std::size_t begin) {
    for (const Element& one : elements) {
        if (one.text.size() > 1 && one.text[0] == '-' && hex_digit(one.text[1]) >= 0) {
            return refuse(hex_errors::other_base, begin + one.at, one.text.size(), "a signed byte").error();
        }
    }
    return std::nullopt;
}

bool has_prefix(const Element& one) noexcept {
    return one.text.starts_with("0x") || one.text.starts_with("0X");
}

Reading read_elements(const ListBody& list, const std::vector<Element>& elements) {
    if (auto bad = signed_byte(elements, list.begin)) { return std::unexpected(*std::move(bad)); }
    const auto decimal = all_of(elements, number_of);
    const auto hex = all_of(elements, short_hex);
    if (list.base == NumberBase::hex) {
        if (hex) { return *hex; }
        return std::nullopt;
    }
    if (list.base == NumberBase::decimal) {
        if (decimal) { return *decimal; }
        const auto bad = std::ranges::find_if(elements, [](const Element& one) { return !number_of(one.text); });
        return refuse(hex_errors::other_base, list.begin + bad->at, bad->text.size(), "no number from 0 to 255");
    }
    if (std::ranges::all_of(elements, has_prefix)) { return std::nullopt; } // also longer than a byte
    if (hex && std::ranges::all_of(elements, [](const Element& one) { return one.text.size() == 2; })) { return *hex; }
    if (decimal && hex && *decimal != *hex) {
        return refuse(
            hex_errors::ambiguous, list.begin, list.body.size(),
            "decimal numbers, or hex; write bytes([..]) around decimal numbers, or two digits for each in hex");
    }
    if (decimal) { return *decimal; }
    if (hex) { return *hex; }
    return std::nullopt;
}

// ---------------------------------------------------------------- arrays of C

/// `text` with /* .. */, // and # up to the end of the line as blanks.
std::string without_comments(std::string_view text) {
    std::string out(text);
    for (std::size_t at = 0; at < out.size();) {
        const std::string_view rest = std::string_view(out).substr(at);
        std::size_t end = at;
        if (rest.starts_with("/*")) {
            const std::size_t close = out.find("*/", at + 2);
            end = close == none ? out.size() : close + 2;
        } else if (rest.starts_with("//") || rest.starts_with('#')) {
            end = std::min(out.find('\n', at), out.size());
        }
        if (end > at) {
            std::replace_if(
                out.begin() + static_cast<std::ptrdiff_t>(at), out.begin() + static_cast<std::ptrdiff_t>(end),
                [](char c) { return c != '\n'; }, ' ');
        }
        at = std::max(end, at + 1);
    }
    return out;
}

/// The size that stands in `a[10] =` or in `a_len = 10;`.
std::optional<std::size_t> number_behind(std::string_view text, std::string_view mark) {
    std::size_t at = text.find(mark);
    if (at == none) { return std::nullopt; }
    at = std::min(text.find_first_not_of(" \t", at + mark.size()), text.size());
    std::size_t value = 0;
    const auto [end, code] = std::from_chars(text.data() + at, text.data() + text.size(), value);
    static_cast<void>(end);
    return code == std::errc{} ? std::optional(value) : std::nullopt;
}

} // namespace

Reading read_python_bytes(std::string_view text) {
    std::size_t at = behind_assignment(text);
    for (const std::string_view call : {"bytes.fromhex(", "bytearray.fromhex(", "binascii.unhexlify(", "unhexlify(",
                                        "hex.DecodeString(", "Buffer.from(", "Uint8Array.fromHex("}) {
        if (text.substr(at).starts_with(call)) {
            if (auto read = quoted_digits(text, at + call.size())) { return read; }
        }
    }
    for (const std::string_view call : {"bytearray(", "bytes(", "memoryview(", "("}) {
        if (text.substr(at).starts_with(call)) { at = skip_white(text, at + call.size()); }
    }
    if (!begins_literal(text.substr(at))) { return std::nullopt; }
    Bytes out;
    while (begins_literal(text.substr(at))) {
        if (auto bad = append_literal(text, at, out)) { return std::unexpected(*std::move(bad)); }
        at = skip_white(text, at);
    }
    if (!only_closers(text.substr(at))) { return refuse(hex_errors::ambiguous, at, 1, "more than one value"); }
    if (Bytes digits; !out.empty() && text.find('\\') == none && !append_digits(as_text(out), digits)) {
        return refuse(
            hex_errors::ambiguous, 0, at,
            "the characters, or the hex that they spell; write bytes.fromhex('..') or the digits alone for hex");
    }
    return out;
}

std::string remark(std::string_view pasted) {
    constexpr std::size_t longest_list = 64U << 10; // longer ones hold numbers of other lengths too
    if (pasted.size() > longest_list || pasted.find_first_of("[({") == none) { return {}; }
    const auto cleaned = clean(pasted);
    const auto list = cleaned ? list_body(cleaned->text) : std::nullopt;
    const auto elements = list && list->base == NumberBase::unknown ? elements_of(list->body) : std::nullopt;
    if (!elements || elements->empty()) { return {}; }
    const auto decimal = all_of(*elements, number_of);
    const auto hex = all_of(*elements, short_hex);
    if (!decimal || !hex || *decimal == *hex) { return {}; }
    return "the list was read as hex; write bytes([..]) around it for decimal numbers";
}

Reading read_number_list(std::string_view text) {
    const auto list = list_body(text);
    if (!list) { return std::nullopt; }
    const auto elements = elements_of(list->body);
    if (!elements || (elements->empty() && list->base == NumberBase::unknown)) { return std::nullopt; }
    return read_elements(*list, *elements);
}

/// `unsigned char a[] = { .. };`: what stands outside the braces is C, not hex.
Reading read_c_array(std::string_view pasted) {
    const std::size_t first = std::min(pasted.find('{'), pasted.find("/*"));
    if (first == none || first > std::min(pasted.find('#'), pasted.find("//"))) { return std::nullopt; }
    const std::string text = without_comments(pasted);
    const std::size_t open = text.find('{');
    const std::size_t equals = text.find('=');
    if (open == none || equals == none || equals > open) { return std::nullopt; }
    const std::size_t close = text.find('}', open);
    if (close == none) { return refuse(hex_errors::unclosed, open, 1, "no } after this {"); }
    if (const std::size_t more = text.find('{', open + 1); more != none) {
        return refuse(hex_errors::ambiguous, more, 1, "more than one array");
    }
    const std::string_view body = std::string_view(text).substr(open + 1, close - open - 1);
    const auto elements = elements_of(body);
    if (auto bad = signed_byte(*elements, open + 1)) { return std::unexpected(*std::move(bad)); }
    auto bytes = all_of(*elements, number_of);
    if (!bytes) {
        const bool hex = std::ranges::all_of(*elements, [](const Element& one) {
            return has_prefix(one) || one.text.find_first_of("abcdefABCDEF\\'") != none;
        });
        if (!hex) { return refuse(hex_errors::ambiguous, open, 1, "numbers of C without 0x"); }
        auto read = from_hex_digits(body);
        if (!read) { return std::unexpected(std::move(read.error()).moved(open + 1)); }
        bytes = std::move(*read);
    }
    auto size = number_behind(std::string_view(text).substr(close), "_len =");
    if (!size) { size = number_behind(std::string_view(text).substr(0, equals), "["); }
    if (size && *size != bytes->size()) {
        return refuse(hex_errors::ambiguous, open, 1, plural(bytes->size(), "byte") + " of " + std::to_string(*size));
    }
    return *std::move(bytes);
}

} // namespace ethpoc::paste
