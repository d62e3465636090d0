#include "rlp/hex.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace ethpoc {
namespace {

constexpr std::size_t none = std::string_view::npos;

constexpr int digit(char c) noexcept {
    if (c >= '0' && c <= '9') { return c - '0'; }
    if (c >= 'a' && c <= 'f') { return c - 'a' + 10; }
    if (c >= 'A' && c <= 'F') { return c - 'A' + 10; }
    return -1;
}

constexpr bool is_separator(char c) noexcept {
    return std::string_view(" \t\r\n\v\f,:;-_\"'()[]{}").find(c) != none;
}

constexpr bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t';
}

/// Length of the run of hex digits at the front.
std::size_t digit_run(std::string_view text) noexcept {
    return static_cast<std::size_t>(std::ranges::find_if(text, [](char c) { return digit(c) < 0; }) - text.begin());
}

Error error(const ErrorCode& code, std::size_t offset, std::size_t length, std::string detail) {
    return {&code, offset, length, {}, std::move(detail)};
}

/// Where the hex digits of a dump line are.
struct DumpLine {
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// Reads the text line by line, because dumps have offsets and text columns and comments end with the line.
class HexReader {
  public:
    explicit HexReader(std::string_view text) : text_(text), end_(text.size()) {}

    Result<Bytes> run() {
        if (auto bad = narrow_to_array()) { return std::unexpected(*std::move(bad)); }
        while (at_ < end_) {
            const std::size_t stop = std::min(text_.find('\n', at_), end_);
            if (auto bad = line(at_, stop)) { return std::unexpected(*std::move(bad)); }
            at_ = stop + 1;
        }
        return std::move(out_);
    }

  private:
    std::optional<Error> narrow_to_array();
    std::optional<Error> line(std::size_t begin, std::size_t end);
    std::optional<Error> token(std::size_t& at, std::size_t end);
    std::optional<DumpLine> dump_line(std::size_t begin, std::size_t end) const;

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t end_;
    Bytes out_{};
    bool in_dump_ = false; // an earlier line began with an offset
};

/// `unsigned char a[] = { .. };`: what stands outside the braces is C, not hex.
std::optional<Error> HexReader::narrow_to_array() {
    const std::size_t open = text_.find('{');
    const std::size_t comment = std::min(text_.find('#'), text_.find("//"));
    const std::size_t equals = text_.find('=');
    if (open == none || open > comment || equals == none || equals > open) { return std::nullopt; }
    const std::size_t close = text_.find('}', open);
    if (close == none) { return error(hex_errors::unclosed, open, 1, "no } after this {"); }
    at_ = open + 1;
    end_ = close;
    return std::nullopt;
}

/// `00000000: c883 6361  ..ca` and `00000000  c8 83 63  |..c|`: the columns between offset and text.
std::optional<DumpLine> HexReader::dump_line(std::size_t begin, std::size_t end) const {
    while (begin < end && is_blank(text_[begin])) {
        ++begin;
    }
    const std::string_view line = text_.substr(begin, end - begin);
    const std::size_t digits = digit_run(line);
    if (digits < 4 || digits > 16) { return std::nullopt; }
    std::size_t offset = 0;
    for (const char c : line.substr(0, digits)) {
        offset = offset << 4 | static_cast<std::size_t>(digit(c));
    }
    const std::string_view rest = line.substr(digits);
    const bool colon = rest.starts_with(": ");
    const bool counts = offset == out_.size();
    const bool blanks = rest.starts_with("  ") && counts;
    const bool last = in_dump_ && counts && rest.find_first_not_of(" \t\r") == none; // hexdump ends with the size
    if (last) { return DumpLine{end, end}; }
    if (!colon && !blanks) { return std::nullopt; }
    const std::size_t first = rest.find_first_not_of(" \t", 1);
    if (first == none) { return DumpLine{end, end}; }
    // xxd: two blanks end the hex column. hexdump -C: `|` does, and two blanks stand in its middle; others use three.
    const std::size_t gutter =
        colon ? rest.find("  ", first) : std::min(rest.find('|', first), rest.find("   ", first));
    return DumpLine{begin + digits + first, gutter == none ? end : begin + digits + gutter};
}

std::optional<Error> HexReader::line(std::size_t begin, std::size_t end) {
    if (const auto dump = dump_line(begin, end)) {
        in_dump_ = true;
        begin = dump->begin;
        end = dump->end;
    }
    for (std::size_t at = begin; at < end;) {
        const std::string_view rest = text_.substr(at, end - at);
        if (rest.starts_with('#') || rest.starts_with("//")) { return std::nullopt; }
        if (is_separator(rest.front())) {
            ++at;
        } else if (auto bad = token(at, end)) {
            return bad;
        }
    }
    return std::nullopt;
}

/// One run of digits, perhaps after 0x or \x; moves `at` past it.
std::optional<Error> HexReader::token(std::size_t& at, std::size_t end) {
    std::string_view rest = text_.substr(at, end - at);
    const bool prefixed = rest.starts_with("0x") || rest.starts_with("0X") || rest.starts_with("\\x");
    const std::size_t begin = at + (prefixed ? 2 : 0);
    rest = text_.substr(begin, end - begin);
    const std::size_t digits = digit_run(rest);
    const bool ends_well = begin + digits == end || is_separator(rest[digits]) || rest[digits] == '\\' ||
                           rest[digits] == '#' || rest[digits] == '/';
    if (digits == 0 || !ends_well) {
        const std::size_t place = digits == 0 && prefixed ? at : begin + digits;
        return error(hex_errors::bad_character, place, 1, "'" + printable(text_.substr(place, 1)) + "'");
    }
    at = begin + digits;
    if (prefixed && digits == 1) {
        out_.push_back(static_cast<std::uint8_t>(digit(rest[0])));
        return std::nullopt;
    }
    if (digits % 2 != 0) { return error(hex_errors::odd_digits, begin, digits, std::to_string(digits) + " digits"); }
    for (std::size_t i = 0; i < digits; i += 2) {
        out_.push_back(static_cast<std::uint8_t>(digit(rest[i]) << 4 | digit(rest[i + 1])));
    }
    return std::nullopt;
}

} // namespace

Result<Bytes> from_hex(std::string_view text) {
    return HexReader{text}.run();
}

} // namespace ethpoc
