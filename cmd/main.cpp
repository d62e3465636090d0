// The process: arguments, environment and streams go in, the exit code comes out.
#include "cmd/args.hpp"

#include <csignal>

int main(int argc, char** argv) {
    // A reader that leaves (`ethpoc ... | head`) shows as a failed write, which Output takes quietly.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN); // a file at its limit is a failed write as well
    return ethpoc::cmd::run_program(argc, argv, ethpoc::config::process_environment(), stdout, stderr);
}
