// ethpoc conform: does a peer keep to the protocol?
#include <CLI/App.hpp>

#include "cmd/conform_options.hpp"

namespace ethpoc::cmd {

namespace {

ExitCode conform(Context& context, const ConformOptions& options) {
    if (!options.explain.empty()) { return conform_explain(context, options); }
    return options.list ? conform_list(context, options) : conform_run(context, options);
}

void add_target(CLI::App& sub, ConformOptions& options) {
    sub.add_option("words", options.words,
                   "HOST:PORT of the target, then the cases: ids (F17), slugs, globs (`R2*`), groups (F); none: all")
        ->type_name("TARGET [ID ..]");
    sub.add_option("--listen", options.listen, "be dialled by the target here; beside a TARGET: for cases of both ways")
        ->type_name("HOST:PORT");
    sub.add_option("--exec", options.exec,
                   "start the target with this line for the shell, again when it dies; {port} becomes its port")
        ->type_name("CMD");
    sub.add_option("--exec-log", options.exec_log, "add what the target of --exec prints to this file")
        ->type_name("FILE");
    sub.add_option("--pid", options.pid, "the target's process, to watch its memory; --exec knows it")
        ->type_name("PID");
    sub.add_flag("--i-own-this-target", options.owned, "run cases that load it although it is not on this machine");
}

void add_choice(CLI::App& sub, ConformOptions& options) {
    sub.add_option("--protocol", options.protocol, "the version to speak; auto: what the target's Hello says")
        ->capture_default_str();
    sub.add_option("--level", options.level, "must: those alone; should: these two; all: what is only reported too")
        ->check(CLI::IsMember({"must", "should", "all"}))
        ->capture_default_str();
    sub.add_option("--expect", options.expect, "TOML file of what the target is known to do otherwise")
        ->type_name("FILE");
    sub.add_flag("--strict", options.strict, "NONSTRICT is a failure");
    sub.add_flag("--list", options.list, "list the cases, run nothing");
    sub.add_option("--explain", options.explain, "say all about one case, run nothing")->type_name("ID");
}

void add_pace(CLI::App& sub, ConformOptions& options) {
    sub.add_option("-j,--jobs", options.jobs, "runs at a time; 0: what the target's client stands")
        ->check(CLI::Range(0, 64))
        ->capture_default_str();
    sub.add_option("--timeout", options.timeout, "seconds for an answer; more for clients that are known to need it")
        ->check(CLI::Range(0.05, 600.0))
        ->capture_default_str();
    sub.add_option("--scale", options.scale, "multiply all times by this, for a slow target")
        ->check(CLI::Range(0.1, 100.0))
        ->capture_default_str();
    sub.add_flag("--long", options.slow,
                 "also runs that watch for more than 20 seconds; one that is named is run anyway");
    sub.add_option("--seed", options.seed, "of the cases that send random bytes")->capture_default_str();
}

void add_outputs(CLI::App& sub, ConformOptions& options) {
    sub.add_option("--tap", options.tap, "write TAP 13; - is stdout")->type_name("FILE");
    sub.add_option("--junit", options.junit, "write JUnit XML")->type_name("FILE");
    sub.add_option("--html", options.html, "write one HTML page with all transcripts")->type_name("FILE");
    sub.add_option("--report", options.report, "write the whole report as one JSON document, for report and diff")
        ->type_name("FILE");
    sub.add_option("--record", options.record, "write captures and a corpus for fuzzers into this folder")
        ->type_name("DIR");
    sub.add_flag("--verbose", options.verbose, "the transcript of every run, not only of those that went wrong");
    sub.add_flag("--force", options.force, "overwrite files");
}

CLI::App& add_files_command(CLI::App& parent, const char* name, const char* what, const char* example,
                            ConformFiles& options) {
    CLI::App* const sub = add_command(parent, name, what, example);
    sub->add_option("files", options.files, "reports that --report wrote")->required()->type_name("FILE");
    return *sub;
}

void add_file_commands(CLI::App& sub, Context& context) {
    auto report = std::make_shared<ConformFiles>();
    CLI::App& one = add_files_command(sub, "report", "One page or table of several reports",
                                      "ethpoc conform report cpp.json go.json --html matrix.html", *report);
    one.add_option("--html", report->html, "write one HTML page")->type_name("FILE");
    one.add_option("--junit", report->junit, "write JUnit XML")->type_name("FILE");
    one.add_option("--title", report->title, "of the page");
    one.add_flag("--coverage", report->coverage, "how much of wire/PROTOCOL.md was tried, by section");
    one.add_flag("--force", report->force, "overwrite files");
    one.callback(
        [&context, report] { context.action = [&context, report] { return conform_report(context, *report); }; });

    auto diff = std::make_shared<ConformFiles>();
    CLI::App& two = add_files_command(sub, "diff", "What changed between two reports; exit 1 when something got worse",
                                      "ethpoc conform diff yesterday.json today.json", *diff);
    two.get_option("files")->expected(2);
    two.callback([&context, diff] { context.action = [&context, diff] { return conform_diff(context, *diff); }; });
}

} // namespace

void add_conform(CLI::App& app, Context& context) {
    CLI::App* sub = add_command(app, "conform", "Test whether a peer keeps to the protocol",
                                "ethpoc conform 127.0.0.1:30303 --level must --junit results.xml\n"
                                "ethpoc conform --exec './my-client --port {port}' --html report.html");
    auto options = std::make_shared<ConformOptions>();
    add_target(*sub, *options);
    add_choice(*sub, *options);
    add_pace(*sub, *options);
    add_outputs(*sub, *options);
    add_file_commands(*sub, context);
    sub->callback([&context, options, sub] {
        if (!sub->get_subcommands().empty()) { return; }
        context.action = [&context, options] { return conform(context, *options); };
    });
}

} // namespace ethpoc::cmd
