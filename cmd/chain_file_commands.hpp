// The two `chain` subcommands that move files.
#pragma once

#include <string>

#include "cmd/context.hpp"
#include "config/settings.hpp"

namespace ethpoc::cmd {

/// Blocks of `file` into the store. The chain is that of --genesis or --protocol, else of the file itself.
ExitCode run_chain_import(Context& context, const config::Settings& settings, const std::string& file);
/// The blocks from 1 to the head into `file`; "-" is stdout. A file that exists is overwritten with `force` only.
ExitCode run_chain_export(Context& context, const config::Settings& settings, const std::string& file, bool force);

} // namespace ethpoc::cmd
