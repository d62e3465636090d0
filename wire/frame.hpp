// Frames: the only structure below RLP.
//
//   22 40 08 91 | n n n n | n bytes of payload        n: 32 bits, big-endian, without these 8 bytes
//
// There is no checksum and no type here; the payload is one RLP list (spec WIRE 2.1).
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>

#include "rlp/bytes.hpp"
#include "rlp/error.hpp"

namespace ethpoc::wire {

inline constexpr std::array<std::uint8_t, 4> sync_token{0x22, 0x40, 0x08, 0x91};
inline constexpr std::uint32_t sync_word = 0x22400891; // the same, big-endian
inline constexpr std::size_t frame_header_size = 8;
inline constexpr std::size_t default_max_payload = 16u << 20;

/// The eight bytes that go before a payload of `payload_size` bytes (at most 2^32-9; see QUIRKS: larger ones crash C++
/// clients).
std::array<std::uint8_t, frame_header_size> frame_header(std::size_t payload_size) noexcept;

/// What a FrameDecoder takes for a frame.
struct FrameOptions {
    std::size_t max_payload = default_max_payload; // judged before anything is allocated
};

/// One frame, as FrameDecoder::frame() has it.
struct Frame {
    BytesView payload{};      // valid until the next call of next() or feed()
    std::uint64_t offset = 0; // of its token, from the first byte of the stream
};

/// Bytes to frames, for any fragmentation. Borrows what it is fed while it can; keeps (and then owns) only the part of
/// a frame that has not come whole, so an idle decoder owns no buffer. A length is believed only as far as bytes have
/// come: a peer that announces 16 MiB and falls silent costs what it has sent. Work is linear in the bytes fed,
/// whatever they are.
///
///   decoder.feed(bytes);
///   while (true) { switch (decoder.next()) { case Step::frame: use(decoder.frame()); break; ... case Step::need_more:
///   return; } }
class FrameDecoder {
  public:
    /// What came out of next().
    enum class Step : std::uint8_t {
        need_more, // all that was fed is used up or kept; feed() may be called again
        frame,     // frame() is a whole frame
        skipped,   // error() tells of bytes that were no frame and were skipped; decoding goes on
    };

    /// A decoder at the first byte of a stream.
    explicit FrameDecoder(const FrameOptions& options = {}) noexcept;

    /// `bytes` must stay as they are until next() has returned need_more. Call only then.
    void feed(BytesView bytes);
    /// Ends the loan of feed() early: what has not been used is copied and kept. For a reader that must stop between
    /// two frames (the chain is behind) and whose buffer serves others meanwhile. next() goes on where it was.
    void keep();
    /// The frames, the skipped runs and their places are the same for every fragmentation of a stream. A run of bytes
    /// that are no frame is reported once, when the next token ends it; see skipping() for one that goes on.
    Step next();

    const Frame& frame() const noexcept { return frame_; }
    /// Valid after Step::skipped; offset and length are of the stream.
    const Error& error() const noexcept;

    /// Takes the last frame back: decoding goes on `skip` bytes into its payload. For a payload that proved to be cut
    /// open by another frame (see cut_open_at()). Call it right after
    /// Step::frame. False, and nothing happens: no frame to take back, or the bytes taken back so far would be more
    /// than twice those that have been read, which only a stream of frames nested on purpose reaches.
    bool reopen(std::size_t skip);

