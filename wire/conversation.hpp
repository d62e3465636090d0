// Conversation: two streams of one connection, read by somebody who only listens: the tap, captures, recordings. Finds
// the version from the Hellos.
#pragma once

#include <array>
#include <cstdint>

#include "wire/codec.hpp"
#include "wire/frame.hpp"

namespace ethpoc::wire {

/// The two ends of a connection: who opened it, and who accepted.
enum class Side : std::uint8_t { dialer, listener };

/// The opposite side.
constexpr Side other(Side side) noexcept {
    return side == Side::dialer ? Side::listener : Side::dialer;
}

/// One whole frame that a side said. Views live during the call only.
struct Said {
    Side from{};
    std::uint64_t offset = 0; // of the frame, in this side's stream
    BytesView payload{};
    const Profile* profile = nullptr; // nullptr: no Hello yet, and none was given
    IdOffsets offsets{};
    const Message* message = nullptr; // nullptr: it cannot be decoded, `error` says why
    const Error* error = nullptr;
    /// Of a message that can be read: what is not right in it and forgiven (wire/tolerated.hpp), or an entry that a
    /// peer passes over. nullptr: nothing.
    const Error* tolerated = nullptr;
};

/// Hears what a Conversation finds, in the order in which it became whole. Views live as long as the call.
class ConversationListener {
  public:
    virtual ~ConversationListener() = default;
    /// A whole frame, decoded as far as it can be.
    virtual void said(const Said& said) = 0;
    /// Bytes that are no frame; offset and length are of this side's stream.
    virtual void garbage(Side from, const Error& error) = 0;
};

/// Both directions of one connection. Holds an unfinished frame of each side, and nothing else that grows.
class Conversation {
  public:
    /// `assumed`: the version while no Hello has been heard; nullptr: messages before Hello are told without being
    /// decoded.
    explicit Conversation(const Profile* assumed = nullptr, const FrameOptions& options = {});

    /// Calls `listener` for everything that has become whole.
    void feed(Side from, BytesView bytes, ConversationListener& listener);
    /// This side's stream is at its end: tells of the last bytes when they are no frame or no whole one.
    void finish(Side from, ConversationListener& listener);
    /// So many bytes of this side never came (a capture with holes): forgets its unfinished frame and looks for the
    /// next token.
    void lost(Side from, std::uint64_t bytes);
    /// Bytes of an unfinished frame.
    std::size_t left_over(Side from) const noexcept { return half(from).decoder.buffered(); }
    /// The version of the connection so far; nullptr while none is known.
    const Profile* profile() const noexcept;

  private:
    struct Half {
        FrameDecoder decoder;
        const Profile* profile = nullptr; // of its own Hello
        IdOffsets offsets{};
        std::uint64_t before = 0; // bytes of the stream before the decoder's first one
        std::uint64_t fed = 0;    // and after it
    };
    Half& half(Side side) noexcept { return halves_[static_cast<std::size_t>(side)]; }
    const Half& half(Side side) const noexcept { return halves_[static_cast<std::size_t>(side)]; }
    void take(Side from, const Frame& frame, ConversationListener& listener);
    void take_hello(Side from, const Frame& frame, ConversationListener& listener);
    void learn_eth_version(const Status& status);

    std::array<Half, 2> halves_;
    const Profile* assumed_;
    FrameOptions options_;
};

} // namespace ethpoc::wire
