// ethpoc version: what --version prints.
#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "cmd/context.hpp"
#include "cmd/version.hpp"
#include "config/build_info.hpp"

namespace ethpoc::cmd {

void print_version(Output& out) {
    const config::BuildInfo build = config::build_info();
    if (out.json()) {
        out.document({{"program", "ethpoc"},
                      {"version", build.version},
                      {"commit", build.commit},
                      {"compiler", build.compiler},
                      {"build_type", build.build_type}});
        return;
    }
    out.text(version_line() + "\n");
}

void add_version(CLI::App& app, Context& context) {
    CLI::App* const sub = add_command(app, "version", "Version, commit and compiler", "ethpoc version --json");
    sub->callback([&context] {
        context.action = [&context] {
            print_version(context.out);
            return ExitCode::done;
        };
    });
}

} // namespace ethpoc::cmd
