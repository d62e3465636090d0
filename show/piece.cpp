#include "show/piece.hpp"

#include <algorithm>
#include <utility>

namespace ethpoc::show {
namespace {

constexpr std::size_t size_field = wire::frame_header_size - wire::sync_token.size();

/// The number in the header at the front of `frame`; nothing when it is not all there.
std::optional<std::uint32_t> announced(BytesView frame) noexcept {
    if (frame.size() < wire::frame_header_size) { return std::nullopt; }
    std::uint32_t size = 0;
    for (const std::uint8_t b : frame.subspan(wire::sync_token.size(), size_field)) {
        size = size << 8 | b;
    }
    return size;
}

Error of_size_field(std::size_t frame, const ErrorCode& code, std::string detail) {
    return {&code, frame + wire::sync_token.size(), size_field, {}, std::move(detail)};
}

Error without_path(Error error) {
    error.path.clear(); // a stream has no other frames than its own
    return error;
}

} // namespace

std::size_t Piece::payload_begin() const noexcept {
    return payload_size ? std::min(offset + wire::frame_header_size, end()) : end();
}

bool Piece::whole() const noexcept {
    return payload_size && size == wire::frame_header_size + *payload_size;
}

PieceReader::PieceReader(BytesView stream) : stream_(stream) {
    decoder_.feed(stream);
}

/// Bytes that are no frame.
Piece PieceReader::skipped(std::size_t from, std::size_t to, const Error& error) const {
    Piece piece{from, to - from, {}, true, without_path(error)};
    if (error.code == &wire::errors::too_large) {
        piece.is_gap = false;
        piece.payload_size = announced(stream_.subspan(from));
        piece.error = of_size_field(from, wire::errors::too_large, error.detail);
    }
    return piece;
}

std::optional<Piece> PieceReader::next() {
    using Step = wire::FrameDecoder::Step;
    const std::size_t from = at_;
    Piece piece;
    switch (decoder_.next()) {
    case Step::frame: {
        const auto size = static_cast<std::uint32_t>(decoder_.frame().payload.size());
        piece = {from, wire::frame_header_size + size, size, false, {}};
        if (size == 0) { piece.error = of_size_field(from, wire::errors::empty_payload, {}); }
        break;
    }
    case Step::skipped:
        piece = skipped(from, decoder_.stream_offset(), decoder_.error());
        break;
    case Step::need_more:
        return at_end();
    }
    at_ = piece.end();
    return piece;
}

/// What the decoder still waits for: first a run that no token ended, then a frame that is not whole.
std::optional<Piece> PieceReader::at_end() {
    if (at_ == stream_.size()) { return std::nullopt; }
    Piece piece;
    const auto run = decoder_.open_run();
    if (run && at_ == run->offset) {
        piece = skipped(at_, run->offset + run->length, *run);
    } else {
        const BytesView rest = stream_.subspan(at_);
        piece = {at_, rest.size(), announced(rest), false, without_path(decoder_.unfinished().value_or(Error{}))};
    }
    at_ = piece.end();
    return piece;
}

bool PieceReader::cut_open(Piece& piece) {
    if (!piece.whole()) { return false; }
    const auto cut = wire::cut_open_at(stream_.subspan(piece.payload_begin(), *piece.payload_size));
    if (!cut || !decoder_.reopen(*cut)) { return false; }
    piece.size = wire::frame_header_size + *cut;
    piece.error = without_path(wire::cut_open_error(piece.offset, *cut, *piece.payload_size));
    at_ = piece.end();
    return true;
}

bool looks_like_frames(BytesView bytes) noexcept {
    if (wire::cut_open_at(bytes)) { return true; }
    return !bytes.empty() && bytes.size() < wire::sync_token.size() &&
           std::ranges::equal(bytes, BytesView{wire::sync_token}.first(bytes.size()));
}

} // namespace ethpoc::show
