// Script: the stimulus of a case for one target, as the bytes of each write and what lies between them.
//
//   "2240 | 20ms | {Ping}"      write 22 40, pause 20 ms, write 22 40 08 91 00 00 00 02 c1 02
//
// The grammar stands in cases.def. No I/O, no clock; the same text, facts and id always give the same script.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "conform/facts.hpp"
#include "rlp/error.hpp"

namespace ethpoc::conform {

/// Which of the connections of a case. The first one is 0; those of second( ) and dialled( ) follow in their order.
using Line = std::uint16_t;

/// One step of a stimulus.
struct Step {
    /// What is done; it says which of the members below mean something.
    enum class Kind : std::uint8_t {
        write,       // `bytes`, in one write
        pause,       // `time`
        await_hello, // until the target's Hello is there, for `time` at most
        breath,      // until what was sent is read by itself and answered, at the pace of the target's client
        observe,     // `time`; Ping is answered
        silent,      // `time`; nothing is answered
        finish,      // our direction is closed
        reset,       // the connection is
        stop_reading,
        open,   // another connection is made by us
        accept, // and one that the target makes
    };
    Kind kind{};
    Line line = 0;
    Bytes bytes{};
    std::chrono::milliseconds time{};
    /// write: the last frame begun on this line is not whole after it, so nothing of our own may be written.
    bool inside_frame = false;
};

/// The steps in their order. Owns their bytes.
struct Script {
    std::vector<Step> steps{};
    Line lines = 1;
    /// By Line: where the sub-protocols of the session are once all was sent. Those of the facts, but where the
    /// stimulus has a Hello with other capabilities.
    std::vector<wire::IdOffsets> offsets{};

    /// Its pauses and waits, each in full.
    std::chrono::milliseconds time() const noexcept;
};

/// Our node id on a line of a case: made from the id of the case, so that no two are the same and each run has the
/// same.
NodeId node_id_of(std::string_view case_id, Line line);

/// What the text means for this target. Errors: a text that is no stimulus (script.syntax), with its offset in `text`;
/// and a fact that is not known (script.unknown_fact, the detail names it), for which a case is skipped.
Result<Script> read_stimulus(std::string_view text, std::string_view case_id, const Facts& facts);

/// A good Hello of ours for this line, framed.
Bytes hello_frame(const Facts& facts, std::string_view case_id, Line line);
/// A good Status of ours, framed; empty in the flat family.
Bytes status_frame(const Facts& facts);
/// How we take leave, framed: Disconnect 08, or 00 in versions that have no 08.
Bytes disconnect_frame(const Facts& facts);

} // namespace ethpoc::conform
