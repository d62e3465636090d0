// Exit codes of the program. Other programs are written against these numbers.
#pragma once

namespace ethpoc::cmd {

enum class ExitCode : int {
    done = 0,          // done, well-formed, passed
    negative = 1,      // malformed input, refused, a failed case, a point that was not reached
    usage = 2,         // bad command line or configuration
    io = 3,            // unreachable, or reading or writing failed
    internal = 4,      // a mistake of ours
    nothing = 5,       // nothing was selected
    interrupted = 130, // SIGINT
    terminated = 143,  // SIGTERM
};

} // namespace ethpoc::cmd
