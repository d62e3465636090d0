// The bytes of a transcript, annotated: which of them are tokens, lengths and payloads, what a message says, and where
// something is wrong. What the reports show of them.
//
//   22 40 08 91 | 00 00 00 03 | c1 02 00
//   token         length        payload; the fault is at 0a: bytes behind the item
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conform/outcome.hpp"

namespace ethpoc::conform {

/// What a run of bytes is in its frame.
enum class BytePart : std::uint8_t { token, length, payload, other };
/// 't', 'l', 'p', 'o'.
char letter_of(BytePart part) noexcept;

/// Bytes of one kind that stand together.
struct ByteRun {
    BytePart part{};
    std::size_t size = 0;
    bool begins = false; // with its first byte a frame begins, or what stands between frames
};

/// Where something is wrong in the bytes, and what.
struct ByteFault {
    std::size_t offset = 0; // of the entry's bytes
    std::size_t size = 0;   // 0: here something is missing
    std::string text{};     // "rlp.item_overruns_parent: .."
};

/// Of one entry of a transcript.
struct AnnotatedBytes {
    std::vector<ByteRun> runs{};      // they tile its bytes
    std::vector<std::string> says{};  // what each frame that begins in them says; a line each, safe for terminals
    std::optional<ByteFault> fault{}; // the first one in them
};

/// One for each entry. Writes are read as the stream that they are, so a frame may begin in one and end in another;
/// what lies behind bytes that were not kept is read anew. `profile` is the name of a row; an unknown one is found out
/// from the bytes, as far as they say it.
std::vector<AnnotatedBytes> annotate(const std::vector<Spoken>& transcript, std::string_view profile);

} // namespace ethpoc::conform
