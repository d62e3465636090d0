#include "rlp/paste_offset.hpp"

#include <algorithm>

#include "rlp/paste_dump.hpp"
#include "rlp/paste_shapes.hpp"

namespace ethpoc::paste {
namespace {

constexpr std::size_t most_digits = 16;
constexpr std::size_t sure_digits = 4; // fewer are as likely a byte

std::size_t skip_blanks(std::string_view line, std::size_t at) noexcept {
    return std::min(line.find_first_not_of(blanks, at), line.size());
}

/// `0100:0000` of DOS and 00007ff6`12340000 of Windows: a second half behind the first.
void join_halves(std::string_view line, std::size_t& at, OffsetWord& out) noexcept {
    if (at >= line.size() || (line[at] != ':' && line[at] != '`')) { return; }
    const std::size_t more = digit_run(line.substr(at + 1));
    const std::size_t end = at + 1 + more;
    if (more < 4 || more > 8 || (end < line.size() && !is_blank(line[end]))) { return; }
    const bool segment = line[at] == ':';
    const std::uint64_t first = value_in(out.digits, 16).value_or(0);
    out.extra = segment ? first << 4 : first << (4 * more);
    out.form = segment ? OffsetForm::bare : OffsetForm::marked;
    out.digits = line.substr(at + 1, more);
    at = end;
}

/// ` <buf+8>` of gdb.
std::size_t behind_symbol(std::string_view line, std::size_t at) noexcept {
    if (!line.substr(std::min(at, line.size())).starts_with(" <")) { return at; }
    const std::size_t close = line.find('>', at);
    return close == none ? at : close + 1;
}

bool another_colon(std::string_view line, std::size_t at) noexcept {
    at = skip_blanks(line, at);
    const std::size_t end = at + digit_run(line.substr(at));
    return end > at && end < line.size() && line[end] == ':';
}

} // namespace

std::optional<std::uint64_t> value_in(std::string_view digits, unsigned base) noexcept {
    std::uint64_t value = 0;
    for (const char c : digits) {
        const int digit = hex_digit(c);
        if (digit < 0 || static_cast<unsigned>(digit) >= base || value >> 59 != 0) { return std::nullopt; }
        value = value * base + static_cast<unsigned>(digit);
    }
    return value;
}

std::optional<std::uint64_t> OffsetWord::value(unsigned base) const noexcept {
    const auto low = value_in(digits, base);
    return low ? std::optional(*low + extra) : std::nullopt;
}

std::optional<OffsetWord> offset_word(std::string_view line) noexcept {
    OffsetWord out;
    std::size_t at = skip_blanks(line, 0);
    const bool box = at < line.size() && line[at] == '|';
    if (box) { at = skip_blanks(line, at + 1); }
    out.prefixed = line.substr(at).starts_with("0x") || line.substr(at).starts_with("0X");
    at += out.prefixed ? 2 : 0;
    const std::size_t digits = digit_run(line.substr(at));
    if (digits == 0 || digits > most_digits) { return std::nullopt; }
    out.digits = line.substr(at, digits);
    at += digits;
    join_halves(line, at, out);
    if (out.prefixed) { at = behind_symbol(line, at); }
    const bool colon = at < line.size() && line[at] == ':';
    const bool bar = box && skip_blanks(line, at) < line.size() && line[skip_blanks(line, at)] == '|';
    if (colon || bar) {
        if (colon && another_colon(line, at + 1)) { return std::nullopt; }
        out.form = digits < sure_digits && !out.prefixed && !bar ? OffsetForm::short_mark : OffsetForm::marked;
        at = (bar ? skip_blanks(line, at) : at) + 1;
    }
    if (box && !bar) { return std::nullopt; }
    if (at < line.size() && !is_blank(line[at])) { return std::nullopt; }
    if (out.form == OffsetForm::bare && digits < sure_digits) { return std::nullopt; }
    out.end = at;
    const std::size_t behind = skip_blanks(line, at);
    if (out.prefixed && out.form == OffsetForm::bare && behind == line.size()) { return std::nullopt; }
    out.gap = behind - at;
    out.tab = line.substr(at, out.gap).find('\t') != none;
    return out;
}

void read_groups(std::string_view line, std::size_t from, DumpGroups& out) {
    out.groups.clear();
    out.bar = false;
    for (std::size_t at = from;;) {
        const std::size_t begin = skip_blanks(line, at);
        const bool joined = begin == at && !out.groups.empty() && at < line.size() && line[at] == '-';
        const std::size_t first = joined ? at + 1 : begin;
        out.text = begin;
        out.gap = begin - at;
        if (first >= line.size()) { return; }
        const char c = line[first];
        out.bar = c == '|' || (c == '>' && line.find_last_of('<') != none);
        if (out.bar || (begin == at && !joined && !out.groups.empty())) { return; }
        const bool prefixed = line.substr(first).starts_with("0x") || line.substr(first).starts_with("0X");
        const std::size_t digits_at = first + (prefixed ? 2 : 0);
        const std::size_t digits = digit_run(line.substr(digits_at));
        const std::size_t end = digits_at + digits;
        const bool ends = end == line.size() || is_blank(line[end]) || line[end] == '|' || line[end] == '-';
        if (digits == 0 || !ends) { return; }
        out.groups.push_back({digits_at, digits, joined ? 1 : first - at, prefixed});
        at = end;
    }
}

bool is_ruler(std::string_view line) noexcept {
    if (line.find("ffset") != none) { return true; }
    std::size_t at = skip_blanks(line, 0);
    if (line.substr(at).starts_with("87654321  0011 2233 4455")) { return true; }
    std::uint64_t count = 0;
    for (; at < line.size(); at = skip_blanks(line, at), ++count) {
        const std::size_t digits = digit_run(line.substr(at));
        if (digits == 0 || digits > 2 || value_in(line.substr(at, digits), 16) != count) { break; }
        at += digits;
    }
    return count >= 8;
}

} // namespace ethpoc::paste
