// Context: what a subcommand gets, and how it is added to the program.
//
// A subcommand is one file cmd/<name>.cpp with a function `void add_<name>(CLI::App&, Context&)`, and one line in
// commands.def. add_<name> declares the options and, in the callback, sets context.action:
//
//     void add_hello(CLI::App& app, Context& context) {
//         auto name = std::make_shared<std::string>();
//         CLI::App* sub = add_command(app, "hello", "Say hello", "ethpoc hello --name you");
//         sub->add_option("--name", *name, "whom to greet");
//         sub->callback([&context, name] { context.action = [&context, name] { return run_hello(context, *name); }; });
//     }
#pragma once

#include "cmd/exit_code.hpp"
#include "cmd/view/output.hpp"
#include "config/flags.hpp"

#include <expected>
#include <functional>
#include <string>

namespace CLI { // NOLINT(readability-identifier-naming): theirs
class App;
}

namespace ethpoc::cmd {

struct Context {
    Output& out;
    config::Environment environment;

    /// What the chosen subcommand will do, set by its callback; runs after the whole command line was understood.
    std::function<ExitCode()> action;

    /// What to do next, without a full stop, when the command knows better than next_steps.def.
    std::string next{};
};

/// A subcommand with a help page that ends in an example which can be pasted. `example` is one or more whole lines.
CLI::App* add_command(CLI::App& parent, const std::string& name, const std::string& description,
                      const std::string& example);

/// The settings for a subcommand whose flags were added with config::Flags. On failure every mistake is written to
/// stderr, and the exit code to return comes back.
std::expected<config::Resolved, ExitCode> load_settings(Context& context, const config::Flags& flags,
                                                        const config::Layer& profile = {});

/// "0.1.0"; what a client id and the metrics say.
std::string version_line();

} // namespace ethpoc::cmd
