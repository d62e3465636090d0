// ethpoc peers watch: who is connected to a running node, as it changes.
#include "cmd/peers_commands.hpp"
#include "cmd/view/peer_table.hpp"
#include "cmd/view/timestamp.hpp"
#include "cmd/watch_loop.hpp"

namespace ethpoc::cmd {

ExitCode run_peers_watch(Context& context, const config::Settings& settings, const PeersOptions& given) {
    nlohmann::ordered_json node;
    nlohmann::ordered_json peers;
    const auto look = [&]() -> std::optional<PeersRefusal> {
        for (const auto& [path, into] : {std::pair{"/status", &node}, std::pair{"/peers", &peers}}) {
            auto answer = ask_running(settings, path, "ethpoc peers list");
            if (!answer) { return std::move(answer.error()); }
            *into = std::move(*answer);
        }
        return {};
    };
    const auto line = [&]() -> nlohmann::ordered_json {
        return {{"event", "peers"}, {"ts", timestamp_now()}, {"node", node}, {"peers", peers["peers"]}};
    };
    const auto page = [&](TableSize size) {
        constexpr std::size_t heading = 3; // with the line that the cursor is in
        const std::size_t lines = size.lines > heading + 2 ? size.lines - heading : size.lines;
        return watch_heading(node, peers["peers"], size.columns) + "\n\n" +
               peer_table(peers["peers"], {size.columns, lines});
    };
    return run_watch(context, {given.every, given.for_seconds}, {look, line, page});
}

} // namespace ethpoc::cmd
