#include "chain/block_stream.hpp"

#include <algorithm>
#include <sstream>
#include <vector>

#include "rlp/decode.hpp"
#include "rlp/hex.hpp"
#include "rlp/paste_text.hpp"

namespace ethpoc::chain {

namespace {

constexpr std::size_t sniffed = 64u << 10;
constexpr std::size_t largest_item = 64u << 20;
constexpr std::size_t read_step = 1u << 20; // a length that lies costs no more than what is there

/// One line of digits and nothing else, perhaps with 0x in front and blanks around.
bool is_digits(std::string_view line) noexcept {
    constexpr std::string_view blanks = " \t\r";
    const std::size_t first = line.find_first_not_of(blanks);
    if (first == std::string_view::npos) { return true; }
    line = line.substr(first, line.find_last_not_of(blanks) + 1 - first);
    if (line.starts_with("0x") || line.starts_with("0X")) { line.remove_prefix(2); }
    return line.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

bool all_digits(std::string_view text) noexcept {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (!is_digits(text.substr(0, end))) { return false; }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return true;
}

} // namespace

BlockForm sniff_blocks(std::string_view first, bool whole) noexcept {
    if (first.empty()) { return BlockForm::raw; }
    const auto byte = static_cast<std::uint8_t>(first.front());
    const bool like_a_mark = byte == 0xef || byte >= 0xfe; // lists of a great length begin so too
    if (like_a_mark ? !has_byte_order_mark(first) : byte == 0 || byte >= 0x7f) { return BlockForm::raw; }
    const std::size_t start = first.find_first_not_of(" \t\r\n");
    if (start != std::string_view::npos && first[start] == '{') { return BlockForm::lines; }
    return !whole && all_digits(first) ? BlockForm::hex : BlockForm::text;
}

// ---------------------------------------------------------------- where the bytes come from

/// `in` in pieces; the first of them can be looked at before it is read.
class BlockStream::Source final : public std::streambuf {
  public:
    explicit Source(std::istream& in) : in_(in), buffer_(sniffed) {}

    std::string_view first() {
        underflow();
        return {gptr(), static_cast<std::size_t>(egptr() - gptr())};
    }
    bool ended() const { return !in_.good(); }

  protected:
    int_type underflow() override {
        if (gptr() == egptr()) {
            in_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
            setg(buffer_.data(), buffer_.data(), buffer_.data() + in_.gcount());
        }
        return gptr() == egptr() ? traits_type::eof() : traits_type::to_int_type(*gptr());
    }

  private:
    std::istream& in_;
    std::vector<char> buffer_;
};

/// What lines of digits spell. Ends at a line that is none; error() says why.
class BlockStream::HexLines final : public std::streambuf {
  public:
    explicit HexLines(std::streambuf& from) : from_(&from) {}

    const std::optional<Error>& error() const { return error_; }
    std::size_t line() const { return line_; }

  protected:
    int_type underflow() override {
        while (gptr() == egptr() && !error_ && from_.good()) {
            decode_piece();
        }
        return gptr() == egptr() ? traits_type::eof() : traits_type::to_int_type(*gptr());
    }

  private:
    /// A line, or an even number of digits of a long one.
    void decode_piece() {
        std::string piece;
        for (char c = 0; piece.size() < sniffed && from_.get(c);) {
            line_ += line_ended_ ? 1 : 0;
            line_ended_ = c == '\n';
            if (line_ended_) { break; }
            piece.push_back(c);
        }
        auto bytes = is_digits(piece) ? from_hex_digits(piece)
                                      : std::unexpected(Error{&hex_errors::bad_character, 0, 0, {}, "no hex digits"});
        if (!bytes) {
            error_ = Error{bytes.error().code, 0, 0, {}, {}};
            error_->detail =
                bytes.error().detail + (bytes.error().detail.empty() ? "line " : ", line ") + std::to_string(line_);
            return;
        }
        decoded_ = std::string(as_text(*bytes));
        setg(decoded_.data(), decoded_.data(), decoded_.data() + decoded_.size());
    }

