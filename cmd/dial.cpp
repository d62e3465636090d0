// ethpoc dial: one outgoing connection, until a point that was asked for is reached.
#include <CLI/App.hpp>
#include <algorithm>
#include <array>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cmd/chain_open.hpp"
#include "cmd/context.hpp"
#include "cmd/dial_watch.hpp"
#include "cmd/each_minute.hpp"
#include "cmd/node_setup.hpp"
#include "cmd/signals.hpp"
#include "cmd/view/event_text.hpp"
#include "cmd/view/events.hpp"
#include "cmd/view/log.hpp"
#include "config/value.hpp"

namespace ethpoc::cmd {

namespace {

struct DialOptions {
    config::Flags flags{};
    std::string target;
    std::string until = "hello";
    double seconds = 0; // 0: until the point is reached or the peer has gone
};

/// One peer is dialled, once: there is nothing to choose among and nobody to drop.
constexpr std::array<std::string_view, 5> of_no_use{"dial", "target-peers", "round-time", "drop-to", "seeds"};

Until until_of(const std::string& word) {
    return word == "hello" ? Until::hello : word == "synced" ? Until::synced : Until::never;
}

/// The last lines: what came of it, and when it was not what was asked for, why, and what can be done.
void conclude_dial(Context& context, const DialOptions& given, const DialWatch& watch, EventPrinter& events,
                   const peer::HeadRef& head, ExitCode code) {
    const bool asked = given.until != "never";
    auto extra = nlohmann::ordered_json::object();
    if (asked) { extra["reached"] = watch.reached(); }
    if (code != ExitCode::negative && code != ExitCode::io) { return events.stopped(head, &extra); }
    const Reproach why = watch.why(given.target);
    extra["why"] = why.why;
    extra["next"] = why.next;
    events.stopped(head, &extra);
    if (context.out.json()) { return; }
    TalkLine line = happened(Tone::red, asked ? "not " + given.until : std::string("ended"),
                             printable(given.target) + ": " + why.why);
    line.time = clock_time();
    show_talk(context.out, line);
    context.next = why.next;
}

ExitCode dial(Context& context, const DialOptions& given) {
    config::Endpoint target;
    if (const auto good = config::read_value(given.target, target); !good) {
        context.out.complain("target: " + good.error());
        return ExitCode::usage;
    }
    const auto profile =
        config::profile_layer("dial", {{"listen", "none"}, {"data-dir", ":memory:"}, {"dial", given.target}});
    const auto resolved = load_settings(context, given.flags, profile);
    if (!resolved) { return resolved.error(); }
    auto options = node_options(resolved->settings);
    if (!options) {
        context.out.complain(options.error().sentence);
        return options.error().code;
    }
    options->dial.resize(1);
    options->peers.dialer.keep_dialling = false;
    EventPrinter events(context.out, resolved->settings.trace, resolved->settings.limits.warnings_per_peer);
    LogObserver log(context.out, resolved->settings.log_level, resolved->settings.log_format);
    DialWatch watch(until_of(given.until));
    peer::Node node(std::move(*options), {&events, &log, &watch});
    StopSignal signal([&node] { node.stop(); }, stop_limit(resolved->settings.timeouts.shutdown));
    context.out.go_live(patient_events);
    watch.stop = [&node](std::string why) { node.stop(std::move(why)); };
    watch.look_later = [&node, &watch] {
        node.after(std::chrono::milliseconds(1), [&node, &watch] {
            if (watch.over()) { node.stop(); }
        });
    };
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
    const ExitCode code = signal.exit_code(watch.code());
    conclude_dial(context, given, watch, events, {head.number, head.hash}, code);
    return code;
}

} // namespace

void add_dial(CLI::App& app, Context& context) {
    CLI::App* sub = add_command(app, "dial", "Connect to one peer, until Hello, until synced, or for a time",
                                "ethpoc dial 127.0.0.1:30303 --until synced --for 60 --trace");
    auto options = std::make_shared<DialOptions>();
    sub->add_option("target", options->target, "HOST:PORT of the peer")->required()->type_name("HOST:PORT");
    sub->add_option("--until", options->until, "the point to reach (default: hello)")
        ->check(CLI::IsMember({"hello", "synced", "never"}));
    sub->add_option("--for", options->seconds, "give up after so many seconds")->check(CLI::PositiveNumber);
    config::Settings defaults = config::default_settings(context.environment);
    defaults.listen.reset();
    defaults.data_dir = ":memory:";
    std::vector<std::string_view> uses;
    std::ranges::copy_if(config::setting_keys(), std::back_inserter(uses),
                         [](std::string_view key) { return std::ranges::find(of_no_use, key) == of_no_use.end(); });
    options->flags.add_to(*sub, uses, defaults);
    sub->callback([&context, options] { context.action = [&context, options] { return dial(context, *options); }; });
}

} // namespace ethpoc::cmd
