// What `mine` and `run --mine` have in common.
#pragma once

#include <expected>
#include <string>

#include "cmd/context.hpp"
#include "rlp/bytes.hpp"

namespace ethpoc::cmd {

struct MiningOptions {
    std::string coinbase{}; // empty: the address of all zeros, which is nobody's
    unsigned threads = 1;
};

/// --coinbase and --threads.
void add_mining_options(CLI::App& app, MiningOptions& options);

/// Complains when --coinbase is no address.
std::expected<Address, ExitCode> coinbase_of(Context& context, const MiningOptions& options);

} // namespace ethpoc::cmd
