#include "rlp/paste_dump_reader.hpp"

#include <algorithm>
#include <utility>

#include "rlp/paste_dump.hpp"

namespace ethpoc::paste {
namespace {

constexpr std::size_t most_bytes = 256U << 20;

constexpr bool is_shown(std::uint8_t b) noexcept {
    return b > 0x20 && b < 0x7f;
}

Fit fit_of(std::string_view column, BytesView bytes) noexcept {
    column = trimmed(column);
    while (!bytes.empty() && bytes.front() == ' ') {
        bytes = bytes.subspan(1);
    }
    while (!bytes.empty() && bytes.back() == ' ') {
        bytes = bytes.first(bytes.size() - 1);
    }
    std::size_t at = 0;
    bool told = false;
    bool right = true;
    for (const std::uint8_t b : bytes) {
        if (at >= column.size()) { return Fit::no; }
        const auto c = static_cast<std::uint8_t>(column[at]);
        told = told || is_shown(b);
        right = right && (!is_shown(b) || c == b);
        ++at;
        while (at < column.size() && (static_cast<std::uint8_t>(column[at]) & 0xc0) == 0x80) {
            ++at; // the rest of a character of UTF-8
        }
    }
    if (at != column.size()) { return Fit::no; }
    return told && right ? Fit::exact : right ? Fit::length : Fit::no;
}

/// As many characters as bytes, whatever they are: other character sets than ASCII.
bool as_long_as(std::string_view column, std::size_t bytes) noexcept {
    column = trimmed(column);
    const auto continues = [](char c) { return (static_cast<std::uint8_t>(c) & 0xc0) == 0x80; };
    return column.size() - static_cast<std::size_t>(std::ranges::count_if(column, continues)) == bytes;
}

} // namespace

std::string_view trimmed(std::string_view text) noexcept {
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == none) { return {}; }
    return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

bool is_repeat(std::string_view line) noexcept {
    const std::size_t star = line.find('*');
    return star != none && line.find_first_not_of(" \t\r|*") == none && line.find('*', star + 1) == none;
}

bool is_remark(std::string_view line) noexcept {
    const std::string_view text = trimmed(line);
    return text.empty() || text.starts_with('#') || text.starts_with("//");
}

bool spells(std::string_view column, BytesView bytes) noexcept {
    return fit_of(column, bytes) == Fit::exact;
}

bool DumpReader::run() {
    each_row(
        text_,
        [this](const Row& row) {
            if (rows_++ > 0 && !error) { finish(&row); }
            held_ = row;
        },
        [](std::size_t) {});
    if (!error) { finish(nullptr); }
    return !error;
}

std::size_t DumpReader::bytes_in(std::size_t count) const noexcept {
    std::size_t out = 0;
    for (std::size_t i = 0; i < count; ++i) {
        out += groups_.groups[i].digits / 2;
    }
    return out;
}

std::string_view DumpReader::column_behind(std::size_t count) const noexcept {
    std::size_t from = count < groups_.groups.size() && count > 0 ? groups_.end_of(count) : groups_.text;
    std::string_view column = held_.line.substr(from);
    if (groups_.bar && count == groups_.groups.size()) { // |..| and >..<
        column = trimmed(column);
        column = column.substr(1, column.size() - 1);
        if (!column.empty() && (column.back() == '|' || column.back() == '<')) { column.remove_suffix(1); }
    }
    return column;
}

Bytes DumpReader::spell(std::size_t count, bool backwards) const {
    Bytes out;
    for (std::size_t i = 0; i < count; ++i) {
        const DigitGroup& group = groups_.groups[i];
        const std::size_t before = out.size();
        for (std::size_t at = group.begin; at + 1 < group.begin + group.digits; at += 2) {
            out.push_back(static_cast<std::uint8_t>(hex_digit(held_.line[at]) << 4 | hex_digit(held_.line[at + 1])));
        }
        if (backwards) { std::reverse(out.begin() + static_cast<std::ptrdiff_t>(before), out.end()); }
    }
    return out;
}

/// The groups that have `wanted` bytes, if the bytes column may end there.
std::optional<std::size_t> DumpReader::count_for(std::size_t wanted) const {
    std::size_t have = 0;
    std::size_t count = 0;
    while (have < wanted && count < groups_.groups.size()) {
        have += groups_.groups[count++].digits / 2;
    }
    if (have != wanted) { return std::nullopt; }
    if (count == groups_.groups.size()) {
        const bool apart = groups_.bar || groups_.gap >= 2 || groups_.text >= held_.line.size() || count == 0 ||
                           held_.line[groups_.text] == '#';
        return apart ? std::optional(count) : std::nullopt;
    }
    if (groups_.bar || groups_.groups[count].gap < 2) { return std::nullopt; }
    return count;
}

/// The same for a row whose end no offset tells: by its text column.
std::optional<std::size_t> DumpReader::count_by_text() {
    const std::size_t all = groups_.groups.size();
    const bool plain_end = groups_.text >= held_.line.size();
    if (groups_.bar || all == 0) { return all; }
    if (groups_.groups.front().prefixed) { return plain_end ? std::optional(all) : std::nullopt; }
    const auto possible = [&](std::size_t count) {
        const bool apart = count < all ? groups_.groups[count].gap >= 2 : groups_.gap >= 2;
        return apart && (row_bytes_ == 0 || bytes_in(count) <= row_bytes_);
    };
    std::optional<std::size_t> by_length;
    for (std::size_t count = 1; count <= all && (count < all || !plain_end); ++count) {
        if (!possible(count)) { continue; }
        for (const bool backwards : {false, true}) {
            const Fit fit = fit_of(column_behind(count), spell(count, backwards));
            if (fit == Fit::exact) { return count; }
        }
        if (!by_length && as_long_as(column_behind(count), bytes_in(count))) { by_length = count; }
    }
    const bool has_middle = std::ranges::any_of(groups_.groups, [first = true](const DigitGroup& group) mutable {
        return !std::exchange(first, false) && group.gap >= 2;
    });
    if (plain_end && by_length && column_behind(*by_length).find_first_not_of(" \t\r0123456789abcdefABCDEF") == none) {
        const std::string_view column = trimmed(column_behind(*by_length));
        if (column.find(' ') != none) { by_length.reset(); } // bytes, or letters: who knows
    }
    if (by_length) { return by_length; }
    if (!plain_end) { // a remark, or letters that are no column
        const std::string_view rest = held_.line.substr(groups_.text);
        return rest.starts_with('#') || rest.starts_with("//") ? std::optional(all) : std::nullopt;
    }
    const bool even = std::ranges::all_of(groups_.groups, [](const DigitGroup& group) { return group.digits == 2; });
    // hexdump -C without its text column has a wider gap in the middle of sixteen bytes
    const bool middle =
        even && held_.word.form == OffsetForm::bare && all > 8 && all <= 16 && groups_.groups[8].gap == 2;
    const bool wide =
        even && std::ranges::all_of(groups_.groups, [](const DigitGroup& group) { return group.gap >= 2; });
    return !has_middle || middle || wide ? std::optional(all) : std::nullopt;
}

/// Appends the bytes of the held row, and sees what its text column says of them.
bool DumpReader::take(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const DigitGroup& group = groups_.groups[i];
        widest = std::max(widest, group.digits);
        if (i > 0) { least_gap = std::min(least_gap, group.gap); }
        prefixed = prefixed || group.prefixed;
        const std::string_view digits = held_.line.substr(group.begin, group.digits);
        hex_seen = hex_seen || digits.find_first_of("abcdefABCDEF") != none || (digits.size() == 2 && digits[0] == '0');
        if (group.digits % 2 != 0) {
            error = Error{&hex_errors::odd_digits,
                          held_.begin + group.begin,
                          group.digits,
                          {},
                          std::to_string(group.digits) + " digits"};
            return false;
        }
    }
    most_groups = std::max(most_groups, count);
    const Bytes straight = spell(count, false);
    const Bytes backwards = spell(count, true);
    const std::string_view column = column_behind(count);
    const auto letters = static_cast<std::size_t>(std::ranges::count_if(straight, is_shown));
    if (!trimmed(column).empty() && letters > 0 && as_long_as(column, straight.size())) { ++texts; }
    if (!trimmed(column).empty()) {
        const Fit fit = fit_of(column, straight);
        spelled = spelled || fit == Fit::exact;
        wrong_texts += fit == Fit::no ? 1 : 0;
        wrong_reversed += fit_of(column, backwards) == Fit::no ? 1 : 0;
    }
    any_column = any_column || !trimmed(column).empty();
    bars = bars || groups_.bar;
    bytes.insert(bytes.end(), straight.begin(), straight.end());
    reversed.insert(reversed.end(), backwards.begin(), backwards.end());
    row_bytes_ = std::max(row_bytes_, straight.size());
    return true;
}

