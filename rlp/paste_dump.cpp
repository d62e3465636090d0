#include "rlp/paste_dump.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "rlp/hex.hpp"
#include "rlp/paste_offset.hpp"
#include "rlp/paste_shapes.hpp"

namespace ethpoc::paste {
namespace {

constexpr std::size_t none = std::string_view::npos;
constexpr std::size_t most_bytes = 256U << 20;

constexpr bool is_shown(std::uint8_t b) noexcept {
    return b > 0x20 && b < 0x7f;
}

std::string_view trimmed(std::string_view text) noexcept {
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == none) { return {}; }
    return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

enum class Fit : std::uint8_t { no, length, exact };

/// How a text column fits to bytes: as many characters, and where a letter could tell, the right ones.
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

struct Row {
    std::string_view line{};
    std::size_t begin = 0;
    OffsetWord word{};
    bool repeats = false; // a line with * stood before it
};

/// What a text is made of, line by line.
struct Survey {
    std::size_t rows = 0;
    std::size_t others = 0;   // lines that are neither rows nor comments
    std::size_t other_at = 0; // the first of them
    bool all_marked = true;
    bool any_marked = false;
    bool any_short = false;
    bool rising = true;               // offsets grow in small steps
    std::size_t first_other_rows = 0; // rows before the first other line
    bool open_repeat = false;         // * is the last line
    Row first{};
    Row last{};
};

bool is_repeat(std::string_view line) noexcept {
    const std::size_t star = line.find('*');
    return star != none && line.find_first_not_of(" \t\r|*") == none && line.find('*', star + 1) == none;
}

bool is_remark(std::string_view line) noexcept {
    const std::string_view text = trimmed(line);
    return text.empty() || text.starts_with('#') || text.starts_with("//");
}

/// Rows in turn; what is no row goes to `other`.
template <class OnRow, class OnOther>
bool each_row(std::string_view text, OnRow on_row, OnOther on_other) {
    std::string_view line;
    std::size_t begin = 0;
    bool repeats = false;
    bool begun = false;
    for (Lines all(text); all.next(line, begin);) {
        if (is_remark(line)) { continue; }
        if (begun && is_repeat(line)) {
            repeats = true;
            continue;
        }
        if (!begun && is_ruler(line) && !offset_word(line)) { continue; }
        if (!begun && trimmed(line).starts_with("87654321  ") && is_ruler(line)) { continue; }
        if (const auto word = offset_word(line)) {
            begun = true;
            on_row(Row{line, begin, *word, repeats});
            repeats = false;
        } else {
            on_other(begin);
        }
    }
    return repeats;
}

Survey survey(std::string_view text) {
    Survey out;
    out.open_repeat = each_row(
        text,
        [&out](const Row& row) {
            const auto before = out.last.word.value(16);
            const auto now = row.word.value(16);
            if (out.rows == 0) {
                out.first = row;
            } else {
                constexpr std::uint64_t largest_step = 4096;
                out.rising = out.rising && before && now && *now > *before && *now - *before <= largest_step &&
                             row.word.digits.size() == out.last.word.digits.size();
            }
            out.all_marked = out.all_marked && row.word.form != OffsetForm::bare;
            out.any_marked = out.any_marked || row.word.form == OffsetForm::marked;
            out.any_short = out.any_short || row.word.form == OffsetForm::short_mark;
            out.last = row;
            ++out.rows;
        },
        [&out](std::size_t begin) {
            if (out.others++ == 0) {
                out.other_at = begin;
                out.first_other_rows = out.rows;
            }
        });
    return out;
}

/// Reads all rows with offsets of one base.
class DumpReader {
  public:
    DumpReader(std::string_view text, unsigned base) : text_(text), base_(base) {}

