// The bytes that each side of each connection of a capture sent, put together.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "record/capture.hpp"

namespace ethpoc::record {

/// One direction of a connection. Where bytes are missing it ends, and another one begins behind them.
struct CapturedStream {
    std::size_t connection = 0;
    wire::Side from{};
    std::uint64_t begin = 0; // of its first byte in the direction; not 0 only behind a gap
    Bytes bytes{};
};

/// All streams of a capture in memory, which it owns.
struct CapturedStreams {
    std::vector<CapturedStream> streams{}; // by connection, the dialer's first; none that is empty
    CaptureSummary summary{};
    bool too_large = false; // there was more than may be kept; reading stopped
};

/// Keeps at most `most` bytes of all streams together. Connections in which no frame was seen are left out. Errors as
/// of read_capture().
std::expected<CapturedStreams, std::string> read_streams(ByteFile file, const wire::Profile* assumed, std::size_t most);

/// No frame was ever seen in it.
bool is_other_protocol(const ConnectionInfo& info);

} // namespace ethpoc::record
