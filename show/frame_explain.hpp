// The reader of a stream, read by read: what it holds, what it takes out, how many bytes it needs for its next step.
// TCP knows no frames: a read may bring half a header, or three messages and a piece of a fourth.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "rlp/bytes.hpp"
#include "wire/profile.hpp"

namespace ethpoc::show {

/// One read, of stream[from, to).
struct ReadStep {
    std::size_t from = 0;
    std::size_t to = 0;
    std::vector<std::string> events{}; // "frame at 0000, 129 bytes: Hello"; "5 bytes skipped that are no frame"
    std::size_t frames = 0;            // that this read made whole
    std::size_t holds = 0;             // bytes that wait inside for the rest of their frame
    std::size_t needs = 0;             // bytes until the next step can be taken
    std::string state{};               // the last three as a sentence
};

/// Feeds the stream in pieces that end at `cuts` (ascending; what is not inside the stream is left out) and at the end.
/// False from the sink stops.
void explain_reads(BytesView stream, std::span<const std::size_t> cuts,
                   const std::function<bool(const ReadStep&)>& sink);

} // namespace ethpoc::show