    /// False: see `error`.
    bool run() {
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

    std::optional<Error> error{};
    Bytes bytes{};         // the groups as they stand
    Bytes reversed{};      // each group from its end
    bool verified = false; // an offset was counted
    bool spelled = false;  // a text column spells the bytes
    std::size_t wrong_texts = 0;
    std::size_t wrong_reversed = 0;
    std::size_t texts = 0;
    std::size_t widest = 0;                  // digits of a group
    std::size_t most_groups = 0;             // of a row
    std::size_t least_gap = ~std::size_t{0}; // between groups
    bool hex_seen = false;                   // a digit above 9, or a zero in front of another digit
    bool prefixed = false;
    bool bars = false;

  private:
    void finish(const Row* next);
    bool take(std::size_t count);
    std::optional<std::size_t> count_for(std::size_t wanted) const;
    std::optional<std::size_t> count_by_text();
    std::size_t bytes_in(std::size_t count) const noexcept;
    std::string_view column_behind(std::size_t count) const noexcept;
    Bytes spell(std::size_t count, bool backwards) const;
    bool fail(const ErrorCode& code, const Row& row, std::string detail) {
        error = Error{&code, row.begin, row.line.size(), {}, std::move(detail)};
        return false;
    }

    std::string_view text_;
    unsigned base_;
    Row held_{};
    std::size_t rows_ = 0;
    DumpGroups groups_{};
    std::size_t row_bytes_ = 0; // of the widest row
};

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
    const std::size_t letters = static_cast<std::size_t>(std::ranges::count_if(straight, is_shown));
    if (!trimmed(column).empty() && letters > 0 && as_long_as(column, straight.size())) { ++texts; }
    if (!trimmed(column).empty()) {
        const Fit fit = fit_of(column, straight);
        spelled = spelled || fit == Fit::exact;
        wrong_texts += fit == Fit::no ? 1 : 0;
        wrong_reversed += fit_of(column, backwards) == Fit::no ? 1 : 0;
    }
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

/// What is wrong with groups that fit their offsets; nothing: they are bytes.
Reading bytes_of(DumpReader& read, const Survey& seen) {
    const auto refused = [&](const ErrorCode& code, const char* detail) {
        return refuse(code, seen.first.begin, seen.first.line.size(), detail);
    };
    if (read.bytes.empty()) { return Bytes{}; }
    if (read.widest == 2) {
        const bool wide_gaps =
            read.least_gap != ~std::size_t{0} ? read.least_gap >= 2 : seen.first.word.gap >= 2 && !read.bars;
        const std::size_t width = seen.first.word.digits.size();
        const bool od =
            seen.first.word.form == OffsetForm::bare && (read.least_gap != ~std::size_t{0} || width == 6 || width == 7);
        if (od && wide_gaps && !read.hex_seen && !read.spelled) {
            return refused(hex_errors::other_base, "decimal numbers, or hex");
        }
        const bool gdb = seen.first.word.prefixed && seen.first.word.tab && !read.prefixed && !read.spelled;
        if (gdb) { return refused(hex_errors::other_base, "decimal numbers, or hex"); }
        return std::move(read.bytes);
    }
    if (read.prefixed) { return refused(hex_errors::word_order, "words"); }
    const bool hexdump = seen.first.word.form == OffsetForm::bare && seen.first.word.digits.size() == 7;
    if (hexdump) { return refused(hex_errors::word_order, "words"); } // nor is it known whether od counted the *
    if (read.bytes == read.reversed) { return std::move(read.bytes); }
    const bool marked = seen.first.word.form != OffsetForm::bare;
    const bool pairs = read.widest <= 4;
    const bool straight = read.texts > 0 && read.wrong_texts == 0;
    const bool backwards = read.texts > 0 && read.wrong_reversed == 0;
    if (straight && backwards && !(marked && pairs)) {
        return refused(hex_errors::word_order, "words, and the text column does not tell");
    }
    if (straight) { return std::move(read.bytes); }
    if (backwards) { return std::move(read.reversed); }
    if (marked && pairs) { return std::move(read.bytes); } // xxd, tcpdump
    const bool one_group = read.most_groups == 1 && read.widest > 16;
    if (marked && one_group) { return std::move(read.bytes); } // xxd -g 0
    return refused(hex_errors::word_order, "words");
}

/// A column of bare digits that fits: whether it is an offset, or could be bytes.
enum class Belief : std::uint8_t { offset, data, unclear };

Belief belief_in(const DumpReader& read, const Survey& seen) {
    const OffsetWord& word = seen.first.word;
    if (seen.all_marked && !seen.any_short) { return Belief::offset; }
    if (seen.any_short) { return read.verified ? Belief::offset : Belief::unclear; }
    if (read.spelled || read.bars) { return Belief::offset; }
    const bool odd = word.digits.size() % 2 != 0;
    const bool other_width = read.widest != word.digits.size();
    if (read.verified) {
        return word.gap >= 2 || odd || other_width || read.bytes.empty() ? Belief::offset : Belief::unclear;
    }
    const auto value = word.value(16);
    if (value == 0) {
        if (word.gap >= 2 && !read.bytes.empty()) { return Belief::offset; }
        if (odd) { return read.bytes.empty() ? Belief::data : Belief::offset; }
        return other_width && read.widest == 2 ? Belief::unclear : Belief::data;
    }
    const bool round = value && *value % 8 == 0 && word.digits.front() == '0' && read.widest == 2;
    return round ? Belief::unclear : Belief::data;
}

/// Offsets in no base fit. Data, unless the column still looks like offsets.
Reading without_fit(const Survey& seen, Error error) {
    if (seen.any_marked) { return std::unexpected(std::move(error)); }
    const auto refused = [&](const Row& row, const char* detail) {
        return refuse(hex_errors::ambiguous_offset, row.begin, row.line.size(), detail);
    };
    if (seen.any_short) { return refused(seen.first, "an offset, or a byte"); }
    DumpGroups groups;
    read_groups(seen.first.line, seen.first.word.end, groups);
    const bool narrower = !groups.groups.empty() && groups.groups.front().digits != seen.first.word.digits.size();
    const bool zero = seen.first.word.value(16) == 0;
    if (seen.rows >= 2 && seen.rising && !groups.groups.empty()) {
        return refused(seen.last, "the first column counts, but not the bytes");
    }
    if (zero && (narrower || (seen.first.word.gap >= 2 && !groups.groups.empty()))) {
        return refused(seen.first, "an offset, or bytes that are zero");
    }
    return std::nullopt;
}

} // namespace

bool spells(std::string_view column, BytesView bytes) noexcept {
    return fit_of(column, bytes) == Fit::exact;
}

Reading read_dump(std::string_view text) {
    const Survey seen = survey(text);
    if (seen.rows == 0) { return std::nullopt; }
    if (seen.others > 0) {
        DumpGroups groups;
        read_groups(seen.first.line, seen.first.word.end, groups);
        const bool dump =
            seen.any_marked || (seen.first.word.value(16) == 0 && seen.first_other_rows > 0 && !groups.groups.empty());
        if (!dump) { return std::nullopt; }
        return refuse(hex_errors::ambiguous_offset, seen.other_at, 1, "a line without offset in a dump");
    }
    if (seen.open_repeat) {
        return refuse(hex_errors::offset_gap, seen.last.begin, seen.last.line.size(), "nothing tells where * ends");
    }
    std::optional<DumpReader> best;
    std::optional<Error> error;
    // od alone has seven digits: decimal or octal, hex ones have six.
    const bool od = seen.first.word.form == OffsetForm::bare && seen.first.word.digits.size() == 7;
    for (const unsigned base : {16U, 10U, 8U}) {
        DumpReader read(text, base);
        if (od && base == 16) { continue; }
        if (!read.run()) {
            if (!error) { error = std::move(read.error); }
        } else if (od && best && best->bytes != read.bytes) {
            return refuse(hex_errors::ambiguous, seen.last.begin, seen.last.line.size(), "decimal or octal offsets");
        } else if (!best || read.wrong_texts < best->wrong_texts) {
            best.emplace(std::move(read));
        }
    }
    if (!best) { return without_fit(seen, *std::move(error)); }
    switch (belief_in(*best, seen)) {
    case Belief::offset:
        return bytes_of(*best, seen);
    case Belief::data:
        return std::nullopt;
    case Belief::unclear:
        break;
    }
    return refuse(hex_errors::ambiguous_offset, seen.first.begin, seen.first.word.end, "an offset, or bytes");
}

} // namespace ethpoc::paste
