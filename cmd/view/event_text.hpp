// How events name things. Internal to the printers of events.
#pragma once

#include <string>

#include "cmd/view/talk_line.hpp"
#include "peer/event.hpp"
#include "rlp/hex.hpp"
#include "show/describe.hpp"

namespace ethpoc::cmd {

inline std::string hex0x(BytesView bytes) {
    return "0x" + to_hex(bytes);
}

inline std::string text_of(const peer::HeadRef& head) {
    return "#" + std::to_string(head.number) + " " + show::short_hash(head.hash);
}

/// Something that happened, to a peer or to the node itself. `details` must be printable.
inline TalkLine happened(Tone tone, std::string name, std::string details) {
    return {.name = std::move(name), .details = std::move(details), .tone = tone};
}
inline TalkLine happened(const peer::PeerRef& peer, Tone tone, std::string name, std::string details) {
    TalkLine line = happened(tone, std::move(name), std::move(details));
    if (peer.id != 0) { line.who = std::to_string(peer.id); }
    return line;
}

} // namespace ethpoc::cmd
