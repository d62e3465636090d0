// ethpoc peers: the peers of a running node, or what a stopped one remembers of them. A row of `commands` each.
#include <CLI/App.hpp>
#include <array>

#include "cmd/peers_commands.hpp"
#include "cmd/view/peer_table.hpp"
#include "http/query.hpp"
#include "rlp/bytes.hpp"
#include "sync/chain_thread.hpp"

namespace ethpoc::cmd {

namespace {

using nlohmann::ordered_json;

constexpr std::chrono::seconds patience{10};

/// From the node, or from its file; with "running" in front, which says from which.
std::expected<ordered_json, ExitCode> ask_either(Context& context, const config::Settings& settings,
                                                 const std::string& method, const std::string& target) {
    auto answer = ask_node(settings, method, target, patience);
    if (!answer) { return std::unexpected(refuse(context, answer.error())); }
    ordered_json out{{"running", answer->has_value()}};
    if (!*answer) {
        auto of_file = ask_file(context, settings, method, target);
        if (!of_file) { return std::unexpected(refuse(context, of_file.error())); }
        *answer = std::move(*of_file);
    }
    out.update(**answer);
    return out;
}

std::string peer_target(const char* path, const std::string& peer) {
    return std::string(path) + "?peer=" + http::percent_encode(peer);
}

/// Has it done, and says `sentence`.
ExitCode order(Context& context, const config::Settings& settings, const std::string& target, const PeersOptions& given,
               const std::string& sentence) {
    auto done = ask_either(context, settings, "POST", target);
    if (!done) { return done.error(); }
    if (context.out.json()) {
        (*done)["peer"] = given.peer;
        context.out.document(*done);
        return ExitCode::done;
    }
    const bool running = done->value("running", false);
    context.out.text(printable(given.peer, 300) + ": " + sentence +
                     (running ? "\n" : " (no node is running; it will read this when it starts)\n"));
    return ExitCode::done;
}

std::string list_text(const ordered_json& answer, const PeersOptions& given) {
    const std::uint64_t now = sync::wall_seconds();
    if (given.known) { return answer["known"].empty() ? "no address is known\n" : known_table(answer["known"], now); }
    if (given.bans) { return answer["bans"].empty() ? "nobody is banned\n" : ban_table(answer["bans"], now); }
    std::string out = answer["peers"].empty() ? "no peer is connected\n" : peer_table(answer["peers"]);
    for (const ordered_json& special : answer["special"]) {
        out += "special: " + special.get<std::string>() + "\n";
    }
    return out;
}

} // namespace

ExitCode run_peers_list(Context& context, const config::Settings& settings, const PeersOptions& given) {
    const std::string what = given.known ? "/known" : given.bans ? "/bans" : "/peers";
    const auto answer = ask_either(context, settings, "GET", what);
    if (!answer) { return answer.error(); }
    if (context.out.json()) {
        context.out.document(*answer);
        return ExitCode::done;
    }
    if (!answer->value("running", false)) {
        context.out.complain("no node is running with --data-dir " + printable(settings.data_dir, 4096) +
                             "; this is what it has kept");
    }
    context.out.text(list_text(*answer, given));
    return ExitCode::done;
}

ExitCode run_peers_show(Context& context, const config::Settings& settings, const PeersOptions& given) {
    const auto answer = ask_either(context, settings, "GET", "/peers/" + http::percent_encode(given.peer));
    if (!answer) { return answer.error(); }
    if (context.out.json()) {
        context.out.document(*answer);
        return ExitCode::done;
    }
    for (const ordered_json& peer : (*answer)["peers"]) {
        context.out.text(peer_page(peer) + "\n");
    }
    const ordered_json& known = (*answer)["known"];
    context.out.text(known.is_null() ? "not in the address book\n" : known_page(known, sync::wall_seconds()));
    return ExitCode::done;
}

ExitCode run_peers_add(Context& context, const config::Settings& settings, const PeersOptions& given) {
    return order(context, settings, peer_target("/peers/add", given.peer) + (given.special ? "&special=1" : ""), given,
                 given.special ? "a special peer from now on" : "will be dialled");
}

ExitCode run_peers_remove(Context& context, const config::Settings& settings, const PeersOptions& given) {
    return order(context, settings, peer_target("/peers/remove", given.peer), given, "removed");
}

ExitCode run_peers_ban(Context& context, const config::Settings& settings, const PeersOptions& given) {
    return order(context, settings,
                 peer_target("/peers/ban", given.peer) + "&for=" + std::to_string(given.seconds) +
                     "&reason=" + http::percent_encode(given.reason),
                 given, "banned for " + std::to_string(given.seconds) + " s");
}

ExitCode run_peers_unban(Context& context, const config::Settings& settings, const PeersOptions& given) {
    return order(context, settings, peer_target("/peers/unban", given.peer), given, "banned no more");
}

namespace {

void add_endpoint(CLI::App& app, PeersOptions& given) {
    app.add_option("peer", given.peer, "HOST:PORT")->required()->type_name("HOST:PORT");
}

void add_scope(CLI::App& app, PeersOptions& given) {
    app.add_option("address", given.peer, "an IP address, or with a port one peer of it")
        ->required()
        ->type_name("IP[:PORT]");
}

void add_list_options(CLI::App& app, PeersOptions& given) {
    auto* const known = app.add_flag("--known", given.known, "the addresses that the node knows instead");
    app.add_flag("--bans", given.bans, "who is banned instead")->excludes(known);
}

void add_add_options(CLI::App& app, PeersOptions& given) {
    add_endpoint(app, given);
    app.add_flag("--special", given.special, "always dialled again, over restarts too, and never dropped for others");
}

void add_ban_options(CLI::App& app, PeersOptions& given) {
    add_scope(app, given);
    app.add_option("--for", given.seconds, "seconds (default: 86400, a day)")->check(CLI::PositiveNumber);
    app.add_option("--reason", given.reason, "a few words for people (default: banned by hand)");
}

void add_watch_options(CLI::App& app, PeersOptions& given) {
    app.add_option("--every", given.every, "seconds between two looks (default: 1)")->check(CLI::Range(0.1, 3600.0));
    app.add_option("--for", given.for_seconds, "stop after so many seconds")->check(CLI::PositiveNumber);
}

struct PeersCommand {
    const char* name;
    const char* description;
    const char* example;
    void (*add_options)(CLI::App&, PeersOptions&);
    ExitCode (*run)(Context&, const config::Settings&, const PeersOptions&);
};

constexpr std::array peers_commands{
    PeersCommand{"list", "Who is connected, who is known, who is banned", "ethpoc peers list --data-dir ./chain",
                 add_list_options, run_peers_list},
    PeersCommand{"show", "All that is known of one", "ethpoc peers show 192.0.2.1:30303 --data-dir ./chain",
                 add_endpoint, run_peers_show},
    PeersCommand{"add", "Dial one", "ethpoc peers add 192.0.2.1:30303 --special --data-dir ./chain", add_add_options,
                 run_peers_add},
    PeersCommand{"remove", "End its connections and forget it",
                 "ethpoc peers remove 192.0.2.1:30303 --data-dir ./chain", add_endpoint, run_peers_remove},
    PeersCommand{"ban", "End all connections of an address, and let it in no more",
                 "ethpoc peers ban 192.0.2.1 --for 3600 --reason \"sends nonsense\" --data-dir ./chain",
                 add_ban_options, run_peers_ban},
    PeersCommand{"unban", "Let an address in again", "ethpoc peers unban 192.0.2.1 --data-dir ./chain", add_scope,
                 run_peers_unban},
    PeersCommand{"watch", "Who is connected, as it changes", "ethpoc peers watch --data-dir ./chain", add_watch_options,
                 run_peers_watch},
};

constexpr std::array<std::string_view, 1> which_node{"data-dir"};

void add_peers_command(CLI::App& parent, Context& context, const PeersCommand& command) {
    struct Given {
        config::Flags flags{};
        PeersOptions own{};
    };
    const auto given = std::make_shared<Given>();
    CLI::App* const sub = add_command(parent, command.name, command.description, command.example);
    given->flags.add_to(*sub, which_node, config::default_settings(context.environment));
    command.add_options(*sub, given->own);
    sub->callback([&context, given, run = command.run] {
        context.action = [&context, given, run]() -> ExitCode {
            const auto resolved = load_settings(context, given->flags);
            return resolved ? run(context, resolved->settings, given->own) : resolved.error();
        };
    });
}

} // namespace

void add_peers(CLI::App& app, Context& context) {
    CLI::App* const peers = add_command(app, "peers", "The peers of a running node, or those a stopped one remembers",
                                        "ethpoc peers watch --data-dir ./chain");
    peers->require_subcommand(1);
    for (const PeersCommand& command : peers_commands) {
        add_peers_command(*peers, context, command);
    }
}

} // namespace ethpoc::cmd
