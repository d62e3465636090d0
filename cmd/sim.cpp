// ethpoc sim: a network of nodes in virtual time, with faults and attackers, and what is expected of it.
#include <algorithm>
#include <array>
#include <cstdio>

#include "cmd/output_file.hpp"
#include "cmd/signals.hpp"
#include "cmd/sim_commands.hpp"
#include "config/value.hpp"
#include "sim/attack.hpp"

namespace ethpoc::cmd {

namespace {

using nlohmann::ordered_json;

std::string expected_text(const sim::Expectation& expected) {
    return expected.metric + " " + std::string(sign_of(expected.must)) + " " + figure_text(expected.value) +
           (expected.at ? " at " + config::write_value(*expected.at) : "");
}

std::string hash_text(std::uint64_t hash) {
    std::array<char, 20> out{};
    std::snprintf(out.data(), out.size(), "%016llx", static_cast<unsigned long long>(hash));
    return out.data();
}

ordered_json spread_json(const sim::Outcome& outcome) {
    ordered_json out = ordered_json::array();
    for (const auto& [percent, ms] : outcome.spread) {
        out.push_back({{"percent", percent}, {"ms", figure_json(ms)}});
    }
    return out;
}

ordered_json outcome_json(const sim::Scenario& scenario, const sim::Outcome& outcome) {
    ordered_json figures = ordered_json::object();
    for (const auto& [metric, value] : outcome.figures) {
        figures[std::string(metric->name)] = figure_json(value);
    }
    ordered_json expectations = ordered_json::array();
    for (const sim::Judged& each : outcome.judged) {
        ordered_json one{{"metric", each.expected.metric},
                         {"must", sign_of(each.expected.must)},
                         {"value", each.expected.value},
                         {"seen", figure_json(each.seen)},
                         {"met", each.met}};
        if (each.expected.at) { one["at_seconds"] = static_cast<double>(each.expected.at->count()) / 1000; }
        expectations.push_back(std::move(one));
    }
    return {{"ok", outcome.unmet() == nullptr && !outcome.ended_early},
            {"scenario", scenario.name},
            {"seed", scenario.seed},
            {"machines", outcome.machines},
            {"virtual_seconds", std::chrono::duration<double>(outcome.virtual_time).count()},
            {"seconds", outcome.seconds},
            {"events", outcome.events},
            {"journal", {{"lines", outcome.journal_lines}, {"fnv1a64", hash_text(outcome.journal_hash)}}},
            {"figures", figures},
            {"spread", spread_json(outcome)},
            {"expectations", expectations}};
}

void print_outcome(Output& out, const sim::Scenario& scenario, const sim::Outcome& outcome) {
    std::array<char, 256> line{};
    for (const auto& [metric, value] : outcome.figures) {
        std::snprintf(line.data(), line.size(), "%-16.*s %12s %-8.*s %.*s\n", static_cast<int>(metric->name.size()),
                      metric->name.data(), figure_text(value).c_str(), static_cast<int>(metric->unit.size()),
                      metric->unit.data(), static_cast<int>(metric->about.size()), metric->about.data());
        out.text(line.data());
    }
    for (const sim::Judged& each : outcome.judged) {
        out.text(std::string(each.met ? "met    " : "UNMET  ") + expected_text(each.expected) + ", seen " +
                 figure_text(each.seen) + "\n");
    }
    const double time = std::chrono::duration<double>(outcome.virtual_time).count();
    std::snprintf(line.data(), line.size(),
                  "%u machines, %.0f s of virtual time in %.1f s, %llu events; seed %llu, journal %s of %llu lines\n",
                  outcome.machines, time, outcome.seconds, static_cast<unsigned long long>(outcome.events),
                  static_cast<unsigned long long>(scenario.seed), hash_text(outcome.journal_hash).c_str(),
                  static_cast<unsigned long long>(outcome.journal_lines));
    out.text(line.data());
}

/// Writes the journal, if there is one, and remembers what went wrong.
struct SimJournal {
    std::optional<record::FileWriter> file{};
    std::optional<Error> failure{};
    void write(std::string_view text) {
        if (!file || failure) { return; }
        if (auto written = file->write(as_bytes(text)); !written) { failure = written.error(); }
    }
};

ExitCode run_sim(Context& context, const SimOptions& given) {
    auto scenario = load_scenario(context, given);
    if (!scenario) { return scenario.error(); }
    SimJournal journal;
    if (given.output) {
        auto file = create_file(context, "--journal", *given.output, given.force);
        if (!file) { return file.error(); }
        journal.file = std::move(*file);
    }
    std::atomic<bool> stop = false;
    const StopSignal signal([&stop] { stop = true; });
    const auto outcome =
        simulate(context, *scenario, "", stop, [&journal](std::string_view text) { journal.write(text); });
    if (!outcome) { return outcome.error(); }
    auto finished = journal.failure ? Result<void>(std::unexpected(*journal.failure)) : Result<void>();
    if (finished && journal.file) { finished = journal.file->finish(); }
    if (!finished) { return refuse_file(context, *given.output, finished.error()); }
    if (context.out.json()) {
        context.out.document(outcome_json(*scenario, *outcome));
    } else {
        print_outcome(context.out, *scenario, *outcome);
    }
    if (const sim::Judged* const unmet = outcome->unmet()) {
        context.out.complain("expected " + expected_text(unmet->expected) + ", seen " + figure_text(unmet->seen));
        return ExitCode::negative;
    }
    return outcome->ended_early ? signal.exit_code(ExitCode::negative) : ExitCode::done;
}

/// What scenarios are made of.
ExitCode list_sim(Context& context) {
    ordered_json metrics = ordered_json::object();
    for (const sim::Metric& each : sim::metrics()) {
        metrics[std::string(each.name)] = {{"unit", each.unit}, {"about", each.about}};
    }
    ordered_json attacks = ordered_json::object();
    for (const sim::AttackRow& each : sim::attacks()) {
        attacks[std::string(each.name)] = {{"about", each.about}};
    }
    if (context.out.json()) {
        context.out.document({{"metrics", metrics}, {"attacks", attacks}});
        return ExitCode::done;
    }
    for (const auto& [title, rows] : {std::pair("metrics", &metrics), std::pair("attacks", &attacks)}) {
        context.out.text(std::string(title) + "\n");
        for (const auto& [name, row] : rows->items()) {
            std::string shown = name;
            shown.resize(std::max<std::size_t>(shown.size(), 16), ' ');
            context.out.text("  " + shown + " " + row["about"].get<std::string>() + "\n");
        }
    }
    return ExitCode::done;
}

} // namespace

void add_sim(CLI::App& app, Context& context) {
    CLI::App* sim = add_command(app, "sim", "A network of nodes in virtual time: faults, attackers, expectations",
                                "ethpoc sim run sim/scenarios/small.toml --seed 7");
    sim->require_subcommand(1);
    auto options = std::make_shared<SimOptions>();
    CLI::App* run = add_command(*sim, "run", "Run a scenario; exit 1 names the first expectation that is not met",
                                "ethpoc sim run sim/scenarios/small.toml --nodes 50 --journal journal.ndjson");
    add_scenario_options(*run, *options);
    run->add_option("--journal", options->output, "write what happens, one JSON object a line")->type_name("FILE");
    run->add_flag("--force", options->force, "overwrite files");
    run->callback([&context, options] { context.action = [&context, options] { return run_sim(context, *options); }; });
    add_sim_compare(*sim, context);
    add_sim_plot(*sim, context);
    CLI::App* list =
        add_command(*sim, "list", "The metrics and attacks that a scenario may name", "ethpoc sim list --json");
    list->callback([&context] { context.action = [&context] { return list_sim(context); }; });
}

} // namespace ethpoc::cmd
