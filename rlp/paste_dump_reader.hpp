// One reading of a dump: its rows in turn, with offsets of one base. For paste_dump.cpp.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "rlp/hex.hpp"
#include "rlp/paste_offset.hpp"
#include "rlp/paste_shapes.hpp"

namespace ethpoc::paste {

/// How a text column fits to bytes: not, as many characters, or the right letters too.
enum class Fit : std::uint8_t { no, length, exact };

/// Without blanks, tabs and ends of lines on both sides.
std::string_view trimmed(std::string_view text) noexcept;
/// True for a line with nothing but *.
bool is_repeat(std::string_view line) noexcept;
/// True for empty lines and comments.
bool is_remark(std::string_view line) noexcept;

/// A line of a dump that begins with an offset. Views are of the text that is read.
struct Row {
    std::string_view line{};
    std::size_t begin = 0;
    OffsetWord word{};
    bool repeats = false; // a line with * stood before it
};

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

/// Reads all rows with offsets of one base.
class DumpReader {
  public:
    /// `base`: 8, 10 or 16, of the offsets. `text` must outlive the reader.
    DumpReader(std::string_view text, unsigned base) : text_(text), base_(base) {}

    /// False: see `error`.
    bool run();

    std::optional<Error> error{};
    Bytes bytes{};         // the groups as they stand
    Bytes reversed{};      // each group from its end
    bool verified = false; // an offset was counted
    bool spelled = false;  // a text column spells the bytes
    std::size_t wrong_texts = 0;
    std::size_t wrong_reversed = 0;
    std::size_t texts = 0;
    bool any_column = false;                 // something stands behind the bytes of a row
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

} // namespace ethpoc::paste
