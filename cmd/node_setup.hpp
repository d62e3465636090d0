// From settings to a node: names become rows of tables, files become keys and genesis blocks. Every mistake is a
// sentence for the user.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "chain/blockchain.hpp"
#include "chain/named_genesis.hpp"
#include "cmd/exit_code.hpp"
#include "config/merge.hpp"
#include "peer/node.hpp"

namespace ethpoc::cmd {

/// PoC-4: whose chain is opened when nothing is asked for.
inline constexpr std::uint32_t default_version = 11;

struct SetupError {
    ExitCode code = ExitCode::usage;
    std::string sentence;
};

/// What `settings` ask for. Makes the data directory and the node key when they are missing.
std::expected<peer::NodeOptions, SetupError> node_options(const config::Settings& settings);

/// What --state asks for.
chain::StateCheck state_check(const config::Settings& settings);

/// The part of it that limits what peers may cost; touches no file.
peer::NodeOptions limits_of(const config::Settings& settings);

/// Whom --dial names: HOST:PORT each.
std::vector<std::string> special_peers(const config::Settings& settings);

/// What we call ourselves in Hello: "ethpoc/v0.1.0".
std::string default_client_id();

/// As --protocol takes it: "poc4", "17", "49".
std::string protocol_name(const chain::Rules& rules);

/// The row that a --protocol name means; nullptr for "auto".
std::expected<const wire::Profile*, SetupError> protocol_row(const std::string& name);

/// The rows that --protocol may mean: a bare eth version came with more than one p2p version for a while. All are of
/// one chain version. None for "auto".
std::expected<std::vector<const wire::Profile*>, SetupError> protocol_rows(const std::string& name);

/// What --genesis names, with the rules that go with it: of `version` (flat or eth), or of whatever version fits.
std::expected<chain::GenesisCandidate, SetupError> named_genesis(const std::string& name,
                                                                 std::optional<std::uint32_t> version = {});

/// The exit code for an error of opening a node: 3 for what the machine refuses, 2 for what the user can correct.
ExitCode exit_code_of(const Error& error);

} // namespace ethpoc::cmd
