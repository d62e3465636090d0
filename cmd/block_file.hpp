// Files of blocks: concatenated block RLP, oldest first, as it is or as hex in any shape of from_hex, or a recorded
// chain of JSON lines. Read block by block, hex as a whole.
#pragma once

#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
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
    explicit BlockFile(std::unique_ptr<std::istream> file) :
        file_(std::move(file)), own_(std::make_unique<std::istream>(file_ ? file_->rdbuf() : std::cin.rdbuf())),
        in_(*own_), lines_(*own_) {}
    Result<std::optional<Bytes>> next_item();
    bool read(Bytes& into, std::size_t count);
    Result<void> take_text(int first);

    std::unique_ptr<std::istream> file_; // null for stdin
    std::unique_ptr<std::istream> own_;  // on the buffer of either, or of `text_`
    std::istream& in_;
    std::stringbuf text_{}; // a file of text, decoded
    chain::ChainFileReader lines_;
    std::optional<chain::ChainFileHead> head_{};
    std::size_t offset_ = 0;
};

} // namespace ethpoc::cmd
