// BlockStream: the blocks of a file in any form in which people have them. Which one it is, its first bytes tell.
//
//   raw     block RLP, one after the other; lists begin with c0 or more, text does not
//   lines   JSON, an object a line: a recorded chain with its head (chain_file.hpp), or blocks alone
//   hex     digits without blanks, a block a line or wrapped anyhow, as large as you like
//   text    hex in any other shape of from_hex, with comments, offsets, quotes; read as a whole
//
// Memory: one block, or one line; of text all of it.
#pragma once

#include <istream>
#include <memory>
#include <optional>
#include <streambuf>
#include <string_view>

#include "chain/chain_file.hpp"

namespace ethpoc::chain {

/// What kind of file it is; see the head of this file.
enum class BlockForm : std::uint8_t { raw, lines, hex, text };

/// `first` are the first bytes of a file, all of them when `whole`: then hex is text, which understands more.
BlockForm sniff_blocks(std::string_view first, bool whole) noexcept;

/// Reads blocks one after the other; each is a copy.
class BlockStream {
  public:
    static constexpr std::size_t most_text = 256u << 20;

    /// `in`, which must outlive it, is read from where it stands. Errors: chain.bad_chain_file, hex.*, and
    /// rlp.size_limit for text of more than `text_limit` bytes.
    static Result<std::unique_ptr<BlockStream>> open(std::istream& in, std::size_t text_limit = most_text);
    ~BlockStream();
    BlockStream(const BlockStream&) = delete;
    BlockStream& operator=(const BlockStream&) = delete;

    /// The first line of a recorded chain.
    const std::optional<ChainFileHead>& head() const { return head_; }
    /// The next block; nothing at the end. Errors: rlp.* with the offset, in the file or in the bytes that its hex
    /// spells; chain.bad_chain_file and hex.* with the line.
    Result<std::optional<Bytes>> next();

  private:
    class Source;
    class HexLines;
    BlockStream();
    Result<void> begin(std::istream& in, std::size_t text_limit);
    Result<void> take_text(std::size_t limit);
    Result<std::optional<Bytes>> next_item();
    bool read(Bytes& into, std::size_t count);

    std::unique_ptr<Source> source_;
    std::unique_ptr<HexLines> digits_;
    std::unique_ptr<std::streambuf> text_; // decoded
    std::istream in_;                      // on one of the three
    std::optional<ChainFileReader> lines_{};
    std::optional<ChainFileHead> head_{};
    std::size_t offset_ = 0;
};

} // namespace ethpoc::chain
