// Which chain of the store a `chain` subcommand means, opened.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "chain/blockchain.hpp"
#include "chain/named_genesis.hpp"
#include "cmd/context.hpp"
#include "cmd/node_setup.hpp"

namespace ethpoc::cmd {

struct OpenedChain {
    std::unique_ptr<chain::Store> store;
    std::unique_ptr<chain::Blockchain> chain;
    std::string store_name{}; // "--data-dir DIR"
};

/// The exit code, and a complaint, when something could not be read: what was found may then not be all. Asked before
/// it is shown.
std::optional<ExitCode> reading_failed(Context& context, const OpenedChain& opened);

/// A chain that is there, for reading, also while a node runs: of those that --genesis and --protocol allow the one
/// with the most blocks. Says on stderr what is wrong.
std::expected<OpenedChain, ExitCode> open_chain(Context& context, const config::Settings& settings);

/// A chain to write to; made when it is missing.
std::expected<OpenedChain, ExitCode> make_chain(Context& context, const config::Settings& settings,
                                                const chain::GenesisCandidate& genesis);

/// A chain to write to: one that is there, chosen as open_chain() does, or a new one.
std::expected<OpenedChain, ExitCode> open_or_make_chain(Context& context, const config::Settings& settings);

/// What --genesis and --protocol ask for; nothing where one is "auto".
struct Wanted {
    std::optional<std::uint32_t> version{}; // flat or eth. Its clients began with more than one genesis.
    std::optional<chain::GenesisCandidate> genesis{};
};
std::expected<Wanted, ExitCode> wanted_chain(Context& context, const config::Settings& settings);

/// Complains, and gives the exit code.
ExitCode refuse(Context& context, const std::string& what, const Error& error);
/// The same for a node that could not be opened: its store or its listener.
ExitCode refuse_to_start(Context& context, const config::Settings& settings, const Error& error);

} // namespace ethpoc::cmd
