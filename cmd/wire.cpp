// ethpoc wire: bytes as a stream of frames. A frame is dissected, printed and forgotten before the next one, so that
// memory does not grow with the length of the stream.
#include <CLI/App.hpp>

#include "cmd/encode.hpp"
#include "cmd/view/fault_view.hpp"
#include "cmd/view/node_json.hpp"
#include "cmd/wire_commands.hpp"
#include "cmd/wire_input.hpp"
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

/// Calls `use` for each frame and gap; false from it stops.
template <class Use>
void each_frame(const WireStream& stream, const ByteOptions& options, Use use) {
    show::StreamReader frames(stream.bytes, stream.speech, options.limits());
    while (auto frame = frames.next()) {
        if (!use(std::move(*frame))) { return; }
    }
}

struct BadFrame {
    const WireStream* stream = nullptr;
    show::Dissection frame{};
};

/// The first frame that is not right.
std::optional<BadFrame> first_bad(const WireInput& input, const ByteOptions& options) {
    std::optional<BadFrame> found;
    for (const WireStream& stream : input.streams) {
        each_frame(stream, options, [&](show::Dissection frame) {
            if (frame.error) { found = BadFrame{&stream, std::move(frame)}; }
            return !found;
        });
        if (found) { break; }
    }
    return found;
}

std::string protocol_text(const show::Speech& speech, const std::string& chosen) {
    std::string out = "protocol " + std::string(speech.profile->name) + " (" + std::string(speech.profile->era) + ")";
    if (speech.assumed) { return out + ", assumed: no Hello says so; --protocol sets another"; }
    return out + (chosen == "auto" ? ", from the Hello" : ", as asked for");
}

/// The members that every document has: those of the stream, of a capture those of its first one.
void write_protocol(JsonWriter& json, const WireInput& input) {
    const show::Speech speech = input.streams.empty() ? show::speech_of(BytesView{}) : input.streams.front().speech;
    json.member("protocol", speech.profile->name);
    json.flag("assumed", speech.assumed);
    write_streams(json, input);
}

void show_json(Output& out, const WireInput& input, const WireOptions& options, bool ok) {
    JsonWriter json(out);
    json.begin_object();
    json.flag("ok", ok);
    write_protocol(json, input);
    json.key("frames");
    json.begin_list();
    for (const WireStream& stream : input.streams) {
        each_frame(stream, options.bytes, [&](const show::Dissection& frame) {
            write_frame(json, frame, !options.bytes.view.no_names, input.number_of(stream));
            return !out.closed();
        });
    }
    json.end_list();
    write_trouble(json, input);
    json.end_object();
}

void show_text(Output& out, const WireStream& stream, const WireOptions& options) {
    const ViewOptions& view = options.bytes.view;
    if (stream.origin) { show_heading(out, stream); }
    out.text(wrapped(protocol_text(stream.speech, options.protocol), view.width, 2) + '\n');
    std::size_t frames = 0;
    std::size_t bad = 0;
    each_frame(stream, options.bytes, [&](const show::Dissection& frame) {
        show_frame(out, stream.bytes, frame, frames, view);
        frames += frame.piece.is_gap ? 0 : 1;
        bad += frame.error ? 1 : 0;
        return !out.closed();
    });
    out.text(bad == 0 ? out.paint(Tone::green, "good") : out.paint(Tone::red, "malformed: " + plural(bad, "problem")));
    out.text(": " + plural(frames, "frame") + ", " + plural(stream.bytes.size(), "byte") + '\n');
}

ExitCode show(Context& context, const WireOptions& options) {
    Output& out = context.out;
    const auto input = read_wire(out, options);
    if (!input) { return input.error(); }
    const bool ok = input->trouble.empty() && !first_bad(*input, options.bytes);
    if (out.json()) {
        show_json(out, *input, options, ok);
    } else {
        for (const WireStream& stream : input->streams) {
            if (&stream != &input->streams.front()) { out.text("\n"); }
            show_text(out, stream, options);
        }
    }
    return ok ? ExitCode::done : ExitCode::negative;
}

