#include "cmd/block_file.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <system_error>

#include "record/errors.hpp"
#include "rlp/decode.hpp"

namespace ethpoc::cmd {

namespace {

constexpr std::size_t largest_block = 64u << 20;
constexpr std::size_t read_step = 1u << 20; // a length that lies costs no more than what is there

Error cannot_read(int system_error) {
    return {&record::errors::not_read, 0, 0, {}, "cannot be read: " + std::generic_category().message(system_error)};
}

} // namespace

Result<std::unique_ptr<BlockFile>> BlockFile::open(const std::string& path) {
    std::unique_ptr<BlockFile> out;
    if (path == "-") {
        out.reset(new BlockFile(nullptr, std::cin));
    } else {
        std::error_code failed;
        auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
        if (!*file) { return std::unexpected(cannot_read(errno)); }
        if (std::filesystem::is_directory(path, failed)) { return std::unexpected(cannot_read(EISDIR)); }
        std::istream& in = *file;
        out.reset(new BlockFile(std::move(file), in));
    }
    if (out->in_.peek() == '{') {
        auto head = out->lines_.head();
        if (!head) { return std::unexpected(std::move(head.error())); }
        out->head_ = std::move(*head);
    }
    return out;
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
