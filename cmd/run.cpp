// ethpoc run: a peer that listens, dials, syncs and relays until it is stopped.
#include <CLI/App.hpp>
#include <atomic>
#include <cstdlib>
#include <unistd.h>

#include "cmd/chain_open.hpp"
#include "cmd/context.hpp"
#include "cmd/descriptors.hpp"
#include "cmd/each_minute.hpp"
#include "cmd/mining_options.hpp"
#include "cmd/node_setup.hpp"
#include "cmd/reload.hpp"
#include "cmd/signals.hpp"
#include "cmd/view/events.hpp"
#include "cmd/view/log.hpp"
#include "peer/service_manager.hpp"

namespace ethpoc::cmd {

namespace {

struct RunOptions {
    config::Flags flags{};
    double seconds = 0; // 0: until a signal
    bool mine = false;
    MiningOptions mining{};
};

/// Where a service manager wants to hear that we are ready.
std::string notify_socket() {
    const char* const name = std::getenv("NOTIFY_SOCKET"); // before any thread is started
    return name == nullptr ? "" : name;
}

/// For the people who look at the service.
std::string state_of(const peer::Node& node) {
    const std::string& where = node.listen_address();
    return where.empty() ? "running, not listening" : "listening on " + where;
}

/// SIGHUP has two meanings: read the settings again, and the terminal of this command has been closed.
class Terminal {
  public:
    bool has_gone() const { return had_one_ && ::isatty(STDIN_FILENO) != 1; }

  private:
    bool had_one_ = ::isatty(STDIN_FILENO) == 1;
};

/// The exit code when it cannot be.
std::optional<ExitCode> add_mining(Context& context, const RunOptions& given, peer::NodeOptions& options) {
    if (!given.mine) { return {}; }
    const auto coinbase = coinbase_of(context, given.mining);
    if (!coinbase) { return coinbase.error(); }
    options.mine = peer::Mining{{.coinbase = *coinbase}, given.mining.threads};
    return {};
}

ExitCode run(Context& context, const RunOptions& given) {
    const auto resolved = load_settings(context, given.flags);
    if (!resolved) { return resolved.error(); }
    auto options = node_options(resolved->settings);
    if (!options) {
        context.out.complain(options.error().sentence);
        return options.error().code;
    }
    if (const auto refused = add_mining(context, given, *options)) { return *refused; }
    options->peers.target_peers = resolved->settings.target_peers;
    if (const auto too_few = make_room_for(resolved->settings.max_peers)) { context.out.complain(*too_few); }
    EventPrinter events(context.out, resolved->settings.trace, resolved->settings.limits.warnings_per_peer);
    LogObserver log(context.out, resolved->settings.log_level, resolved->settings.log_format);
    const peer::ServiceManager service(notify_socket());
    peer::Node node(std::move(*options), {&events, &log});
    Reloader reloader(context, given.flags, resolved->settings, [&node, &log](const config::Settings& settings) {
        peer::NodeOptions limits = limits_of(settings);
        limits.dial = special_peers(settings);
        limits.peers.target_peers = settings.target_peers;
        node.reload(std::move(limits));
        log.set_level(settings.log_level);
    });
    const Terminal terminal;
    std::atomic<bool> up = false; // before, there is nothing to change
    const auto stop = [&node, &service] {
        service.stopping();
        node.stop();
    };
    const auto hang_up = [&] {
        if (terminal.has_gone()) { return stop(); }
        if (!up) { return; }
        service.reloading();
        reloader.reload();
        service.ready(state_of(node));
    };
    const StopSignal signal(stop, stop_limit(resolved->settings.timeouts.shutdown), hang_up);
    context.out.go_live();
    if (const auto opened = node.open(); !opened) {
        return refuse_to_start(context, resolved->settings, opened.error());
    }
    if (!node.control_problem().empty()) { context.out.complain(printable(node.control_problem(), 8192)); }
    up = true;
    service.ready(state_of(node));
    each_minute(node, [&events, &log] {
        events.tick();
        log.tick();
    });
    if (given.seconds > 0) {
        node.after(std::chrono::milliseconds(static_cast<std::int64_t>(given.seconds * 1000)),
                   [&node] { node.stop(); });
    }
    node.run();
    const sync::HeadInfo head = node.head();
    events.stopped({head.number, head.hash});
    return signal.exit_code(ExitCode::done);
}

} // namespace

void add_run(CLI::App& app, Context& context) {
    CLI::App* sub = add_command(app, "run", "Be a peer: listen, dial, sync, relay",
                                "ethpoc run --listen 127.0.0.1:30303 --dial 127.0.0.1:30304 --data-dir ./chain --json");
    auto options = std::make_shared<RunOptions>();
    options->flags.add_to(*sub, config::setting_keys(), config::default_settings(context.environment));
    sub->add_option("--for", options->seconds, "stop after so many seconds")->check(CLI::PositiveNumber);
    auto* mine = sub->add_flag("--mine", options->mine, "make blocks too, on the chain of --protocol or --genesis");
    add_mining_options(*sub, options->mining);
    for (const char* const needs : {"--coinbase", "--threads"}) {
        sub->get_option(needs)->needs(mine);
    }
    sub->callback([&context, options] { context.action = [&context, options] { return run(context, *options); }; });
}

} // namespace ethpoc::cmd
