// The process: arguments, environment and streams go in, the exit code comes out.
#include "cmd/args.hpp"

#include <csignal>

int main(int argc, char** argv) {
    // A reader that leaves (`ethpoc ... | head`) shows as a failed write, which Output takes quietly.
    std::signal(SIGPIPE, SIG_IGN);
    return ethpoc::cmd::run_program(argc, argv, ethpoc::config::process_environment(), stdout, stderr);
}
