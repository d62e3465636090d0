// ethpoc sim compare: what each mechanism of a node is good for, by the figure that is worse without it.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "cmd/signals.hpp"
#include "cmd/sim_commands.hpp"

namespace ethpoc::cmd {

namespace {

using nlohmann::ordered_json;

struct ComparedFigure {
    const sim::Without* without = nullptr;
    double with_it = 0;
    double without_it = 0;
    bool worse() const {
        const double better = without->higher_is_worse ? with_it : -with_it;
        const double other = without->higher_is_worse ? without_it : -without_it;
        return better < other; // not a number: false
    }
};

double figure_of(const sim::Outcome& outcome, std::string_view metric) {
    const auto at = std::ranges::find(outcome.figures, metric, [](const auto& each) { return each.first->name; });
    return at == outcome.figures.end() ? std::nan("") : at->second;
}

void print_compared(Output& out, const std::vector<ComparedFigure>& figures) {
    std::array<char, 256> line{};
    const auto row = [&](const std::string& a, const std::string& b, const std::string& c, const std::string& d,
                         const char* e) {
        std::snprintf(line.data(), line.size(), "%-32s %-14s %9s %9s  %s\n", a.c_str(), b.c_str(), c.c_str(), d.c_str(),
                      e);
        std::string text = line.data();
        text.erase(text.find_last_not_of(" \n") + 1);
        out.text(text + "\n");
    };
    row("mechanism", "figure", "with", "without", "");
    for (const ComparedFigure& each : figures) {
        row(each.without->mechanism, each.without->metric, figure_text(each.with_it), figure_text(each.without_it),
            each.worse() ? "worse" : "NOT WORSE");
    }
}

ordered_json compared_json(const sim::Scenario& scenario, const std::vector<ComparedFigure>& figures, bool good) {
    ordered_json rows = ordered_json::array();
    for (const ComparedFigure& each : figures) {
        rows.push_back({{"mechanism", each.without->mechanism},
                        {"metric", each.without->metric},
                        {"with", figure_json(each.with_it)},
                        {"without", figure_json(each.without_it)},
                        {"worse", each.worse()}});
    }
    return {{"ok", good}, {"scenario", scenario.name}, {"seed", scenario.seed}, {"mechanisms", rows}};
}

ExitCode compare_sim(Context& context, const SimOptions& given) {
    const auto scenario = load_scenario(context, given);
    if (!scenario) { return scenario.error(); }
    if (scenario->without.empty()) {
        context.out.refuse("input.scenario", "it has no [[without]], so there is nothing to compare (sim/README.md)");
        return ExitCode::nothing;
    }
    std::atomic<bool> stop = false;
    const StopSignal signal([&stop] { stop = true; });
    const auto run = [&](const sim::Scenario& one, const std::string& what) {
        return simulate(context, one, what + ": ", stop, [](std::string_view) {});
    };
    const auto whole = run(*scenario, "with all");
    if (!whole) { return whole.error(); }
    std::vector<ComparedFigure> figures;
    for (const sim::Without& each : scenario->without) {
        const auto lacking = run(scenario->lacking(each), "without " + each.mechanism);
        if (!lacking) { return lacking.error(); }
        figures.push_back({&each, figure_of(*whole, each.metric), figure_of(*lacking, each.metric)});
        if (stop) { return signal.exit_code(ExitCode::negative); }
    }
    const auto useless = std::ranges::find(figures, false, &ComparedFigure::worse);
    const sim::Judged* const unmet = whole->unmet();
    const bool good = useless == figures.end() && unmet == nullptr;
    if (context.out.json()) {
        context.out.document(compared_json(*scenario, figures, good));
    } else {
        print_compared(context.out, figures);
    }
    if (unmet != nullptr) {
        context.out.complain("with all of them, " + unmet->expected.metric + " is " + figure_text(unmet->seen) +
                             ", which the scenario does not expect; see ethpoc sim run");
    }
    if (useless != figures.end()) {
        context.out.complain("without " + useless->without->mechanism + ", " + useless->without->metric +
                             " is no worse: " + figure_text(useless->with_it) + " and " +
                             figure_text(useless->without_it));
    }
    return good ? ExitCode::done : ExitCode::negative;
}

} // namespace

void add_sim_compare(CLI::App& sim, Context& context) {
    auto options = std::make_shared<SimOptions>();
    CLI::App* command = add_command(
        sim, "compare", "Run a scenario with and without each mechanism that it names; exit 1 when one is no use",
        "ethpoc sim compare sim/scenarios/few-places.toml");
    add_scenario_options(*command, *options);
    command->callback(
        [&context, options] { context.action = [&context, options] { return compare_sim(context, *options); }; });
}

} // namespace ethpoc::cmd
