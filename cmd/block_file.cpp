#include "cmd/block_file.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <system_error>

#include "record/errors.hpp"
#include "rlp/decode.hpp"
#include "rlp/hex.hpp"
#include "rlp/paste_text.hpp"

namespace ethpoc::cmd {

namespace {

constexpr std::size_t largest_block = 64u << 20;
constexpr std::size_t largest_text = 256u << 20;
constexpr std::size_t read_step = 1u << 20; // a length that lies costs no more than what is there

Error cannot_read(int system_error) {
    return {&record::errors::not_read, 0, 0, {}, "cannot be read: " + std::generic_category().message(system_error)};
}

/// Blocks are lists and begin with c0 or more; text begins below 7f, or with a byte order mark.
bool is_text_byte(int first) noexcept {
    return first > 0 && first < 0x7f && first != '{';
}

} // namespace

Result<std::unique_ptr<BlockFile>> BlockFile::open(const std::string& path) {
    std::unique_ptr<BlockFile> out;
    if (path == "-") {
        out.reset(new BlockFile(nullptr));
    } else {
        std::error_code failed;
        auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
        if (!*file) { return std::unexpected(cannot_read(errno)); }
        if (std::filesystem::is_directory(path, failed)) { return std::unexpected(cannot_read(EISDIR)); }
        out.reset(new BlockFile(std::move(file)));
    }
    const int first = out->in_.peek();
    if (is_text_byte(first) || first == 0xef || first >= 0xfe) {
        if (auto text = out->take_text(first); !text) { return std::unexpected(std::move(text.error())); }
    }
    if (out->in_.peek() == '{') {
        auto head = out->lines_.head();
        if (!head) { return std::unexpected(std::move(head.error())); }
        out->head_ = std::move(*head);
    }
    return out;
}

/// Text that is no recorded chain, or one with a byte order mark: read as a whole, and then again from memory.
Result<void> BlockFile::take_text(int first) {
    std::string whole;
    std::vector<char> chunk(read_step);
    do {
        in_.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
        whole.append(chunk.data(), static_cast<std::size_t>(in_.gcount()));
    } while (in_ && whole.size() <= largest_text);
    if (whole.size() > largest_text) {
        return std::unexpected(Error{&rlp::errors::size_limit, largest_text, 0, {}, "text of more than 256 MiB"});
    }
    auto text = decode_text(whole);
    if (!text) { return std::unexpected(std::move(text.error())); }
    const bool marked = has_byte_order_mark(whole);
    if (!is_text_byte(first) && !marked) { // a list that begins like a mark
        text = std::move(whole);
    } else if (!text->starts_with('{')) {
        auto bytes = from_hex(*text);
        if (!bytes) { return std::unexpected(std::move(bytes.error())); }
        text = std::string(as_text(*bytes));
    }
    text_.str(*std::move(text));
    in_.rdbuf(&text_);
    in_.clear();
    return {};
}

bool BlockFile::read(Bytes& into, std::size_t count) {
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
Result<std::optional<Bytes>> BlockFile::next_item() {
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
            size = size > largest_block ? size : size << 8 | block[i];
        }
        if (size > largest_block) {
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

Result<std::optional<Bytes>> BlockFile::next() {
    return head_ ? lines_.next() : next_item();
}

} // namespace ethpoc::cmd
