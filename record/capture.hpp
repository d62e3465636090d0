// Capture: the TCP connections of a capture file, packet by packet, and what was said in them. Every byte of the file
// is told, or counted by what it is.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "record/byte_file.hpp"
#include "record/follower.hpp"
#include "record/layers.hpp"

namespace ethpoc::record {

/// Packets that gave no segment of TCP, by the reason.
struct Unread {
    StopKind kind{};
    std::string reason{};
    std::size_t packets = 0;
    std::uint64_t bytes = 0;
};

/// Blocks of pcapng that are no packets.
struct SkippedBlocks {
    std::string what{};
    std::size_t count = 0;
    std::uint64_t bytes = 0;
};

/// What a capture held besides what was said in it: counts of packets, and why bytes were not read.
struct CaptureSummary {
    std::size_t packets = 0;        // each is a segment, a joined fragment or unread
    std::size_t segments = 0;       // of TCP
    std::size_t joined = 0;         // IP fragments that came out with the last one of their packet
    std::size_t untracked = 0;      // segments of connections beyond the limit; among the unread
    double seconds = 0;             // from the first packet to the latest
    std::size_t times_back = 0;     // packets that say they are older than the one before
    std::size_t without_time = 0;   // they are told with the time of the one before
    std::uint64_t file_bytes = 0;   // unpacked
    std::uint64_t unread_bytes = 0; // behind the trouble
    bool compressed = false;
    std::string link{};    // "Ethernet", "Ethernet, raw IP"
    std::string trouble{}; // a sentence: the file ends too early; may be empty
    std::vector<Unread> unread{};
    std::vector<SkippedBlocks> blocks{};
    std::vector<ConnectionInfo> connections{};
};

/// How a capture is read. Pointers and callables outlive the reading.
struct CaptureOptions {
    const wire::Profile* assumed = nullptr;
    std::size_t max_connections = 20'000; // that are followed
    StreamListener stream{};              // hears the bytes themselves too
};

/// Reads the whole file, "-" for stdin: pcap, pcapng or a recorded session in JSON lines, also with gzip. A session is
/// read as the packets that write_capture() makes of it. The error is a sentence: what cannot be opened or is no
/// capture. `hear` returns false to stop.
std::expected<CaptureSummary, std::string> read_capture(const std::string& file, const CaptureOptions& options,
                                                        const std::function<bool(const Heard&)>& hear);

/// The same of a file that is open, and of which nothing was read.
std::expected<CaptureSummary, std::string> read_capture(ByteFile file, const CaptureOptions& options,
                                                        const std::function<bool(const Heard&)>& hear);

/// Is there a capture in the file, by its first bytes, which stay unread? Waits for 64 bytes or its end.
bool holds_capture(ByteFile& file);

} // namespace ethpoc::record
