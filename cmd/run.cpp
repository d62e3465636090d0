// ethpoc run: a peer that listens, dials, syncs and relays until it is stopped.
#include <CLI/App.hpp>

#include "cmd/chain_open.hpp"
#include "cmd/context.hpp"
#include "cmd/each_minute.hpp"
#include "cmd/mining_options.hpp"
#include "cmd/node_setup.hpp"
#include "cmd/signals.hpp"
#include "cmd/view/events.hpp"
#include "cmd/view/log.hpp"

namespace ethpoc::cmd {

namespace {

struct RunOptions {
    config::Flags flags{};
    double seconds = 0; // 0: until a signal
    bool mine = false;
    MiningOptions mining{};
};

ExitCode run(Context& context, const RunOptions& given) {
    const auto resolved = load_settings(context, given.flags);
    if (!resolved) { return resolved.error(); }
    auto options = node_options(resolved->settings);
    if (!options) {
        context.out.complain(options.error().sentence);
        return options.error().code;
    }
    if (given.mine) {
        const auto coinbase = coinbase_of(context, given.mining);
        if (!coinbase) { return coinbase.error(); }
        options->mine = peer::Mining{{.coinbase = *coinbase}, given.mining.threads};
    }
    options->peers.target_peers = resolved->settings.target_peers;
    EventPrinter events(context.out, resolved->settings.trace, resolved->settings.limits.warnings_per_peer);
    LogObserver log(context.out, resolved->settings.log_level, resolved->settings.log_format);
    peer::Node node(std::move(*options), {&events, &log});
    StopSignal signal([&node] { node.stop(); }, stop_limit(resolved->settings.timeouts.shutdown));
    context.out.go_live();
    if (const auto opened = node.open(); !opened) {
        return refuse_to_start(context, resolved->settings, opened.error());
    }
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
    options->flags.add_to(*sub);
    sub->add_option("--for", options->seconds, "stop after so many seconds")->check(CLI::PositiveNumber);
    auto* mine = sub->add_flag("--mine", options->mine, "make blocks too, on the chain of --protocol or --genesis");
    add_mining_options(*sub, options->mining);
    for (const char* const needs : {"--coinbase", "--threads"}) {
        sub->get_option(needs)->needs(mine);
    }
    sub->callback([&context, options] { context.action = [&context, options] { return run(context, *options); }; });
}

} // namespace ethpoc::cmd