void check_json(Output& out, const WireInput& input, const std::optional<BadFrame>& bad) {
    JsonWriter json(out);
    json.begin_object();
    json.flag("ok", input.trouble.empty() && !bad);
    write_protocol(json, input);
    json.member("bytes", input.size());
    if (bad) {
        if (const auto number = input.number_of(*bad->stream)) { json.member("stream", *number); }
        json.key("error");
        write_error(json, *bad->frame.error, bad->frame.hint);
        if (!bad->frame.note.empty()) { json.member("note", bad->frame.note); }
    } else {
        write_trouble(json, input);
    }
    json.end_object();
}

void show_bad(Output& out, const BadFrame& bad, const WireOptions& options) {
    const ViewOptions& view = options.bytes.view;
    const show::Dissection& frame = bad.frame;
    if (bad.stream->origin) { show_heading(out, *bad.stream); }
    show_fault(out, bad.stream->bytes, *frame.error, frame.hint, view);
    show_remark(out, "note", frame.note, view);
    if (!frame.note.empty()) { show_remark(out, "try", "add --protocol poc1", view); }
    show_remark(out, "note", "read as " + protocol_text(bad.stream->speech, options.protocol), view);
}

ExitCode check(Context& context, const WireOptions& options) {
    Output& out = context.out;
    const auto input = read_wire(out, options);
    if (!input) { return input.error(); }
    const auto bad = first_bad(*input, options.bytes);
    const bool ok = input->trouble.empty() && !bad;
    if (out.json()) {
        check_json(out, *input, bad);
    } else if (bad) {
        show_bad(out, *bad, options);
    } else if (ok) {
        const std::string rest = input->capture ? plural(input->streams.size(), "stream")
                                                : protocol_text(input->streams.front().speech, options.protocol);
        const std::string what = "good: " + plural(input->size(), "byte") + ", " + rest;
        constexpr std::size_t word = 4; // "good"
        out.text(out.paint(Tone::green, what.substr(0, word)) +
                 wrapped(what, options.bytes.view.width, 2).substr(word) + '\n');
    }
    return ok ? ExitCode::done : ExitCode::negative;
}

ExitCode text(Context& context, const WireOptions& options, bool names) {
    const auto input = read_wire(context.out, options);
    if (!input) { return input.error(); }
    if (input->capture) {
        context.out.refuse("input.usage",
                           "a capture has several streams, and the text form is of one string of bytes; `ethpoc wire "
                           "show` and `ethpoc wire split` take it, and --in raw takes the bytes of the file itself");
        return ExitCode::usage;
    }
    const WireStream& stream = input->streams.front();
    const auto write = [&](const show::TextSink& sink) {
        names ? show::write_named_frames(stream.bytes, stream.speech, sink) : show::write_frames(stream.bytes, sink);
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
    bool captures = true; // are read as well as bytes
};

constexpr WireCommand wire_commands[] = {
    {"show", "All bytes of a stream, frame by frame, with the names of their fields",
     "ethpoc wire show 2240089100000002c102\nethpoc wire show samples/handshake.pcap", show, true, false},
    {"check", "Strict: the first error and its place", "ethpoc wire check 2240089100000003c50280", check, true, false},
    {"explain", "How the stream is read, step by step, also cut into any reads",
     "ethpoc wire explain 2240089100000002c102\nethpoc wire explain --split 1,5,9 2240089100000002c102", explain_wire,
     true, true},
    {"split", "Cut a stream into its frames, one line of hex each",
     "ethpoc wire split 2240089100000002c1022240089100000002c103", split_wire, false, false},
    {"diff", "What differs between two streams, by path", "ethpoc wire diff 2240089100000002c102 2240089100000002c103",
     diff_wire, true, false, false},
};

void add_protocol(CLI::App& sub, std::string& protocol) {
    sub.add_option("--protocol,--profile", protocol, "version as `ethpoc protocols` names it (auto)")->type_name("P");
}

void add_capture_words(CLI::App& sub) {
    sub.get_option("input")->description("bytes as hex, a file or - for the standard input: raw or hex text, or a "
                                         "capture (pcap, pcapng, JSON lines of a "
                                         "session), each also .gz and known by its content. Of a capture each side of "
                                         "each connection is a stream, whose "
                                         "offsets count from its first byte (behind a gap: from there)");
}

void add_wire_command(CLI::App& parent, Context& context, const WireCommand& row) {
    CLI::App* sub = add_command(parent, row.name, row.description, row.example);
    auto options = std::make_shared<WireOptions>();
    add_input_options(*sub, options->bytes);
    if (row.captures) { add_capture_words(*sub); }
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
