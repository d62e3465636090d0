// Frames: the only structure below RLP.
//
//   22 40 08 91 | n n n n | n bytes of payload        n: 32 bits, big-endian, without these 8 bytes
//
// There is no checksum and no type here; the payload is one RLP list (spec WIRE 2.1).
#pragma once

#include <array>
#include <cstdint>

#include "rlp/bytes.hpp"
#include "rlp/error.hpp"

namespace ethpoc::wire {

inline constexpr std::array<std::uint8_t, 4> sync_token{0x22, 0x40, 0x08, 0x91};
inline constexpr std::size_t frame_header_size = 8;
inline constexpr std::size_t default_max_payload = 16u << 20;

/// The eight bytes that go before a payload of `payload_size` bytes (at most 2^32-9; see QUIRKS: larger ones crash C++
/// clients).
std::array<std::uint8_t, frame_header_size> frame_header(std::size_t payload_size) noexcept;

/// What to do with bytes that are no sync token. resync: skip to the next token, as C++ did up to protocol 7. give_up:
/// the connection is lost, as later C++ did.
enum class BadToken : std::uint8_t { resync, give_up };

struct FrameOptions {
    std::size_t max_payload = default_max_payload; // judged before anything is allocated
    BadToken bad_token = BadToken::resync;
};

struct Frame {
    BytesView payload{};      // valid until the next call of next() or feed()
    std::uint64_t offset = 0; // of its token, from the first byte of the stream
};

/// Bytes to frames, for any fragmentation. Borrows what it is fed while it can; keeps (and then owns) only the part of
/// a frame that has not come whole, so an idle decoder owns no buffer. Work is linear in the bytes fed, whatever they
/// are.
///
///   decoder.feed(bytes);
///   while (true) { switch (decoder.next()) { case Step::frame: use(decoder.frame()); break; ... case Step::need_more:
///   return; } }
class FrameDecoder {
  public:
    enum class Step : std::uint8_t {
        need_more, // all that was fed is used up or kept; feed() may be called again
        frame,     // frame() is a whole frame
        skipped,   // error() tells of bytes that were no frame and were skipped; decoding goes on
        failed,    // error() tells why this stream cannot be read any further; final
    };

    explicit FrameDecoder(const FrameOptions& options = {}) noexcept;

    /// `bytes` must stay as they are until next() has returned need_more or failed. Call only then.
    void feed(BytesView bytes);
    Step next();

    const Frame& frame() const noexcept { return frame_; }
    const Error& error() const noexcept { return error_; }

    /// Takes the last frame back: decoding goes on `skip` bytes into its payload. For a payload that proved to be cut
    /// open by another frame (two writes in flight at once, C++ up to 2014-07-21; spec WIRE 2.3).
    void reopen(std::size_t skip);

    /// How many bytes are missing until the next step can be taken: 8 minus what is there of a header, then the rest of
    /// the payload.
    std::size_t missing() const noexcept;
    /// Bytes kept inside, for limits and metrics.
    std::size_t buffered() const noexcept;
    std::uint64_t stream_offset() const noexcept; // bytes consumed so far

  private:
    // Left to frame.cpp's author; keep the object small (an idle peer has one).
    FrameOptions options_;
    Frame frame_{};
    Error error_{};
};

namespace errors {
#define ETHPOC_ERROR(name, word, rule, hint) inline constexpr ErrorCode name{word, rule, hint};
#include "wire/errors.def"
#undef ETHPOC_ERROR
} // namespace errors
std::span<const ErrorCode* const> error_catalogue() noexcept;

} // namespace ethpoc::wire
