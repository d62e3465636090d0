// Recorded sessions: what went over TCP between two peers, chunk by chunk.
//
//   {"session": {"client": "py-v8", "scenario": "pair", "what": "..."}}
//   {"t": 0.0024, "conn": 1, "from": "dialer", "hex": "2240089100000002c110"}
//   {"t": 29.80, "conn": 1, "from": "dialer", "event": "eof"}
//
// One JSON object a line. Chunks are as they were read from the socket: their borders are TCP's and not those of
// frames.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "rlp/bytes.hpp"

namespace ethpoc::test {

enum class Side : std::uint8_t { none, dialer, listener };

/// One line: `bytes` from `from`, or, with no bytes, what happened to the connection.
struct SessionLine {
    double seconds = 0; // since the recording began
    std::uint64_t connection = 0;
    Side from = Side::none;
    Bytes bytes{};
    std::string event{}; // "open", "eof", ...
};

struct SessionFile {
    std::string client{};
    std::string scenario{};
    std::string what{};
    std::vector<SessionLine> lines{};
};

/// What one side of one connection said.
struct SessionStream {
    std::uint64_t connection = 0;
    Side from = Side::none;
    std::vector<Bytes> chunks{};

    Bytes joined() const;
};

/// The error says which line is wrong, and why.
std::expected<SessionFile, std::string> read_session(const std::filesystem::path& file);
/// False when the file cannot be written.
bool write_session(const std::filesystem::path& file, const SessionFile& session);

/// Both directions of every connection, in the order of their first bytes.
std::vector<SessionStream> streams_of(const SessionFile& session);

} // namespace ethpoc::test