    /// How many bytes are missing until the next step can be taken: 8 minus what is there of a header, then the rest of
    /// the payload.
    std::size_t missing() const noexcept;
    /// Bytes kept inside, for limits and metrics.
    std::size_t buffered() const noexcept { return kept_.size(); }
    /// The memory behind them, in bytes.
    std::size_t held() const noexcept { return kept_.capacity(); }
    /// A frame whose header is there and whose payload is not: what it announces, and the beginning of the payload as
    /// far as it has come. Only after Step::need_more; valid until the next call of feed().
    struct Pending {
        std::size_t length = 0; // bytes of payload
        BytesView head{};
    };
    /// Nothing when no header of a frame is there.
    std::optional<Pending> pending() const noexcept;
    /// Where the next frame begins or will begin: the bytes before are frames or were skipped.
    std::uint64_t stream_offset() const noexcept { return offset_; }
    /// Length so far of a run of bytes that are no frame and have not been reported yet.
    std::uint64_t skipping() const noexcept { return run_from_ == no_run ? 0 : offset_ - run_from_; }

    /// The same run as an error; nothing while there is none.
    std::optional<Error> open_run() const;
    /// For a stream that is at its end: the frame that is not whole, or the beginning of a token, as an error at the
    /// stream's end; nothing when no byte of one is there. It comes after open_run(), when both are there.
    std::optional<Error> unfinished() const;

  private:
    static constexpr std::uint64_t no_run = ~std::uint64_t{0};

    Step next_slowly();
    Step end_run();
    Step refuse_length(std::uint32_t length);
    Step take_frame(BytesView payload);
    BytesView window() const noexcept;
    std::size_t no_token() const noexcept;
    bool pull(std::size_t size);
    void consume(std::size_t size);
    void release_kept() noexcept;
    void set_error(const ErrorCode& code, std::uint64_t offset, std::uint64_t length, std::string detail);

    // The stream, from offset_ on: kept_ from kept_begin_ on, then in_.
    Bytes kept_{};
    BytesView in_{};
    Frame frame_{};
    std::uint64_t offset_ = 0;
    std::uint64_t run_from_ = no_run; // stream offset of the run that is being skipped
    std::uint64_t taken_back_ = 0;    // by reopen(), in all
    std::unique_ptr<Error> error_{};  // most connections never need it
    std::size_t in_used_ = 0;         // bytes of this feed that stand before in_
    std::size_t kept_begin_ = 0;
    std::uint32_t max_payload_ = 0;
    bool can_reopen_ = false;
};

/// The usual case: nothing is kept, and the next frame stands whole in what was fed.
inline FrameDecoder::Step FrameDecoder::next() {
    if (in_.size() >= frame_header_size && kept_.empty() && run_from_ == no_run) [[likely]] {
        std::uint64_t head = 0;
        std::memcpy(&head, in_.data(), sizeof head);
        if constexpr (std::endian::native == std::endian::little) { head = std::byteswap(head); }
        const std::uint64_t length = head & 0xffff'ffff;
        const std::uint64_t whole = frame_header_size + length;
        if (head >> 32 == sync_word && length <= max_payload_ && whole <= in_.size()) [[likely]] {
            frame_ = {in_.subspan(frame_header_size, length), offset_};
            in_ = in_.subspan(whole);
            in_used_ += whole;
            offset_ += whole;
            can_reopen_ = true;
            return Step::frame;
        }
    }
    return next_slowly();
}

/// Where in a payload that is no message another frame begins, which cut it open: two writes in flight at once, C++ up
/// to 2014-07-21 (spec WIRE 2.3). Nothing: no token is in it. Whoever reads streams takes such a frame back up to
/// there, so that the frames inside are not lost.
std::optional<std::size_t> cut_open_at(BytesView payload) noexcept;

/// The rows of errors.def.
namespace errors {
#define ETHPOC_ERROR(name, word, rule, hint) inline constexpr ErrorCode name{word, rule, hint};
#include "wire/errors.def"
#undef ETHPOC_ERROR
} // namespace errors
/// All rows of wire/errors.def, in the order of the file.
std::span<const ErrorCode* const> error_catalogue() noexcept;

/// The frame at `offset`, of which `size` bytes of payload were announced, is cut open `at` bytes into its payload.
Error cut_open_error(std::uint64_t offset, std::size_t at, std::size_t size);

} // namespace ethpoc::wire
