// Outcomes: what the runs of a tester came to, as values. The runner makes them, every report is made from them, and
// the JSON document is them once more.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "conform/case.hpp"
#include "conform/heard.hpp"
#include "conform/verdict.hpp"

namespace ethpoc::conform {

/// A part of a transcript: one write, one frame that came, or something that happened.
struct Spoken {
    /// What the part tells of; it says which of the members below mean something.
    enum class What : std::uint8_t {
        sent,    // `bytes`, in one write
        came,    // `bytes`: one whole frame of the target, or a run of bytes that is none
        happened // `note` says it: "connected", "pause 20ms", "closed by the target"
    };
    Since at{}; // since the stimulus began; before it: negative
    Line line = 0;
    What what{};
    Bytes bytes{};          // at most the first `kept_bytes`
    std::uint64_t size = 0; // of all of them
    std::string note{};     // with bytes: the name of the message, or empty

    static constexpr std::size_t kept_bytes = 512;
};

/// One run: of a case, or of a sub-case.
struct Outcome {
    std::string id{};       // "F01", "R22.01"
    std::string slug{};     // of its case
    std::string name{};     // of the sub-case; empty
    std::string sentence{}; // of wire/PROTOCOL.md
    Level level{};
    Verdict verdict{};
    Verdict plain{};        // before the expectation file and --strict
    std::string stimulus{}; // these three as the table has them
    std::string accept{};
    std::string tolerate{};
    std::string seen{};   // in the same words: "pong, disc(2)<=12ms"; more lines: "hold / 2: disc(5)"
    std::string reason{}; // why it was skipped, is unknown or expected; what a check reports. May be empty
    Since took{};
    std::vector<Spoken> transcript{}; // bounded: at most `kept_entries`, then a note that says how many are left out

    static constexpr std::size_t kept_entries = 200;
};

/// One tester's work on one target.
struct Report {
    std::string target{};       // "127.0.0.1:30303", "--listen 127.0.0.1:30303"
    std::string client_id{};    // as it says of itself: any bytes, never trusted
    std::string profile{};      // name of the row: "7", "p2p2/eth49"
    bool target_dials = false;  // the role of the target
    std::string tester{};       // "ethpoc 0.1.0"
    std::string started{};      // RFC 3339, UTC
    std::string expectations{}; // the file; empty: none
    std::uint64_t seed = 1;
    bool strict = false;
    Since took{};
    bool complete = true;            // false: it was broken off, what is not here was not run
    std::vector<Outcome> outcomes{}; // in the order of the table
};

} // namespace ethpoc::conform
