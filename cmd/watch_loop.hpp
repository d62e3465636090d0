// A look at a running node again and again: a page that is drawn anew in its place on a terminal, a block of text or a
// line of JSON for each look otherwise.
#pragma once

#include <expected>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "cmd/peers_commands.hpp"
#include "cmd/view/peer_table.hpp"

namespace ethpoc::cmd {

struct WatchTimes {
    double every = 1;       // seconds between two looks
    double for_seconds = 0; // 0: until a signal
};

/// What a look finds is kept by the caller, for the one of the other two that is asked for then.
struct WatchCalls {
    std::function<std::optional<PeersRefusal>()> look; // why it found nothing; that is the end
    std::function<nlohmann::ordered_json()> line;      // with --json
    std::function<std::string(TableSize)> page;        // otherwise; a size of 0 where there is no terminal
};

/// Asks one path of the running node, within a patience that is shorter than that of a signal's sender.
std::expected<nlohmann::ordered_json, PeersRefusal> ask_running(const config::Settings& settings, const char* path,
                                                                std::string_view otherwise);

/// Until the time is over, a signal (its exit code), nobody reads, or a look finds nothing (the code of its refusal).
ExitCode run_watch(Context& context, WatchTimes times, const WatchCalls& calls);

} // namespace ethpoc::cmd
