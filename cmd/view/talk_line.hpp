// One look for one conversation: what was said, or what happened, on a line of columns. Whatever shows a conversation
// (demo, dial, run, tap, replay, pcap) shows it with this.
//
//       0.099   0 -> Hello           122 B  version 7 "Ethereum(++)/v0.3.10/Relea…
//       0.105   0 <- GetChain         46 B  1 hash from f0ecb578, at most 256
//       1.730   1 <- Ping             10 B  ⚠ tolerated: rlp.non_canonical_byte
//    12:00:00.123   1    disconnected           by them: client quitting
//
// Time, connection, arrow, name and size, details, problem. A narrow terminal loses the size, then the time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cmd/view/output.hpp"
#include "wire/conversation.hpp"

namespace ethpoc::cmd {

struct TalkLine {
    /// Right: said by us, or by the one who dialled. None: no message, something that happened.
    enum class Arrow : std::uint8_t { none, right, left };

    std::string time{}; // of clock_time() or elapsed_time(), the same for all lines of a command; or none
    std::string who{};  // number of the connection, or a short name
    Arrow arrow = Arrow::none;
    std::string name{};                   // of the message, or a word for what happened
    std::optional<std::uint64_t> bytes{}; // of the whole frame
    std::string details{};                // of a message: cut at the width; else wrapped. Must be printable().
    std::string problem{};                // told in full. Must be printable().
    bool tolerated = false;               // the problem is one that peers read over
    std::optional<Tone> tone{};           // of the name; by the arrow when there is none
};

/// "12:00:00.123": now, UTC.
std::string clock_time();
/// "    0.099": seconds since something began.
std::string elapsed_time(double seconds);

/// The line as wide as out.width(), with its line end; several lines when something must be told in full.
std::string talk_text(const Output& out, const TalkLine& line);

/// Writes it. Returns its bytes.
std::size_t show_talk(Output& out, const TalkLine& line);

/// Arrow, name, size, details and problem of a message that was overheard; time and who are left to the caller.
TalkLine talk_of(const wire::Said& said);
/// Of bytes that are no message.
TalkLine talk_of(wire::Side from, const Error& error);

/// Arrow of what a side says.
inline TalkLine::Arrow arrow_of(wire::Side from) {
    return from == wire::Side::dialer ? TalkLine::Arrow::right : TalkLine::Arrow::left;
}

} // namespace ethpoc::cmd
