// Writing captures: bytes of TCP connections as a file that other tools can open: Ethernet, IPv4, TCP with its
// handshake, acknowledgements, checksums and end.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "record/session_file.hpp"

namespace ethpoc::record {

struct WrittenCapture {
    std::size_t packets = 0;
    std::size_t connections = 0;
};

/// Writes a recorded session. Connections dial 127.0.0.2:30303 from 127.0.0.1:40001 on. The error is a sentence.
std::expected<WrittenCapture, std::string> write_capture(const std::string& file, const SessionFile& session);

} // namespace ethpoc::record
