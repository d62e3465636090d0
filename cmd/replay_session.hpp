// Replay: one side of a recorded session, played against our own Session, and what we would have said instead.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chain/genesis.hpp"
#include "peer/session.hpp"
#include "record/session_file.hpp"

namespace ethpoc::cmd {

/// One message as it went out, or as it was recorded.
struct SpokenMessage {
    wire::MessageType type{};
    Bytes payload{};
};

/// Where what we say and what the genuine client said part ways. One of the two is missing, or both are there and
/// differ.
struct Difference {
    std::optional<SpokenMessage> recorded{};
    std::optional<SpokenMessage> ours{};
};

struct ReplayResult {
    std::uint64_t connection = 0;
    wire::Side as{}; // the side that our Session took
    const wire::Profile* profile = nullptr;
    std::size_t heard = 0;                // messages of the recorded other side that we understood
    std::size_t recorded = 0;             // messages that the genuine client said in our place
    std::size_t said = 0;                 // messages that we said
    std::vector<std::string> malformed{}; // what we could not understand
    std::size_t unexplained_bytes =
        0; // after the last whole frame, when the recording does not end in the middle of one
    std::optional<peer::End> refused{}; // we ended the session ourselves
    std::vector<Difference> differences{};

    bool ok() const { return malformed.empty() && unexplained_bytes == 0 && !refused; }
};

struct ReplayOptions {
    std::optional<chain::Genesis> genesis{};
    std::size_t fragment = 0; // cut the chunks into pieces of so many bytes; 0: as recorded
};

/// Plays connection `connection` of the session in `file`. The clock is the recording's. Our chain holds what the
/// genuine client sent in our place.
ReplayResult replay(const record::SessionFile& file, std::uint64_t connection, wire::Side as,
                    const ReplayOptions& options);

} // namespace ethpoc::cmd
