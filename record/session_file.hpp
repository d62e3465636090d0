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
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/file_writer.hpp"
#include "record/recording.hpp"
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

/// A recorded session in memory: what its first line says, and all lines after it.
struct SessionFile {
    std::string client{};
    std::string scenario{};
    std::string what{};
    std::vector<SessionLine> lines{};
    std::string trouble{}; // a sentence when the last line is cut off; the lines before it are here
};

/// What one side of one connection said.
struct SessionStream {
    std::uint64_t connection = 0;
    wire::Side from{};
    std::vector<Bytes> chunks{};

    /// All chunks, one after the other.
    Bytes joined() const;
};

/// The error is a sentence with file and line.
std::expected<SessionFile, std::string> read_session(const std::filesystem::path& file);

/// Both directions of every connection, in the order of their first bytes.
std::vector<SessionStream> streams_of(const SessionFile& session);

/// Do these bytes, the first of a file, begin a recorded session in JSON lines? 64 of them are enough.
bool begins_session(BytesView head);

/// One line of the file; nothing for the one that tells what the session is, and for empty ones. The error is a
/// sentence without its place.
std::expected<std::optional<SessionLine>, std::string> parse_session_line(std::string_view text);

/// Writes a recording as it happens, line by line. The file gets its name with the first line, so that no recording
/// replaces an older one before there is room for it.
class SessionWriter final : public Recording {
  public:
    /// The three texts go into the first line, which tells what the session is.
    SessionWriter(FileWriter file, const std::string& client, const std::string& scenario, const std::string& what);
    void write(const SessionLine& line) override;
    void finish() override { keep(file_.finish()); }

  private:
    void write_text(const std::string& line);
};

} // namespace ethpoc::record
