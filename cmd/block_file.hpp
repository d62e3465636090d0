// Files of blocks: concatenated block RLP, oldest first, or a recorded chain of JSON lines. Read block by block.
#pragma once

#include <istream>
#include <memory>
#include <optional>
#include <string>

#include "chain/chain_file.hpp"

namespace ethpoc::cmd {

class BlockFile {
  public:
    /// "-" is stdin. Errors: file.not_read with the reason of the system, chain.bad_chain_file.
    static Result<std::unique_ptr<BlockFile>> open(const std::string& path);

    /// The first line of a recorded chain.
    const std::optional<chain::ChainFileHead>& head() const { return head_; }
    /// The next block; nothing at the end. Errors: rlp.* with the offset in the file, chain.bad_chain_file, hex.*.
    Result<std::optional<Bytes>> next();

  private:
    BlockFile(std::unique_ptr<std::istream> file, std::istream& in) : file_(std::move(file)), in_(in), lines_(in) {}
    Result<std::optional<Bytes>> next_item();
    bool read(Bytes& into, std::size_t count);

    std::unique_ptr<std::istream> file_; // null for stdin
    std::istream& in_;
    chain::ChainFileReader lines_;
    std::optional<chain::ChainFileHead> head_{};
    std::size_t offset_ = 0;
};

} // namespace ethpoc::cmd
