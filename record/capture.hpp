// Capture: the TCP connections of a capture file, packet by packet, and what was said in them.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <functional>
#include <list>
#include <map>
#include <string>

#include "record/tcp_stream.hpp"
#include "wire/conversation.hpp"

namespace ethpoc::record {

/// One thing that happened in a connection. Views live during the call only.
struct Heard {
    double seconds = 0; // since the first packet
    std::size_t connection = 0;
    wire::Side from{};
    std::size_t segments = 0;         // of TCP that brought the message
    const wire::Said* said = nullptr; // a message, or
    const Error* garbage = nullptr;   // bytes that are no frame, or
    std::uint64_t gap = 0;            // bytes that are not in the capture,
    std::uint64_t offset = 0;         // from here on in the stream of this side
};

/// What is known of a connection at the end.
struct ConnectionInfo {
    std::size_t number = 0;
    TcpAddress dialer{};
    TcpAddress listener{};
    std::array<std::uint64_t, 2> bytes{}; // by wire::Side
    std::array<std::uint64_t, 2> left{};  // of an unfinished frame
    std::size_t messages = 0;
    std::size_t malformed = 0;
    std::uint64_t missing = 0;              // bytes of gaps
    const wire::Profile* profile = nullptr; // nullptr: no Hello was heard
};

struct CaptureSummary {
    std::size_t packets = 0;
    std::size_t segments = 0;  // of TCP
    std::size_t untracked = 0; // segments of connections beyond the limit
    double seconds = 0;
    std::string link{};
    std::string trouble{}; // a sentence: the file ends too early; may be empty
    std::vector<ConnectionInfo> connections{};
};

struct CaptureOptions {
    const wire::Profile* assumed = nullptr;
    std::size_t max_connections = 20'000; // that are followed at once
};

/// Reads the whole file, "-" for stdin. The error is a sentence: what cannot be opened or is no capture.
/// `hear` returns false to stop.
std::expected<CaptureSummary, std::string> read_capture(const std::string& file, const CaptureOptions& options,
                                                        const std::function<bool(const Heard&)>& hear);

} // namespace ethpoc::record
