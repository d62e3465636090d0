// ethpoc wire: bytes as a stream of frames. A frame is dissected, printed and forgotten before the next one, so that
// memory does not grow with the length of the stream.
#include <CLI/App.hpp>

#include "cmd/encode.hpp"
#include "cmd/view/fault_view.hpp"
#include "cmd/view/node_json.hpp"
#include "cmd/wire_commands.hpp"
#include "show/frame_text.hpp"

namespace ethpoc::cmd {

std::expected<const wire::Profile*, ExitCode> chosen_profile(Output& out, const std::string& name) {
    if (name == "auto") { return nullptr; }
    const wire::Profile* const row = wire::find_profile(name);
    if (row != nullptr) { return row; }
    out.refuse("input.usage", "there is no protocol " + printable(name) + "; `ethpoc protocols` lists them");
    return std::unexpected(ExitCode::usage);
}

namespace {

struct Job {
    Bytes bytes{};
    show::Speech speech{};
};

std::expected<Job, ExitCode> prepare(Output& out, const WireOptions& options) {
    const auto profile = chosen_profile(out, options.protocol);
    if (!profile) { return std::unexpected(profile.error()); }
    auto bytes = read_input(out, options.bytes.words, options.bytes.form);
    if (!bytes) { return std::unexpected(bytes.error()); }
    Job job{*std::move(bytes), {}};
    job.speech = show::speech_of(job.bytes, *profile);
    return job;
}

/// Calls `use` for each frame and gap; false from it stops. Returns the first one with an error.
template <class Use>
void each_frame(const Job& job, const ByteOptions& options, Use use) {
    show::StreamReader frames(job.bytes, job.speech, options.limits());
    while (auto frame = frames.next()) {
        if (!use(std::move(*frame))) { return; }
    }
}

/// The first frame that is not right.
std::optional<show::Dissection> first_bad(const Job& job, const ByteOptions& options) {
    std::optional<show::Dissection> found;
    each_frame(job, options, [&found](show::Dissection frame) {
        if (frame.error) { found = std::move(frame); }
        return !found;
    });
    return found;
}

std::string protocol_text(const show::Speech& speech, const std::string& chosen) {
    std::string out = "protocol " + std::string(speech.profile->name) + " (" + std::string(speech.profile->era) + ")";
    if (speech.assumed) { return out + ", assumed: no Hello says so; --protocol sets another"; }
    return out + (chosen == "auto" ? ", from the Hello" : ", as asked for");
}

void show_json(Output& out, const Job& job, const WireOptions& options, bool ok) {
    JsonWriter json(out);
    json.begin_object();
    json.flag("ok", ok);
    json.member("protocol", job.speech.profile->name);
    json.flag("assumed", job.speech.assumed);
    json.key("frames");
    json.begin_list();
    each_frame(job, options.bytes, [&](const show::Dissection& frame) {
        write_frame(json, frame, !options.bytes.view.no_names);
        return !out.closed();
    });
    json.end_list();
    json.end_object();
}

void show_text(Output& out, const Job& job, const WireOptions& options) {
    const ViewOptions& view = options.bytes.view;
    out.text(wrapped(protocol_text(job.speech, options.protocol), view.width, 2) + '\n');
    std::size_t frames = 0;
    std::size_t bad = 0;
    each_frame(job, options.bytes, [&](const show::Dissection& frame) {
        show_frame(out, job.bytes, frame, frames, view);
        frames += frame.piece.is_gap ? 0 : 1;
        bad += frame.error ? 1 : 0;
        return !out.closed();
    });
    out.text(bad == 0 ? out.paint(Tone::green, "good") : out.paint(Tone::red, "malformed: " + plural(bad, "problem")));
    out.text(": " + plural(frames, "frame") + ", " + plural(job.bytes.size(), "byte") + '\n');
}

ExitCode show(Context& context, const WireOptions& options) {
    const auto job = prepare(context.out, options);
    if (!job) { return job.error(); }
    const bool ok = !first_bad(*job, options.bytes);
    context.out.json() ? show_json(context.out, *job, options, ok) : show_text(context.out, *job, options);
    return ok ? ExitCode::done : ExitCode::negative;
}

void check_json(Output& out, const Job& job, const std::optional<show::Dissection>& bad) {
    JsonWriter json(out);
    json.begin_object();
    json.flag("ok", !bad);
    json.member("protocol", job.speech.profile->name);
    json.flag("assumed", job.speech.assumed);
    json.member("bytes", job.bytes.size());
    if (bad) {
        json.key("error");
        write_error(json, *bad->error, bad->hint);
        if (!bad->note.empty()) { json.member("note", bad->note); }
    }
    json.end_object();
}

ExitCode check(Context& context, const WireOptions& options) {
    Output& out = context.out;
    const auto job = prepare(out, options);
    if (!job) { return job.error(); }
    const auto bad = first_bad(*job, options.bytes);
    if (out.json()) {
        check_json(out, *job, bad);
    } else if (bad) {
        const ViewOptions& view = options.bytes.view;
        show_fault(out, job->bytes, *bad->error, bad->hint, view);
        show_remark(out, "note", bad->note, view);
        if (!bad->note.empty()) { show_remark(out, "try", "add --protocol poc1", view); }
        show_remark(out, "note", "read as " + protocol_text(job->speech, options.protocol), view);
    } else {
        const std::string what =
            "good: " + plural(job->bytes.size(), "byte") + ", " + protocol_text(job->speech, options.protocol);
        constexpr std::size_t word = 4; // "good"
        out.text(out.paint(Tone::green, what.substr(0, word)) +
                 wrapped(what, options.bytes.view.width, 2).substr(word) + '\n');
    }
    return bad ? ExitCode::negative : ExitCode::done;
}

ExitCode text(Context& context, const WireOptions& options, bool names) {
    const auto profile = chosen_profile(context.out, options.protocol);
    if (!profile) { return profile.error(); }
    const auto bytes = read_input(context.out, options.bytes.words, options.bytes.form);
    if (!bytes) { return bytes.error(); }
    const auto write = [&](const show::TextSink& sink) {
        names ? show::write_named_frames(*bytes, show::speech_of(*bytes, *profile), sink)
              : show::write_frames(*bytes, sink);
    };
    if (!context.out.json()) {
        write([&context](std::string_view piece) { context.out.text(piece); });
        return ExitCode::done;
    }
    std::string whole;
    write([&whole](std::string_view piece) { whole += piece; });
    JsonWriter json(context.out);
    json.begin_object();
    json.member("text", whole);
    json.end_object();
    return ExitCode::done;
}

using RunWire = ExitCode (*)(Context&, const WireOptions&);

struct WireCommand {
    const char* name;
    const char* description;
    const char* example;
    RunWire run;
    bool views;
    bool splits;
};

constexpr WireCommand wire_commands[] = {
    {"show", "All bytes of a stream, frame by frame, with the names of their fields",
     "ethpoc wire show 2240089100000002c102", show, true, false},
    {"check", "Strict: the first error and its place", "ethpoc wire check 2240089100000003c50280", check, true, false},
    {"explain", "How the stream is read, step by step, also cut into any reads",
     "ethpoc wire explain 2240089100000002c102\nethpoc wire explain --split 1,5,9 2240089100000002c102", explain_wire,
     true, true},
    {"split", "Cut a stream into its frames, one line of hex each",
     "ethpoc wire split 2240089100000002c1022240089100000002c103", split_wire, false, false},
    {"diff", "What differs between two streams, by path", "ethpoc wire diff 2240089100000002c102 2240089100000002c103",
     diff_wire, true, false},
};

void add_protocol(CLI::App& sub, std::string& protocol) {
    sub.add_option("--protocol,--profile", protocol, "version as `ethpoc protocols` names it (auto)")->type_name("P");
}

void add_wire_command(CLI::App& parent, Context& context, const WireCommand& row) {
    CLI::App* sub = add_command(parent, row.name, row.description, row.example);
    auto options = std::make_shared<WireOptions>();
    add_input_options(*sub, options->bytes);
    add_protocol(*sub, options->protocol);
    if (row.views) { add_view_options(*sub, options->bytes, context.out); }
    if (row.splits) {
        sub->add_option("--split", options->split, "where the reads end: 1,5,9")
            ->delimiter(',')
            ->allow_extra_args(false)
            ->type_name("AT,AT..");
    }
    sub->callback([&context, options, run = row.run] {
        context.action = [&context, options, run] { return run(context, *options); };
    });
}

void add_wire_text(CLI::App& parent, Context& context) {
    CLI::App* sub = add_command(parent, "text", "As text that `encode` reads back, whatever the bytes are",
                                "ethpoc wire text 2240089100000002c102\n"
                                "ethpoc wire text --names 2240089100000005c4148201002240089100000002c102");
    auto options = std::make_shared<WireOptions>();
    auto names = std::make_shared<bool>(false);
    add_input_options(*sub, options->bytes);
    add_protocol(*sub, options->protocol);
    sub->add_flag("--names", *names,
                  "messages by their names, with those of their fields; what these cannot say stays a frame");
    sub->callback([&context, options, names] {
        context.action = [&context, options, names] { return text(context, *options, *names); };
    });
}

struct WireEncode {
    EncodeOptions encode{};
    std::string protocol = "auto";
};

ExitCode encode(Context& context, const WireEncode& options) {
    const auto profile = chosen_profile(context.out, options.protocol);
    if (!profile) { return profile.error(); }
    return encode_text(context, options.encode, {.profile = *profile});
}

void add_wire_encode(CLI::App& parent, Context& context) {
    CLI::App* sub = add_command(parent, "encode", "Text to bytes, messages by their names too",
                                "ethpoc wire encode 'frame { [2] }'\n"
                                "ethpoc wire encode 'Hello{version:23 client_id:\"x\"} Ping GetChain{count:1}'\n"
                                "ethpoc wire encode --protocol p2p2/eth49 'Status, Ping' --out bin | ethpoc wire show");
    auto options = std::make_shared<WireEncode>();
    add_encode_options(*sub, options->encode);
    sub->add_option("--protocol", options->protocol,
                    "version of messages by name; auto: that of the first Hello{version:..}, else the first of 23, 30 "
                    "and p2p2/eth49 that has all of them. Fields that are not given have their usual values")
        ->type_name("P");
    sub->callback([&context, options] { context.action = [&context, options] { return encode(context, *options); }; });
}

} // namespace

void add_wire(CLI::App& app, Context& context) {
    CLI::App* parent = add_command(app, "wire", "See, check, explain and write frames and messages",
                                   "ethpoc wire show 2240089100000002c102\nethpoc wire check 2240089100000003c50280");
    parent->require_subcommand(1);
    for (const WireCommand& row : wire_commands) {
        add_wire_command(*parent, context, row);
    }
    add_wire_text(*parent, context);
    add_wire_encode(*parent, context);
}

} // namespace ethpoc::cmd
