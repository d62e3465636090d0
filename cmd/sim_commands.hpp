// What the commands of `ethpoc sim` share: which scenario, with which changes, and how figures are written.
#pragma once

#include <CLI/App.hpp>
#include <atomic>
#include <expected>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cmd/context.hpp"
#include "sim/simulation.hpp"

namespace ethpoc::cmd {

struct SimOptions {
    std::string scenario{};
    std::optional<std::uint64_t> seed{};
    std::optional<std::uint32_t> nodes{};
    std::string duration{};
    std::vector<std::string> changes{}; // KEY=VALUE
    std::optional<std::string> output{};
    bool force = false;
};

/// The scenario and what changes it.
void add_scenario_options(CLI::App& command, SimOptions& options);
/// Complains of every mistake with its line.
std::expected<sim::Scenario, ExitCode> load_scenario(Context& context, const SimOptions& given);

/// One run, with progress under the name `what`; `stop` ends it early. Complains when there is no place for its stores.
std::expected<sim::Outcome, ExitCode> simulate(Context& context, const sim::Scenario& scenario, const std::string& what,
                                               const std::atomic<bool>& stop, sim::Journal::Write write);

/// "12", "0.85", "1234": three digits that count, or all before the point; "-" and "never" for what is no number.
std::string figure_text(double value);
/// null for what is no number.
nlohmann::ordered_json figure_json(double value);

// The commands, by their files: sim_compare.cpp, sim_plot.cpp.
void add_sim_compare(CLI::App& sim, Context& context);
void add_sim_plot(CLI::App& sim, Context& context);

} // namespace ethpoc::cmd
