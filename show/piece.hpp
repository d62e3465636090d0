// Piece: a stream that is all there (a file, an argument), cut into frames and what lies between them, by the decoder
// that reads a peer.
//
//   22 40 08 91 00 00 00 02 c1 02 | 00 ff | 22 40 08 91 7f ff ff ff | 22 40 08 91 00 00 00 09 c1
//   frame                           gap     too large: 8 bytes        9 bytes announced, 1 is there
#pragma once

#include <cstdint>
#include <optional>

#include "rlp/bytes.hpp"
#include "rlp/error.hpp"
#include "wire/frame.hpp"

namespace ethpoc::show {

/// Pieces tile the stream: offset + size is the next offset.
struct Piece {
    std::size_t offset = 0;
    std::size_t size = 0;                        // bytes of the stream, the header included
    std::optional<std::uint32_t> payload_size{}; // what the header says; nothing: a gap, or a header that is not whole
    bool is_gap = false;
    /// What is wrong with the frame itself, before its payload is looked at. Offsets count in the stream.
    std::optional<Error> error{};

    /// Where the payload begins and ends, as far as it is there; both are the end when there is none.
    std::size_t payload_begin() const noexcept;
    std::size_t end() const noexcept { return offset + size; }
    /// The piece is a frame with all of its payload.
    bool whole() const noexcept;
};

/// Cuts a stream into pieces, in its order; views are into it.
class PieceReader {
  public:
    /// `stream` outlives it.
    explicit PieceReader(BytesView stream);

    /// Nothing at the end.
    std::optional<Piece> next();

    /// `piece`, which next() gave last, holds no message: when another frame begins in it (wire::cut_open_at), it ends
    /// there, and reading goes on with that one. False, and nothing happens: it is not cut open, or the decoder refuses
    /// to read so much again.
    bool cut_open(Piece& piece);

  private:
    Piece skipped(std::size_t from, std::size_t to, const Error& error) const;
    std::optional<Piece> at_end();

    BytesView stream_;
    wire::FrameDecoder decoder_{};
    std::size_t at_ = 0; // the end of the last piece
};

/// True when a token stands somewhere in `bytes`, or they are the beginning of one: frames, and not bare RLP.
bool looks_like_frames(BytesView bytes) noexcept;

} // namespace ethpoc::show
