// What the commands of `ethpoc wire` read: bytes in any shape, or a capture, whose streams are put together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cmd/wire_commands.hpp"

namespace ethpoc::cmd {

/// Whose bytes a stream of a capture is.
struct StreamOrigin {
    std::size_t connection = 0;
    wire::Side from{};
    std::uint64_t begin = 0; // of its first byte in what this side sent; not 0 only behind a gap
    std::string dialer{};    // "127.0.0.1:40001"
    std::string listener{};
};

struct WireStream {
    Bytes bytes{};
    show::Speech speech{};
    std::optional<StreamOrigin> origin{}; // nothing: plain bytes
};

struct WireInput {
    std::vector<WireStream> streams{}; // plain bytes: one; of a capture as many as it has, the dialer's first
    bool capture = false;
    std::string trouble{}; // not empty: not all of the capture could be read, and why; it was said

    std::size_t size() const; // bytes of all streams
    bool single() const noexcept { return streams.size() == 1; }
    /// The number of a stream as documents name it; nothing for plain bytes.
    std::optional<std::size_t> number_of(const WireStream& stream) const;
};

/// A capture (pcap, pcapng, JSON lines of a recorded session) and what is packed by gzip are known by their content,
/// unless --in says what the file holds. On failure the sentence was written.
std::expected<WireInput, ExitCode> read_wire(Output& out, const WireOptions& options);

/// The line above the frames of a stream of a capture, and its words: "connection 0, dialer 127.0.0.1:40001 to ..".
void show_heading(Output& out, const WireStream& stream);
std::string heading_of(const WireStream& stream);

/// The member "streams" of a document about a capture; nothing for plain bytes.
void write_streams(JsonWriter& json, const WireInput& input);
/// The member "error" of a document about a capture that could not be read to its end; otherwise nothing.
void write_trouble(JsonWriter& json, const WireInput& input);

} // namespace ethpoc::cmd
