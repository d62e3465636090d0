// Files of blocks by name: chain/block_stream.hpp on a file or stdin.
#pragma once

#include <istream>
#include <memory>
#include <optional>
#include <string>

#include "chain/block_stream.hpp"

namespace ethpoc::cmd {

class BlockFile {
  public:
    /// "-" is stdin. Errors: file.not_read with the reason of the system, and those of BlockStream::open().
    static Result<std::unique_ptr<BlockFile>> open(const std::string& path);

    /// The first line of a recorded chain.
    const std::optional<chain::ChainFileHead>& head() const { return blocks_->head(); }
    /// The next block; nothing at the end. Errors: those of BlockStream::next().
    Result<std::optional<Bytes>> next() { return blocks_->next(); }

  private:
    BlockFile() = default;

    std::unique_ptr<std::istream> file_{}; // null for stdin
    std::unique_ptr<chain::BlockStream> blocks_{};
};

} // namespace ethpoc::cmd
