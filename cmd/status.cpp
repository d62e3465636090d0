// ethpoc status: a running node at a glance, or what the files of a stopped one say.
#include <CLI/App.hpp>
#include <algorithm>
#include <array>
#include <filesystem>

#include "chain/store_lock.hpp"
#include "chain/u256.hpp"
#include "cmd/chain_open.hpp"
#include "cmd/view/chain_json.hpp"
#include "cmd/view/status_page.hpp"
#include "cmd/view/timestamp.hpp"
#include "cmd/watch_loop.hpp"
#include "peer/peer_file.hpp"

namespace ethpoc::cmd {

namespace {

using nlohmann::ordered_json;

struct StatusOptions {
    config::Flags flags{};
    bool watch = false;
    WatchTimes times{};
};

/// What a node says of itself, as the document of this command.
ordered_json status_of_node(ordered_json said) {
    ordered_json out{{"running", true}};
    out.update(said);
    const auto head = out.find("head");
    if (head != out.end() && head->is_object()) {
        const auto rules = head->find("rules");
        const auto* const known =
            rules != head->end() && rules->is_string() ? chain::find_rules(rules->get<std::string>()) : nullptr;
        (*head)["protocol"] = known == nullptr ? ordered_json() : ordered_json(protocol_name(*known));
    }
    return out;
}

bool has_file(const config::Settings& settings, std::string_view name) {
    std::error_code ignored;
    return std::filesystem::exists(settings.data_dir + "/" + std::string(name), ignored);
}

/// Adds "head" and "state", null where there is no chain yet.
std::optional<ExitCode> add_chain_of_files(Context& context, const config::Settings& settings, ordered_json& out) {
    out["head"] = nullptr;
    out["state"] = nullptr;
    if (!has_file(settings, chain::store_file_name)) { return {}; }
    auto opened = open_chain(context, settings);
    if (!opened) { return opened.error(); }
    chain::Blockchain& chain = *opened->chain;
    out["head"] = {{"number", chain.head().number},
                   {"hash", hex_text(chain.head().hash)},
                   {"total_difficulty", chain::to_decimal(chain.announced_total_difficulty())},
                   {"rules", chain.rules().name},
                   {"protocol", protocol_name(chain.rules())}};
    out["state"] = state_json(chain.state());
    return reading_failed(context, *opened);
}

/// Adds "known", "bans" and "special".
std::optional<ExitCode> add_peers_of_files(Context& context, const config::Settings& settings, ordered_json& out) {
    constexpr std::array paths{"/known", "/bans", "/peers"};
    std::array<ordered_json, paths.size()> said{};
    for (std::size_t i = 0; i < paths.size(); ++i) {
        auto answer = ask_file(context, settings, "GET", paths[i]);
        if (!answer) { return refuse(context, answer.error()); }
        said[i] = std::move(*answer);
    }
    const ordered_json& book = said[0]["known"];
    const auto tried = std::ranges::count_if(book, [](const ordered_json& row) { return row["table"] == "tried"; });
    out["known"] = {{"tried", tried}, {"new", static_cast<std::ptrdiff_t>(book.size()) - tried}};
    out["bans"] = said[1]["bans"].size();
    out["special"] = said[2]["special"];
    return {};
}

std::expected<ordered_json, ExitCode> status_of_files(Context& context, const config::Settings& settings) {
    if (!has_file(settings, chain::store_file_name) && !has_file(settings, peer::peer_file_name)) {
        const std::string where = printable(settings.data_dir, 4096);
        return std::unexpected(refuse(context, {ExitCode::negative, "input.nothing",
                                                "no node has run with --data-dir " + where +
                                                    "; `ethpoc run --data-dir " + where + "` starts one"}));
    }
    ordered_json out{{"running", false}};
    if (const auto failed = add_chain_of_files(context, settings, out)) { return std::unexpected(*failed); }
    if (const auto failed = add_peers_of_files(context, settings, out)) { return std::unexpected(*failed); }
    return out;
}

ExitCode watch_status(Context& context, const config::Settings& settings, WatchTimes times) {
    ordered_json now;
    const auto look = [&]() -> std::optional<PeersRefusal> {
        auto answer = ask_running(settings, "/status", "ethpoc status");
        if (!answer) { return std::move(answer.error()); }
        now = status_of_node(std::move(*answer));
        return {};
    };
    const auto line = [&] {
        ordered_json out{{"event", "status"}, {"ts", timestamp_now()}};
        out.update(now);
        return out;
    };
    const auto page = [&](TableSize size) {
        // The last line of a terminal is the one that the cursor is in.
        const std::size_t columns = size.columns == 0 ? context.out.width() : size.columns;
        return status_page(now, {columns, size.lines > 1 ? size.lines - 1 : size.lines});
    };
    return run_watch(context, times, {look, line, page});
}

/// The command that shows more.
std::string next_step(const config::Settings& settings, bool running) {
    const std::string command = running ? "ethpoc peers list" : "ethpoc run";
    return '`' + command + " --data-dir " + printable(settings.data_dir, 4096) + '`';
}

ExitCode run_status(Context& context, const config::Settings& settings, const StatusOptions& given) {
    if (given.watch) { return watch_status(context, settings, given.times); }
    constexpr std::chrono::seconds patience{10};
    auto said = ask_node(settings, "GET", "/status", patience);
    if (!said) { return refuse(context, said.error()); }
    const bool running = said->has_value();
    auto status = running ? status_of_node(std::move(**said)) : status_of_files(context, settings);
    if (!status) { return status.error(); }
    if (context.out.json()) {
        context.out.document(*status);
        return ExitCode::done;
    }
    context.out.text(status_page(*status, {context.out.width(), 0}));
    context.next = next_step(settings, running);
    return ExitCode::done;
}

constexpr std::array<std::string_view, 1> status_settings{"data-dir"};

} // namespace

void add_status(CLI::App& app, Context& context) {
    const auto given = std::make_shared<StatusOptions>();
    CLI::App* const sub =
        add_command(app, "status", "A node at a glance: peers, head, progress, queues; or what a stopped one has kept",
                    "ethpoc status --data-dir ./chain");
    given->flags.add_to(*sub, status_settings, config::default_settings(context.environment));
    auto* const watch = sub->add_flag("--watch", given->watch, "again and again, until a signal");
    sub->add_option("--every", given->times.every, "seconds between two looks (default: 1)")
        ->check(CLI::Range(0.1, 3600.0))
        ->needs(watch);
    sub->add_option("--for", given->times.for_seconds, "stop after so many seconds")
        ->check(CLI::PositiveNumber)
        ->needs(watch);
    sub->callback([&context, given] {
        context.action = [&context, given]() -> ExitCode {
            const auto resolved = load_settings(context, given->flags);
            return resolved ? run_status(context, resolved->settings, *given) : resolved.error();
        };
    });
}

} // namespace ethpoc::cmd
