// The subcommands of `ethpoc chain` that read the store; those that move files: chain_file_commands.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cmd/context.hpp"
#include "config/settings.hpp"

namespace ethpoc::cmd {

/// What the subcommands take beside the settings; each uses some of it.
struct ChainOptions {
    std::string what{}; // NUMBER, HASH, ADDRESS or FILE
    std::uint64_t from = 0;
    std::uint64_t count = 10;
    std::uint64_t keep = 256;
    std::optional<std::uint64_t> at{};
    bool resume = false;
    bool follow = false;
    bool force = false;
};

/// Each opens the chain that the settings mean, prints, and gives the exit code.
ExitCode run_chain_status(Context& context, const config::Settings& settings, const ChainOptions& given);
ExitCode run_chain_show(Context& context, const config::Settings& settings, const ChainOptions& given);
ExitCode run_chain_balance(Context& context, const config::Settings& settings, const ChainOptions& given);
ExitCode run_chain_find(Context& context, const config::Settings& settings, const ChainOptions& given);
ExitCode run_chain_verify(Context& context, const config::Settings& settings, const ChainOptions& given);
ExitCode run_chain_tail(Context& context, const config::Settings& settings, const ChainOptions& given);

} // namespace ethpoc::cmd
