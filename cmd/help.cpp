// ethpoc help: the page of --help of any subcommand, for those who know git or go.
#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "cmd/command_table.hpp"
#include "cmd/context.hpp"
#include "cmd/usage_error.hpp"
#include "rlp/bytes.hpp"

namespace ethpoc::cmd {

namespace {

ExitCode help(Context& context, const CLI::App& app, const std::vector<std::string>& words) {
    const CLI::App* at = &app;
    for (const std::string& word : words) {
        const auto next = at->get_subcommands([&word](const CLI::App* sub) { return sub->get_name() == word; });
        if (next.empty()) {
            context.out.refuse("input.usage", no_such_command(command_page(*at), word));
            return ExitCode::usage;
        }
        at = next.front();
    }
    if (context.out.json()) {
        context.out.document(to_json(command_page(*at)));
    } else {
        // at->help() would be that of the subcommand which was chosen: this one.
        context.out.text(at->get_formatter()->make_help(at, {}, CLI::AppFormatMode::Normal));
    }
    return ExitCode::done;
}

} // namespace

void add_help(CLI::App& app, Context& context) {
    CLI::App* const sub = add_command(app, "help", "What a subcommand does and takes; with --json as a document",
                                      "ethpoc help\nethpoc help chain show");
    const auto words = std::make_shared<std::vector<std::string>>();
    sub->add_option("subcommand", *words, "its words; none: the list of all")->type_name("WORD");
    sub->callback(
        [&context, &app, words] { context.action = [&context, &app, words] { return help(context, app, *words); }; });
}

} // namespace ethpoc::cmd
