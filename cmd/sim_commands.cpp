#include "cmd/sim_commands.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>

#include "cmd/output_file.hpp"
#include "cmd/plain_error.hpp"
#include "cmd/view/input.hpp"
#include "config/value.hpp"

namespace ethpoc::cmd {

using nlohmann::ordered_json;

namespace {

/// A folder of its own for as long as it lives.
class SimFolder {
  public:
    SimFolder() {
        std::string path = (std::filesystem::temp_directory_path() / "ethpoc-sim-XXXXXX").string();
        if (mkdtemp(path.data()) != nullptr) { path_ = path; }
    }
    ~SimFolder() {
        std::error_code ignored;
        if (!path_.empty()) { std::filesystem::remove_all(path_, ignored); }
    }
    SimFolder(const SimFolder&) = delete;
    SimFolder& operator=(const SimFolder&) = delete;
    const std::string& path() const noexcept { return path_; } // empty: it could not be made

  private:
    std::string path_{};
};

} // namespace

void add_scenario_options(CLI::App& command, SimOptions& options) {
    command.add_option("scenario", options.scenario, "a TOML file (sim/README.md), or - for the standard input")
        ->required()
        ->type_name("FILE");
    command.add_option("--seed", options.seed, "another seed than the scenario's; the same seed is the same run");
    command.add_option("--nodes", options.nodes, "so many machines, shared out as in the scenario")
        ->check(CLI::Range(1U, 100'000U));
    command.add_option("--for", options.duration, "end after so much virtual time: 90s, 2h")->type_name("TIME");
    command.add_option("--set", options.changes, "a setting of all nodes, as in a scenario: peers.max_peers=12")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
}

std::expected<sim::Scenario, ExitCode> load_scenario(Context& context, const SimOptions& given) {
    if (const auto refused = refuse_name(context, "SCENARIO", given.scenario)) { return std::unexpected(*refused); }
    const auto text = read_whole_file(context.out, given.scenario);
    if (!text) { return std::unexpected(text.error()); }
    auto scenario = sim::read_scenario(*text, given.changes);
    if (!scenario) {
        for (const sim::ScenarioFault& fault : scenario.error()) {
            context.out.complain(printable(given.scenario, 4096) + ":" + std::to_string(fault.line) + ": " +
                                 printable(fault.sentence, 512));
        }
        context.out.answer_silence("input.scenario");
        return std::unexpected(ExitCode::usage);
    }
    if (given.seed) { scenario->seed = *given.seed; }
    if (given.nodes) { scenario->scale_to(*given.nodes); }
    if (!given.duration.empty()) {
        const auto read = config::read_value(given.duration, scenario->duration);
        if (!read || scenario->duration.count() <= 0) {
            context.out.refuse("input.usage", "--for " + printable(given.duration) + ": give a time, as in 90s or 2h");
            return std::unexpected(ExitCode::usage);
        }
    }
    return *std::move(scenario);
}

std::expected<sim::Outcome, ExitCode> simulate(Context& context, const sim::Scenario& scenario, const std::string& what,
                                               const std::atomic<bool>& stop, sim::Journal::Write write) {
    const SimFolder folder;
    if (folder.path().empty()) {
        context.out.refuse("input.unwritable", "no temporary folder can be made; TMPDIR says where");
        return std::unexpected(ExitCode::io);
    }
    Progress progress(context.out);
    sim::Simulation simulation(scenario, folder.path(), std::move(write));
    const double whole = std::chrono::duration<double>(scenario.duration).count();
    auto outcome = simulation.run([&](const sim::Step& step) {
        const double passed = std::chrono::duration<double>(step.passed).count();
        progress.update(what + figure_text(std::floor(passed)) + " of " + figure_text(whole) + " s, " +
                        plural(step.running, "machine") + (step.running == 1 ? " runs, " : " run, ") +
                        plural(step.events, "event"));
        return !stop;
    });
    progress.clear();
    if (outcome) { return *std::move(outcome); }
    context.out.refuse(outcome.error().code->word, sentence_of(outcome.error()));
    return std::unexpected(ExitCode::io);
}

std::string figure_text(double value) {
    if (std::isnan(value)) { return "-"; }
    if (std::isinf(value)) { return "never"; }
    std::array<char, 48> out{};
    const bool whole = value == std::floor(value) || std::abs(value) >= 100;
    std::snprintf(out.data(), out.size(), whole ? "%.0f" : "%.3g", value);
    return out.data();
}

ordered_json figure_json(double value) {
    return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr); // never, or nothing to measure
}

} // namespace ethpoc::cmd