    std::istream from_;
    std::string decoded_{};
    std::size_t line_ = 0;
    bool line_ended_ = true;
    std::optional<Error> error_{};
};

// ---------------------------------------------------------------- opening

BlockStream::BlockStream() : in_(nullptr) {}
BlockStream::~BlockStream() = default;

Result<std::unique_ptr<BlockStream>> BlockStream::open(std::istream& in, std::size_t text_limit) {
    auto out = std::unique_ptr<BlockStream>(new BlockStream);
    if (auto begun = out->begin(in, text_limit); !begun) { return std::unexpected(std::move(begun.error())); }
    return out;
}

Result<void> BlockStream::begin(std::istream& in, std::size_t text_limit) {
    source_ = std::make_unique<Source>(in);
    const std::string_view first = source_->first();
    BlockForm form = sniff_blocks(first, source_->ended());
    const bool marked = form != BlockForm::raw && has_byte_order_mark(first);
    in_.rdbuf(source_.get());
    if (form == BlockForm::hex) {
        digits_ = std::make_unique<HexLines>(*source_);
        in_.rdbuf(digits_.get());
    } else if (form == BlockForm::text || marked) {
        if (auto taken = take_text(text_limit); !taken) { return taken; }
    }
    if (form == BlockForm::lines || (marked && in_.peek() == '{')) {
        lines_.emplace(in_);
        auto head = lines_->begin();
        if (!head) { return std::unexpected(std::move(head.error())); }
        head_ = std::move(*head);
    }
    return {};
}

/// As a whole, and then again from memory.
Result<void> BlockStream::take_text(std::size_t limit) {
    std::string whole;
    std::vector<char> chunk(read_step);
    do {
        in_.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
        whole.append(chunk.data(), static_cast<std::size_t>(in_.gcount()));
    } while (in_ && whole.size() <= limit);
    if (whole.size() > limit) {
        return std::unexpected(
            Error{&rlp::errors::size_limit, limit, 0, {}, "text of more than " + plural(limit, "byte")});
    }
    auto text = decode_text(whole);
    if (!text) { return std::unexpected(std::move(text.error())); }
    if (!text->starts_with('{')) {
        auto bytes = from_hex(*text);
        if (!bytes) { return std::unexpected(std::move(bytes.error())); }
        text = std::string(as_text(*bytes));
    }
    text_ = std::make_unique<std::stringbuf>(*std::move(text), std::ios::in);
    in_.rdbuf(text_.get());
    return {};
}

// ---------------------------------------------------------------- blocks

bool BlockStream::read(Bytes& into, std::size_t count) {
    while (count > 0) {
        const std::size_t step = std::min(count, read_step);
        const std::size_t before = into.size();
        into.resize(before + step);
        in_.read(reinterpret_cast<char*>(into.data() + before), static_cast<std::streamsize>(step));
        const auto got = static_cast<std::size_t>(in_.gcount());
        into.resize(before + got);
        if (got < step) { return false; }
        count -= step;
    }
    return true;
}

//   f9 | 02 1c | 540 bytes        first byte, then as many length bytes as it says, then the payload
Result<std::optional<Bytes>> BlockStream::next_item() {
    Bytes block;
    if (!read(block, 1)) { return std::optional<Bytes>{}; }
    constexpr std::uint8_t first_long_list = 0xf8;
    if (block[0] >= first_long_list) { static_cast<void>(read(block, block[0] - first_long_list + 1U)); }
    std::size_t wanted = block.size();
    if (block[0] > 0xc0 && block[0] < first_long_list) {
        wanted += block[0] - 0xc0U;
    } else if (block[0] >= first_long_list && block.size() == block[0] - first_long_list + 2U) {
        std::size_t size = 0;
        for (std::size_t i = 1; i < block.size(); ++i) {
            size = size > largest_item ? size : size << 8 | block[i];
        }
        if (size > largest_item) {
            return std::unexpected(
                Error{&rlp::errors::size_limit, offset_, block.size(), {}, "a block of " + plural(size, "byte")});
        }
        wanted += size;
    }
    static_cast<void>(read(block, wanted - block.size()));
    if (const auto list = rlp::list_items(block); !list) {
        Error error = list.error();
        return std::unexpected(std::move(error).moved(offset_));
    }
    offset_ += block.size();
    return std::optional<Bytes>(std::move(block));
}

Result<std::optional<Bytes>> BlockStream::next() {
    if (lines_) { return lines_->next(); }
    auto block = next_item();
    if (!digits_ || (block && *block)) { return block; }
    if (digits_->error()) { return std::unexpected(*digits_->error()); } // why it ended here
    if (!block) { block.error().detail += ", line " + std::to_string(digits_->line()); }
    return block;
}

} // namespace ethpoc::chain
