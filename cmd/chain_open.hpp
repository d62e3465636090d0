// Which chain of the store a `chain` subcommand means, opened.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "chain/blockchain.hpp"
#include "cmd/context.hpp"
#include "cmd/node_setup.hpp"

namespace ethpoc::cmd {

struct OpenedChain {
    std::unique_ptr<chain::Store> store;
    std::unique_ptr<chain::Blockchain> chain;
};

/// A chain that is there, for reading, also while a node runs: that of --genesis or --protocol, else the one with the
/// most blocks. Says on stderr what is wrong.
std::expected<OpenedChain, ExitCode> open_chain(Context& context, const config::Settings& settings);

/// A chain to write to; made when it is missing.
std::expected<OpenedChain, ExitCode> make_chain(Context& context, const config::Settings& settings,
                                                const chain::Genesis& genesis, const chain::Rules& rules);

/// What --genesis and --protocol ask for; nothing when both are "auto".
struct ChosenChain {
    chain::Genesis genesis;
    const chain::Rules* rules = nullptr;
};
std::expected<std::optional<ChosenChain>, ExitCode> choose_chain(Context& context, const config::Settings& settings);

/// The genesis of 2014 with this hash, by the hash that its version uses.
std::optional<ChosenChain> known_chain(const Hash256& genesis_hash);

/// As --protocol takes it: "poc4", "17", "49".
std::string protocol_name(const chain::Rules& rules);

/// Complains, and gives the exit code.
ExitCode refuse(Context& context, const std::string& what, const Error& error);

} // namespace ethpoc::cmd
