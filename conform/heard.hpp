// Heard: what a target said in a case, and how each connection ended. The two axes of every verdict.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "conform/script.hpp"
#include "rlp/bytes.hpp"
#include "wire/message.hpp"

namespace ethpoc::conform {

/// Since the stimulus began.
using Since = std::chrono::nanoseconds;

/// One whole frame of the target.
struct HeardMessage {
    Since at{};
    wire::MessageType type = wire::MessageType::Unknown; // Unknown too when the profile cannot read it
    Bytes payload{};                                     // the RLP without the frame header
    bool before_stimulus = false;                        // while Hellos were exchanged
    bool readable = true;
    // It answers what the tester asked on its own behind the stimulus: the barrier, or the question of a check. A Pong
    // does not say to which Ping it belongs; of those that came, the last one is the answer to the barrier.
    bool ours = false;
};

/// How a connection ended.
enum class Ending : std::uint8_t {
    open,  // when the case was over
    fin,   // the target closed its direction
    reset, // the connection broke
    ours,  // the stimulus closed it
};

/// One connection of a case.
struct HeardLine {
    std::vector<HeardMessage> messages{};
    Ending ending = Ending::open;
    Since ended_at{};
    bool connected = false; // false: it was refused (then `reset`), or never made (then `open`)
    bool greeted = false;   // the target's Hello came
    bool asked = false;     // the barrier was sent: the Ping after the stimulus
    Since asked_at{};
    bool barrier = false;   // and answered
    bool eth_asked = false; // GetBlockHashes was sent behind the stimulus, for <eth-alive> and <eth-silent>
    Since longest_pause{};  // between two pieces of one frame of the target
    bool no_frames = false; // bytes came that are no frame
    Bytes our_hello{};      // payload of the last Hello that we said here; empty: none
};

/// All that was heard in one run of a case.
struct Heard {
    std::vector<HeardLine> lines{};      // by Line
    std::vector<HeardMessage> control{}; // what came on the control connection since the stimulus began
    bool alive = false;                  // the control connection was answered afterwards
    Since stimulus_ended{};              // its last write, pause or observation was over
    std::uint64_t memory_growth = 0;     // bytes, of the process of --pid; 0: not measured
    std::vector<Bytes> told{};           // things_told() of the stimulus, for <relayed>, <echoed> and their opposites
    std::size_t dials = 0;               // connections made to Facts::own_endpoint that no `dialled( )` waited for
    bool self_dial = false;              // --pid: the process has a connection between itself and its own listener
};

} // namespace ethpoc::conform
