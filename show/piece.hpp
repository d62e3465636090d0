// Piece: a stream that is all there (a file, an argument), cut into frames and what lies between them. For the tools;
// FrameDecoder is for streams that are still coming.
//
//   22 40 08 91 00 00 00 02 c1 02 | 00 ff | 22 40 08 91 00 00 00 09 c1
//   frame                           gap     cut: 9 bytes announced, 1 is there
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "rlp/bytes.hpp"
#include "rlp/error.hpp"

namespace ethpoc::show {

/// Pieces tile the stream: offset + size is the next offset.
struct Piece {
    std::size_t offset = 0;
    std::size_t size = 0;                        // bytes that are there, the header included
    std::optional<std::uint32_t> payload_size{}; // what the header says; nothing: a gap, or a header that is not whole
    bool is_gap = false;

    /// Where the payload begins and ends, as far as it is there; both are the end when there is none.
    std::size_t payload_begin() const noexcept;
    std::size_t end() const noexcept { return offset + size; }
    bool whole() const noexcept;
};

/// The piece that begins at `at` < stream.size().
Piece next_piece(BytesView stream, std::size_t at) noexcept;

/// What is wrong with the frame itself, before its payload is looked at. Offsets count in the stream.
std::optional<Error> piece_error(const Piece& piece, std::size_t stream_size);

/// True when a token stands somewhere in `bytes`, or they are the beginning of one: frames, and not bare RLP.
bool looks_like_frames(BytesView bytes) noexcept;

} // namespace ethpoc::show
