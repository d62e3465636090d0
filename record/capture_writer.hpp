// Writing captures: bytes of TCP connections as a file that other tools can open: Ethernet, IPv4, TCP with its
// handshake, acknowledgements, checksums and end (record/session_segments.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "record/file_writer.hpp"
#include "record/recording.hpp"
#include "record/session_file.hpp"

namespace ethpoc::record {

/// Which file format is written: classic pcap, or pcapng.
enum class CaptureForm : std::uint8_t { pcap, pcapng };

/// What the ending of a name asks for, in letters of either case; nothing: another ending.
std::optional<CaptureForm> capture_form_of(const std::string& name);

/// How much write_capture() wrote.
struct WrittenCapture {
    std::size_t packets = 0;
    std::size_t connections = 0;
};

/// Writes a recorded session, up to file.finish(). Its packets are of 2014-03-01: a recording knows no date. Errors:
/// those of the file.
Result<WrittenCapture> write_capture(FileWriter& file, const SessionFile& session,
                                     CaptureForm form = CaptureForm::pcap);

/// Writes a conversation as a capture while it goes on, packet by packet: nothing of it is kept in memory. The file
/// gets its name with its header; what is flushed are whole packets.
class CaptureWriter final : public Recording {
  public:
    /// `started`: seconds since 1970 at which the lines begin to count. A pcapng file holds the `comment`.
    CaptureWriter(FileWriter file, CaptureForm form, std::int64_t started, const std::string& comment);
    ~CaptureWriter() override;

    void write(const SessionLine& line) override;
    void finish() override;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace ethpoc::record
