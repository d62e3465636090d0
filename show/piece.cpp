#include "show/piece.hpp"

#include <algorithm>
#include <utility>

#include "wire/frame.hpp"

namespace ethpoc::show {
namespace {

/// How many bytes at `at` agree with the token.
std::size_t token_bytes(BytesView stream, std::size_t at) noexcept {
    const std::size_t most = std::min(wire::sync_token.size(), stream.size() - at);
    std::size_t n = 0;
    while (n < most && stream[at + n] == wire::sync_token[n]) {
        ++n;
    }
    return n;
}

/// A whole token, or the beginning of one at the very end.
bool starts_frame(BytesView stream, std::size_t at) noexcept {
    const std::size_t n = token_bytes(stream, at);
    return n == wire::sync_token.size() || (n > 0 && at + n == stream.size());
}

Error frame_error(const ErrorCode& code, std::size_t offset, std::size_t length, std::string detail) {
    return {&code, offset, length, {}, std::move(detail)};
}

} // namespace

std::size_t Piece::payload_begin() const noexcept {
    return payload_size ? offset + wire::frame_header_size : end();
}

bool Piece::whole() const noexcept {
    return payload_size && size == wire::frame_header_size + *payload_size;
}

Piece next_piece(BytesView stream, std::size_t at) noexcept {
    Piece piece{at, stream.size() - at, std::nullopt, false};
    if (!starts_frame(stream, at)) {
        std::size_t end = at + 1;
        while (end < stream.size() && !starts_frame(stream, end)) {
            ++end;
        }
        piece.size = end - at;
        piece.is_gap = true;
        return piece;
    }
    if (piece.size < wire::frame_header_size) { return piece; }
    std::uint32_t size = 0;
    for (const std::uint8_t b : stream.subspan(at + wire::sync_token.size(), 4)) {
        size = size << 8 | b;
    }
    piece.payload_size = size;
    piece.size = std::min(piece.size, wire::frame_header_size + size);
    return piece;
}

std::optional<Error> piece_error(const Piece& piece, std::size_t stream_size) {
    const std::size_t size_field = piece.offset + wire::sync_token.size();
    if (piece.is_gap) {
        return frame_error(wire::errors::bad_token, piece.offset, piece.size,
                           std::to_string(piece.size) + " bytes up to the next token");
    }
    if (piece.payload_size.value_or(0) > wire::default_max_payload) {
        return frame_error(wire::errors::too_large, size_field, 4,
                           "the header announces " + std::to_string(*piece.payload_size) + " bytes, the limit is " +
                               std::to_string(wire::default_max_payload));
    }
    if (!piece.whole()) {
        const std::size_t wanted = wire::frame_header_size + piece.payload_size.value_or(0);
        const std::size_t missing = wanted - piece.size;
        return frame_error(wire::errors::incomplete, stream_size, 0,
                           std::to_string(missing) + (missing == 1 ? " byte is" : " bytes are") + " missing of " +
                               (piece.payload_size ? "the payload" : "the header"));
    }
    if (*piece.payload_size == 0) { return frame_error(wire::errors::empty_payload, size_field, 4, {}); }
    return std::nullopt;
}

bool looks_like_frames(BytesView bytes) noexcept {
    const bool token = !std::ranges::search(bytes, wire::sync_token).empty();
    return token || (!bytes.empty() && bytes.size() < wire::sync_token.size() && starts_frame(bytes, 0));
}

} // namespace ethpoc::show
