#include "rlp/paste_dump.hpp"

#include <utility>

#include "rlp/hex.hpp"
#include "rlp/paste_dump_reader.hpp"
#include "rlp/paste_plain.hpp"
#include "rlp/paste_shapes.hpp"

namespace ethpoc::paste {
namespace {

/// What a text is made of, line by line.
struct Survey {
    std::size_t rows = 0;
    std::size_t headlines = 0; // lines before the rows that are no hex
    std::size_t others = 0;    // other lines that are neither rows nor comments
    std::size_t other_at = 0;  // the first of them
    std::size_t starts = 0;    // rows that begin at zero
    std::size_t second_start = 0;
    bool zero_apart = false; // one of them, and two blanks or more before what follows
    bool all_marked = true;
    bool any_marked = false;
    bool any_short = false;
    bool rising = true;               // offsets grow in small steps
    std::size_t first_other_rows = 0; // rows before the first other line
    bool open_repeat = false;         // * is the last line
    Row first{};
    Row last{};
};

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
            if (now == 0 && ++out.starts == 2) { out.second_start = row.begin; }
            out.zero_apart =
                out.zero_apart || (now == 0 && row.word.gap >= 2 && row.word.end + row.word.gap < row.line.size());
            out.last = row;
            ++out.rows;
        },
        [&out, text](std::size_t begin) {
            Bytes ignored;
            const std::string_view line = text.substr(begin, std::min(text.find('\n', begin), text.size()) - begin);
            if (out.rows == 0 && append_digits(line, ignored)) {
                ++out.headlines;
            } else if (out.others++ == 0) {
                out.other_at = begin;
                out.first_other_rows = out.rows;
            }
        });
    return out;
}

/// Several packets of tcpdump or tshark: each begins at zero.
std::unexpected<Error> several(const Survey& seen) {
    return refuse(hex_errors::offset_gap, seen.second_start, 1,
                  std::to_string(seen.starts) + " dumps, the second begins here; give one of them");
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
            return refused(hex_errors::other_base, "decimal numbers, or hex that was padded");
        }
        const bool gdb = seen.first.word.prefixed && seen.first.word.tab && !read.prefixed && !read.spelled;
        if (gdb) { return refused(hex_errors::other_base, "decimal numbers, or hex that was padded"); }
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
    if (seen.rows == 1 && read.bytes.empty()) { // `2240:` and nothing behind
        const bool bare = trimmed(seen.first.line.substr(word.end)).empty();
        return bare ? Belief::data : Belief::unclear;
    }
    const bool alone = seen.rows == 1 && !word.prefixed && !read.any_column;
    if (alone && seen.any_marked && word.value(16) != 0) { return Belief::unclear; } // `2240: 0891`
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
    if (seen.any_marked && seen.starts > 1) { return several(seen); }
    if (seen.any_marked) { return std::unexpected(std::move(error)); }
    const auto refused = [&](const Row& row, const char* detail) {
        return refuse(hex_errors::ambiguous_offset, row.begin, row.line.size(), detail);
    };
    if (seen.any_short) {
        return refused(seen.first, "an offset, or a byte; for bytes write blanks in place of the colon");
    }
    DumpGroups groups;
    read_groups(seen.first.line, seen.first.word.end, groups);
    const bool narrower = !groups.groups.empty() && groups.groups.front().digits != seen.first.word.digits.size();
    const bool zero = seen.first.word.value(16) == 0;
    if (seen.rows >= 2 && seen.rising && !groups.groups.empty()) {
        return refused(seen.last, "the first column counts, but not the bytes; for bytes write 0x before each word");
    }
    if (zero && (narrower || (seen.first.word.gap >= 2 && !groups.groups.empty()))) {
        if (seen.starts > 1) { return several(seen); }
        return refused(seen.first, "an offset, or bytes that are zero; for bytes write 0x before each word");
    }
    return std::nullopt;
}

} // namespace

Reading read_dump(std::string_view text) {
    const Survey seen = survey(text);
    if (seen.rows == 0) { return std::nullopt; }
    if (seen.headlines > 0 && !(seen.any_marked && seen.all_marked)) {
        return std::nullopt; // the reader of plain digits says where
    }
    if (seen.others > 0) {
        DumpGroups groups;
        read_groups(seen.first.line, seen.first.word.end, groups);
        const bool dump = seen.any_marked || seen.zero_apart ||
                          (seen.first.word.value(16) == 0 && seen.first_other_rows > 0 && !groups.groups.empty());
        if (!dump) { return std::nullopt; }
        if (seen.starts > 1) { return several(seen); }
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
    return refuse(hex_errors::ambiguous_offset, seen.first.begin, seen.first.word.end,
                  "an offset, or bytes; for bytes write 0x before each word, or give a dump with its text column");
}

} // namespace ethpoc::paste
