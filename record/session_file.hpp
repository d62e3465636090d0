// Recorded sessions: what went over TCP between two peers, chunk by chunk. The form in which `tap` records and `replay`
// reads.
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
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "rlp/bytes.hpp"
#include "wire/conversation.hpp"

namespace ethpoc::record {

/// One line: `bytes` from `from`, or, with no bytes, what happened to the connection.
struct SessionLine {
    double seconds = 0; // since the recording began
    std::uint64_t connection = 0;
    std::optional<wire::Side> from{};
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
    wire::Side from{};
    std::vector<Bytes> chunks{};

    Bytes joined() const;
};

/// The error is a sentence with file and line.
std::expected<SessionFile, std::string> read_session(const std::filesystem::path& file);

/// Both directions of every connection, in the order of their first bytes.
std::vector<SessionStream> streams_of(const SessionFile& session);

/// Writes a recording as it happens; each line is flushed, so that a recording that is cut off can be read up to there.
class SessionWriter {
  public:
    /// good() is false when the file cannot be written.
    SessionWriter(const std::filesystem::path& file, const std::string& client, const std::string& scenario,
                  const std::string& what);
    void write(const SessionLine& line);
    bool good() const { return out_.good(); }

  private:
    std::ofstream out_;
};

} // namespace ethpoc::record
