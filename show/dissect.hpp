// Dissection: everything that is in a stream of frames, good or bad, frame by frame. What `wire show`, captures and
// traces print. The form is that of web/page/FORMAT.md 1.2.
#pragma once

#include <optional>
#include <string>

#include "rlp/tree.hpp"
#include "show/field.hpp"
#include "show/piece.hpp"
#include "wire/conversation.hpp"
#include "wire/profile.hpp"

namespace ethpoc::show {

/// What the stream speaks.
struct Speech {
    const wire::Profile* profile = nullptr; // never null in one that a function returned
    wire::IdOffsets offsets{};
    bool assumed = false; // neither the caller nor a Hello says so
    bool counted = false; // the caller named the version that speaks the RLP of January 2014
};

/// `chosen`, or what the first Hello of the stream says, or what its ids make likely. Reads the stream once.
Speech speech_of(BytesView stream, const wire::Profile* chosen = nullptr);

/// What an overheard message speaks; what its id makes likely while nobody knows.
Speech speech_of(const wire::Said& said);

/// One piece of a stream, taken apart; views are into the stream.
struct Dissection {
    Piece piece{};
    rlp::Tree tree{};  // of the payload; empty when no payload byte is there. Node offsets count in the stream
    NodeNames names{}; // one for each node
    MessageFields message{};
    std::optional<Error> error{}; // the first of this frame, as FORMAT.md 2.2 orders them; message.error is one of them
    bool tolerated = false;       // with an error: a peer reads the message all the same (wire/tolerated.hpp)
    std::string hint{};
    std::string note{}; // a sentence about the whole frame, for people; may be empty
};

/// A stream, piece by piece: its frames, also those inside a frame that they cut open, and the bytes between them. What
/// a peer's reader takes for a frame is one here.
class StreamReader {
  public:
    /// `stream` must live as long as this and its results. `limits`: of one payload.
    StreamReader(BytesView stream, const Speech& speech, const rlp::Limits& limits);
    StreamReader(BytesView stream, const Speech& speech); // payloads of any size
    /// Nothing at the end.
    std::optional<Dissection> next();

  private:
    BytesView stream_;
    Speech speech_;
    rlp::Limits limits_;
    PieceReader pieces_;
};

/// A peer can read the payload: perhaps not strictly right, but a message of what `speech` says, or a Hello. Entries
/// that it passes over may be bad.
bool is_message(BytesView payload, const Speech& speech);

/// The frame that `bytes` are, which must not be empty: the first piece of the stream.
Dissection dissect_frame(BytesView bytes, const Speech& speech);

/// The same for the payload of a whole frame that was taken out of its stream: offsets count from the payload.
Dissection dissect_payload(BytesView payload, const Speech& speech);

/// "malformed: " or "tolerated: ", the same everywhere.
constexpr std::string_view verdict_word(bool tolerated) noexcept {
    return tolerated ? "tolerated: " : "malformed: ";
}

/// The message that was said; before a Hello, the one that its id makes likely. Unknown when it cannot be read.
wire::MessageType type_of(const wire::Said& said);

/// The payload in today's RLP whatever the dialect, for the text form.
rlp::Tree plain_tree(BytesView stream, const Piece& piece, const rlp::Limits& limits);

} // namespace ethpoc::show
