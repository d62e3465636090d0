#include "cmd/block_file.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <system_error>

#include "record/errors.hpp"

namespace ethpoc::cmd {

namespace {

Error cannot_read(int system_error) {
    return {&record::errors::not_read, 0, 0, {}, "cannot be read: " + std::generic_category().message(system_error)};
}

} // namespace

Result<std::unique_ptr<BlockFile>> BlockFile::open(const std::string& path) {
    std::unique_ptr<BlockFile> out(new BlockFile);
    if (path != "-") {
        std::error_code failed;
        out->file_ = std::make_unique<std::ifstream>(path, std::ios::binary);
        if (!*out->file_) { return std::unexpected(cannot_read(errno)); }
        if (std::filesystem::is_directory(path, failed)) { return std::unexpected(cannot_read(EISDIR)); }
    }
    auto blocks = chain::BlockStream::open(out->file_ ? *out->file_ : std::cin);
    if (!blocks) { return std::unexpected(std::move(blocks.error())); }
    out->blocks_ = std::move(*blocks);
    return out;
}

} // namespace ethpoc::cmd
