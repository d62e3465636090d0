// The first column of a line of a dump, and the groups of digits behind it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace ethpoc::paste {

/// How sure it is that a first column is an offset, before anything was counted.
enum class OffsetForm : std::uint8_t {
    bare,       // four digits or more and a blank: could be data
    short_mark, // fewer than four digits and a colon: `00: 22 40`
    marked      // `00000000: `, `0x0000:`, `|00000000|`, 00007ff6`1234
};

/// The word at the front of a line that may be its offset. A view of the line.
struct OffsetWord {
    OffsetForm form = OffsetForm::bare;
    std::string_view digits{};
    std::uint64_t extra = 0; // the part before `:` or a backtick, moved to where it counts
    std::size_t end = 0;     // in the line, behind the mark
    std::size_t gap = 0;     // blanks behind it
    bool prefixed = false;   // 0x
    bool tab = false;

    /// The offset that it means; nothing when its digits are no number of `base`.
    std::optional<std::uint64_t> value(unsigned base) const noexcept;
};

/// The offset at the front of a line, if one could stand there.
std::optional<OffsetWord> offset_word(std::string_view line) noexcept;

/// A run of digits of the bytes column.
struct DigitGroup {
    std::size_t begin = 0; // of the digits, in the line
    std::size_t digits = 0;
    std::size_t gap = 0; // blanks before it
    bool prefixed = false;
};

/// What follows an offset.
struct DumpGroups {
    std::vector<DigitGroup> groups{};
    std::size_t text = 0; // where something else begins, or the end of the line
    std::size_t gap = 0;  // blanks before that
    bool bar = false;     // it begins with | or >: no digits of the text column are among the groups

    std::size_t end_of(std::size_t count) const noexcept { return groups[count - 1].begin + groups[count - 1].digits; }
};

/// The groups of digits from `from` on, up to what is no group; `out` is used again, its memory stays.
void read_groups(std::string_view line, std::size_t from, DumpGroups& out);

/// A line above a dump that numbers its columns: `Offset 00 01 02`, `87654321  0011 2233 ..` of Emacs.
bool is_ruler(std::string_view line) noexcept;

} // namespace ethpoc::paste
