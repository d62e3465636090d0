// Writing captures: bytes of TCP connections as a file that other tools can open: Ethernet, IPv4, TCP with its
// handshake, acknowledgements, checksums and end.
#pragma once

#include <cstddef>

#include "record/file_writer.hpp"
#include "record/session_file.hpp"

namespace ethpoc::record {

struct WrittenCapture {
    std::size_t packets = 0;
    std::size_t connections = 0;
};

/// Writes a recorded session, up to file.finish(). Connections dial 127.0.0.2:30303 from 127.0.0.1:40001 on. Errors:
/// those of the file.
Result<WrittenCapture> write_capture(FileWriter& file, const SessionFile& session);

} // namespace ethpoc::record
