// The subcommands of `ethpoc peers`, and where they get what they show: from a running node through its control socket,
// or from the file of a stopped one.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "cmd/context.hpp"
#include "config/settings.hpp"

namespace ethpoc::cmd {

/// What the subcommands take beside --data-dir; each uses some of it.
struct PeersOptions {
    std::string peer{}; // HOST:PORT, or IP[:PORT] of a ban
    bool known = false;
    bool bans = false;
    bool special = false;
    std::uint64_t seconds = 24 * 3600; // of a ban
    std::string reason = "banned by hand";
    double every = 1;       // seconds between two looks
    double for_seconds = 0; // 0: until a signal
};

ExitCode run_peers_list(Context& context, const config::Settings& settings, const PeersOptions& given);
ExitCode run_peers_show(Context& context, const config::Settings& settings, const PeersOptions& given);
ExitCode run_peers_add(Context& context, const config::Settings& settings, const PeersOptions& given);
ExitCode run_peers_remove(Context& context, const config::Settings& settings, const PeersOptions& given);
ExitCode run_peers_ban(Context& context, const config::Settings& settings, const PeersOptions& given);
ExitCode run_peers_unban(Context& context, const config::Settings& settings, const PeersOptions& given);
ExitCode run_peers_watch(Context& context, const config::Settings& settings, const PeersOptions& given);

/// Why there is no answer.
struct PeersRefusal {
    ExitCode code = ExitCode::io;
    std::string_view word = "input.unreadable";
    std::string sentence{};
};

/// What the node of this data directory answers within `patience`; nothing: no node runs there.
std::expected<std::optional<nlohmann::ordered_json>, PeersRefusal> ask_node(const config::Settings& settings,
                                                                            const std::string& method,
                                                                            const std::string& target,
                                                                            std::chrono::milliseconds patience);

/// The same for a stopped node: what its file says, or what was done to it. `method` and `target` are those of the
/// control socket (peer/control.hpp), the paths /peers/..., /known and /bans.
/// Lines of the file that cannot be read are complained of.
std::expected<nlohmann::ordered_json, PeersRefusal> ask_file(Context& context, const config::Settings& settings,
                                                             const std::string& method, const std::string& target);

/// Says so, and gives the exit code.
ExitCode refuse(Context& context, const PeersRefusal& refusal);

} // namespace ethpoc::cmd
