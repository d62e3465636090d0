// The reading half of `ethpoc pcap`.
#pragma once

#include <optional>
#include <string>

#include "cmd/context.hpp"

namespace ethpoc::cmd {

struct PcapReading {
    std::string file;
    std::string protocol = "auto";
    std::optional<std::size_t> follow{};
    std::size_t width = 0; // 0: of the terminal
    bool tree = false;     // the bytes of each message too
};

/// Shows what was said in a capture, and what of the file is not shown and why. Negative when something is malformed,
/// is missing, or was not understood.
ExitCode read_pcap(Context& context, const PcapReading& options);

} // namespace ethpoc::cmd
