#include "cmd/args.hpp"

#include "cmd/command_table.hpp"
#include "cmd/context.hpp"
#include "cmd/next_step.hpp"
#include "cmd/usage_error.hpp"
#include "cmd/version.hpp"
#include "cmd/view/columns.hpp"
#include "config/build_info.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>
#include <system_error>

namespace ethpoc::cmd {

#define COMMAND(name, answer) void add_##name(CLI::App& app, Context& context);
#include "cmd/commands.def"

namespace {

struct GlobalOptions {
    bool json = false;
    bool version = false;
    bool quiet = false;
    ColorMode color = ColorMode::automatic;
};

void add_global_options(CLI::App& app, GlobalOptions& options) {
    app.add_flag("--json", options.json, "machine form: one JSON document, or one object a line while running");
    app.add_option_function<std::string>(
           "--color",
           [&options](const std::string& word) {
               options.color = word == "always"  ? ColorMode::always
                               : word == "never" ? ColorMode::never
                                                 : ColorMode::automatic;
           },
           "colour: auto, always or never (also: NO_COLOR, CLICOLOR_FORCE)")
        ->type_name("WHEN")
        ->check(CLI::IsMember({"auto", "always", "never"}));
    app.add_flag("-q,--quiet", options.quiet, "no last line that tells the next step");
    app.add_flag("-V,--version", options.version, "version, commit and compiler");
}

/// Help goes to stdout and is a success; every mistake goes to stderr and is exit code 2, whatever CLI11 numbers it.
ExitCode answer_parse_error(const CLI::App& app, const CLI::ParseError& error, std::span<const char* const> words,
                            Output& out) {
    if (error.get_exit_code() == 0) {
        std::ostringstream for_people;
        std::ostringstream nothing;
        app.exit(error, for_people, nothing);
        out.text(for_people.str());
        return ExitCode::done;
    }
    out.complain(usage_sentence(app, error, words));
    return ExitCode::usage;
}

/// CLI11 takes the brackets off an argument like "[1 2]", which is RLP in its text form here. A blank after it hides
/// them.
std::vector<std::string> kept_arguments(int argc, const char* const* argv) {
    std::vector<std::string> out;
    for (int i = argc - 1; i > 0; --i) { // the order in which CLI11 wants them
        out.emplace_back(argv[i]);
        if (out.back().starts_with('[') && out.back().ends_with(']')) { out.back() += ' '; }
    }
    return out;
}

/// True when the subcommand prints one JSON document, false when it prints events.
bool reads(int argc, const char* const* argv) {
    enum class Answer : std::uint8_t { document, events };
    constexpr std::pair<std::string_view, Answer> commands[] = {
#define COMMAND(name, answer) {#name, Answer::answer},
#include "cmd/commands.def"
    };
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word.starts_with('-')) { continue; }
        const auto* const found = std::ranges::find(commands, word, [](const auto& row) { return row.first; });
        return found == std::end(commands) || found->second == Answer::document;
    }
    return false;
}

std::string_view refusal_code(ExitCode code) {
    switch (code) {
    case ExitCode::usage:
        return "input.usage";
    case ExitCode::io:
        return "input.unreadable";
    case ExitCode::nothing:
        return "input.nothing";
    case ExitCode::internal:
        return "internal";
    default:
        return "input.refused";
    }
}

/// "chain show": the subcommand that was given, and those below it.
std::string command_path(const CLI::App& app) {
    std::string path;
    for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
        at = at->get_subcommands().front();
        path += (path.empty() ? "" : " ") + at->get_name();
    }
    return path;
}

ExitCode parse_and_run(int argc, const char* const* argv, Context& context, std::FILE* out) {
    CLI::App app("A peer for the Ethereum network of 2014, with tools to test and teach its protocol.", "ethpoc");
    app.require_subcommand(0, 1);
    // --json and --color may stand before or after the subcommand.
    app.fallthrough();
    app.footer("Examples:\n  ethpoc demo\n  ethpoc rlp show c7 83 646f67 820400\n  ethpoc help dial\n\n"
               "Every subcommand has --help with an example.");
    // Subcommands inherit it.
    app.formatter_fn([columns = columns_of(out)](const CLI::App* at, const std::string&, CLI::AppFormatMode) {
        return help_text(command_page(*at), columns);
    });
    GlobalOptions options;
    add_global_options(app, options);
#define COMMAND(name, answer) add_##name(app, context);
#include "cmd/commands.def"

    try {
        app.parse(kept_arguments(argc, argv));
    } catch (const CLI::ParseError& error) {
        context.out.set_json(std::any_of(argv, argv + argc, [](std::string_view word) { return word == "--json"; }));
        const std::span<const char* const> words(argv, static_cast<std::size_t>(argc));
        return answer_parse_error(app, error, words.subspan(std::min<std::size_t>(words.size(), 1)), context.out);
    }
    context.out.set_json(options.json);
    context.out.set_color(options.color, process_color_environment());
    if (options.version) {
        print_version(context.out);
        return ExitCode::done;
    }
    if (!context.action) {
        std::fputs(app.help().c_str(), context.out.error_stream());
        return ExitCode::usage;
    }
    const ExitCode code = context.action();
    if (!options.quiet && !options.json) { tell_next_step(context, command_path(app), code, out); }
    return code;
}

} // namespace

CLI::App* add_command(CLI::App& parent, const std::string& name, const std::string& description,
                      const std::string& example) {
    CLI::App* sub = parent.add_subcommand(name, description);
    std::string indented = "  " + example;
    for (std::size_t at = indented.find('\n'); at != std::string::npos; at = indented.find('\n', at + 3)) {
        indented.insert(at + 1, "  ");
    }
    sub->footer("Example:\n" + indented);
    return sub;
}

std::expected<config::Resolved, ExitCode> load_settings(Context& context, const config::Flags& flags,
                                                        const config::Layer& profile) {
    auto resolved = config::load(flags, context.environment, profile);
    if (!resolved) {
        for (const config::ConfigError& error : resolved.error()) {
            context.out.complain(error.text());
        }
        return std::unexpected(ExitCode::usage);
    }
    return *std::move(resolved);
}

std::string version_line() {
    const config::BuildInfo build = config::build_info();
    std::string line = "ethpoc " + std::string(build.version) + " (commit " + std::string(build.commit) + ", ";
    return line + std::string(build.compiler) + ", " + std::string(build.build_type) + ")";
}

int run_program(int argc, const char* const* argv, const config::Environment& environment, std::FILE* out,
                std::FILE* err) {
    Output output(out, err);
    Context context{output, environment, {}};
    ExitCode code = ExitCode::internal;
    try {
        code = parse_and_run(argc, argv, context, out);
    } catch (const std::exception& error) {
        // Bad input never throws; what lands here is a mistake of ours.
        output.complain(std::string("internal error: ") + error.what());
    }
    if (code != ExitCode::done && reads(argc, argv)) { output.answer_silence(refusal_code(code)); }
    // The sender of a signal has three seconds of patience, and the node has used most of them.
    const bool hurried = code == ExitCode::interrupted || code == ExitCode::terminated;
    const LastFlush patience = hurried ? hurried_flush : patient_flush;
    output.finish_events(patience);
    if (const int failure = output.failure(); code == ExitCode::done && failure != 0) {
        output.complain("the standard output cannot be written: " + std::generic_category().message(failure));
        code = ExitCode::io;
    }
    output.finish_log(patience);
    return static_cast<int>(code);
}

} // namespace ethpoc::cmd
