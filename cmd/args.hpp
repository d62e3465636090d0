// The command line of the program, without the process around it.
#pragma once

#include "config/environment.hpp"

#include <cstdio>

namespace ethpoc::cmd {

/// Understands the command line and runs the subcommand. Writes only to `out` and `err`. Returns the exit code.
int run_program(int argc, const char* const* argv, const config::Environment& environment, std::FILE* out,
                std::FILE* err);

} // namespace ethpoc::cmd
