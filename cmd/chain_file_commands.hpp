// The `chain` subcommands that move files, and those that change the store's own.
#pragma once

#include <cstdint>
#include <string>

#include "cmd/context.hpp"
#include "config/settings.hpp"

namespace ethpoc::cmd {

/// Blocks of `file` into the store. The chain is that of --genesis or --protocol, else of the file itself.
ExitCode run_chain_import(Context& context, const config::Settings& settings, const std::string& file);
/// The blocks from 1 to the head into `file`; "-" is stdout. A file that exists is overwritten with `force` only.
ExitCode run_chain_export(Context& context, const config::Settings& settings, const std::string& file, bool force);
/// Side-chain blocks `keep` heights or more below the head leave the store, and the file gives their room back.
ExitCode run_chain_prune(Context& context, const config::Settings& settings, std::uint64_t keep);
/// What is whole of a damaged store goes into a new file; the old one stays beside it, over an earlier one with `force`
/// only. Negative when something is gone.
ExitCode run_chain_repair(Context& context, const config::Settings& settings, bool force);

} // namespace ethpoc::cmd