void DumpReader::finish(const Row* next) {
    const auto from = held_.word.value(base_);
    const auto to = next != nullptr ? next->word.value(base_) : std::nullopt;
    if (!from || (next != nullptr && !to)) {
        fail(hex_errors::offset_gap, held_, "an offset that is no number of its base");
        return;
    }
    read_groups(held_.line, held_.word.end, groups_);
    if (next != nullptr && *to < *from) {
        fail(hex_errors::offset_gap, *next, "the offsets begin again: more than one dump");
        return;
    }
    const std::uint64_t span = next != nullptr ? *to - *from : 0;
    const bool repeats = next != nullptr && next->repeats;
    const auto count = next == nullptr || repeats ? count_by_text() : count_for(span);
    if (!count) {
        const std::string there = plural(bytes_in(groups_.groups.size()), "byte");
        next == nullptr || repeats
            ? fail(hex_errors::ambiguous, held_, "where the bytes end and the text begins")
            : fail(hex_errors::offset_gap, *next,
                   "the line above should have " + plural(span, "byte") + ", " + there + " stand there");
        return;
    }
    const std::size_t own = bytes_in(*count);
    const std::size_t before = bytes.size();
    if (next != nullptr && own == 0) {
        fail(hex_errors::offset_gap, held_, "a line without bytes");
        return;
    }
    if (!take(*count)) { return; }
    verified = verified || next != nullptr;
    if (!repeats) { return; }
    const std::uint64_t more = span < own ? 1 : span - own;
    if (more % own != 0) {
        fail(hex_errors::offset_gap, *next, "no whole number of lines is left out by *");
        return;
    }
    if (more > most_bytes - std::min(most_bytes, bytes.size())) {
        fail(hex_errors::too_long, *next, plural(more, "byte") + " repeated");
        return;
    }
    const Bytes line(bytes.begin() + static_cast<std::ptrdiff_t>(before), bytes.end());
    const Bytes line_reversed(reversed.begin() + static_cast<std::ptrdiff_t>(before), reversed.end());
    for (std::uint64_t i = 0; i < more / own; ++i) {
        bytes.insert(bytes.end(), line.begin(), line.end());
        reversed.insert(reversed.end(), line_reversed.begin(), line_reversed.end());
    }
}

} // namespace ethpoc::paste
