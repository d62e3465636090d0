// ethpoc wire explain, split and diff.
#include "cmd/view/diff_view.hpp"
#include "cmd/view/fault_view.hpp"
#include "cmd/view/node_json.hpp"
#include "cmd/view/step_view.hpp"
#include "cmd/wire_commands.hpp"
#include "cmd/wire_input.hpp"
#include "show/frame_explain.hpp"
#include "wire/frame.hpp"

namespace ethpoc::cmd {
namespace {

void show_read(Output& out, const ViewOptions& view, const show::ReadStep& step, std::size_t number) {
    const std::size_t size = step.to - step.from;
    out.text(out.paint(Tone::bold, "read " + std::to_string(number)) + "  " + plural(size, "byte") + ", " +
             view.offset(step.from) + ".." + view.offset(step.to - 1) + '\n');
    for (const std::string& event : step.events) {
        out.text(hanging("        ", event, view.width) + '\n');
    }
    out.text(hanging("        ", step.state, view.width) + '\n');
}

void write_read(JsonWriter& json, const show::ReadStep& step) {
    json.begin_object();
    json.member("from", step.from);
    json.member("to", step.to);
    json.member("frames", step.frames);
    json.member("holds", step.holds);
    json.member("needs", step.needs);
    json.key("events");
    json.begin_list();
    for (const std::string& event : step.events) {
        json.string(event);
    }
    json.end_list();
    json.member("state", step.state);
    json.end_object();
}

ExitCode explain_split(Output& out, const WireOptions& options, BytesView bytes) {
    std::vector<std::size_t> cuts = options.split;
    std::ranges::sort(cuts);
    std::optional<JsonWriter> json;
    if (out.json()) {
        json.emplace(out);
        json->begin_object();
        json->key("reads");
        json->begin_list();
    }
    std::size_t number = 0;
    bool whole = true;
    show::explain_reads(bytes, cuts, [&](const show::ReadStep& step) {
        whole = step.holds == 0;
        json ? write_read(*json, step) : show_read(out, options.bytes.view, step, ++number);
        return !out.closed();
    });
    if (json) {
        json->end_list();
        json->end_object();
    }
    return whole ? ExitCode::done : ExitCode::negative;
}

/// The two steps that a reader takes before RLP begins.
void header_steps(const show::Piece& piece, const std::function<bool(show::Step)>& put) {
    if (piece.is_gap) {
        put({piece.offset,
             piece.size,
             0,
             0,
             "no sync token begins here: a reader skips to the next one or gives up",
             {}});
        return;
    }
    const std::size_t token = std::min(piece.size, wire::sync_token.size());
    put({piece.offset, token, 0, 0, "sync token: here a frame begins. The reader waits until it has 8 bytes",
         token < wire::sync_token.size() ? "only its beginning is there" : ""});
    if (piece.size <= token) { return; }
    const std::size_t size = std::min(piece.size, wire::frame_header_size) - token;
    if (!piece.payload_size) {
        put({piece.offset + token, size, 0, 0, "beginning of the payload size, which has 4 bytes", {}});
        return;
    }
    const std::size_t there = piece.end() - piece.payload_begin();
    put({piece.offset + token, size, 0, 0,
         "payload size, most significant byte first: " + plural(*piece.payload_size, "byte") + ", without these 8",
         piece.whole() ? "" : "only " + std::to_string(there) + " of them are there"});
}

std::string name_at(const show::Dissection& frame, const show::Step& step) {
    const bool header = step.offset == frame.tree.nodes[step.node].offset;
    return header && step.size != 0 ? frame.names[step.node].text() : std::string();
}

/// Steps of one frame, header and RLP.
template <class Put>
void frame_steps(const show::Dissection& frame, Put put) {
    header_steps(frame.piece, [&put](const show::Step& step) { return put(step, std::string()); });
    if (frame.piece.is_gap) { return; }
    show::explain_reading(frame.tree, [&](const show::Step& step) { return put(step, name_at(frame, step)); });
}

/// The steps of one stream after the other, counted through.
struct Steps {
    Output& out;
    JsonWriter* json; // nullptr: for people
    const ByteOptions& options;
    std::size_t number = 0;

    /// False when something is wrong in it. `index` of the stream, of a capture.
    bool explain(const WireStream& stream, std::optional<std::size_t> index) {
        if (stream.origin && json == nullptr) { show_heading(out, stream); }
        StepView view(out, options.view, stream.bytes, false);
        bool ok = true;
        show::StreamReader frames(stream.bytes, stream.speech, options.limits());
        for (auto read = frames.next(); read && !out.closed(); read = frames.next()) {
            frame_steps(*read, [&](const show::Step& step, const std::string& name) {
                if (json == nullptr) { return view.show(step, name); }
                write_step(*json, step, ++number, name, index);
                return !out.closed();
            });
            ok = ok && !read->error;
            if (json == nullptr) { show_result(*read, stream.bytes); }
        }
        return ok;
    }
    void show_result(const show::Dissection& frame, BytesView bytes) const {
        if (frame.message.type) {
            out.text("result  a message " + std::string(wire::name_of(*frame.message.type)) + '\n');
        }
        if (frame.error) { show_fault(out, bytes, *frame.error, frame.hint, options.view); }
        show_remark(out, "note", frame.note, options.view);
    }
};

void write_piece(JsonWriter& json, const show::Piece& piece, BytesView own, std::optional<std::size_t> stream) {
    json.begin_object();
    if (stream) { json.member("stream", *stream); }
    json.member("offset", piece.offset);
    json.member("size", piece.size);
    json.flag("whole", !piece.error);
    json.key("hex");
    json.hex(own);
    json.end_object();
}

void show_piece(Output& out, const show::Piece& piece, BytesView own) {
    const char* const remark = !piece.error ? "" : piece.is_gap ? "  # no frame" : "  # not whole";
    out.text(to_hex(own) + remark + '\n');
}

} // namespace

ExitCode explain_wire(Context& context, const WireOptions& options) {
    Output& out = context.out;
    const auto input = read_wire(out, options);
    if (!input) { return input.error(); }
    if (!options.split.empty()) {
        if (input->single()) { return explain_split(out, options, input->streams.front().bytes); }
        out.refuse("input.usage",
                   "--split is for one stream, and the capture has " + plural(input->streams.size(), "stream"));
        return ExitCode::usage;
    }
    std::optional<JsonWriter> json;
    if (out.json()) {
        json.emplace(out);
        json->begin_object();
        json->key("steps");
        json->begin_list();
    }
    Steps steps{out, json ? &*json : nullptr, options.bytes};
    bool ok = input->trouble.empty();
    for (const WireStream& stream : input->streams) {
        ok = steps.explain(stream, input->number_of(stream)) && ok;
    }
    if (json) {
        json->end_list();
        write_streams(*json, *input);
        json->flag("ok", ok);
        write_trouble(*json, *input);
        json->end_object();
    }
    return ok ? ExitCode::done : ExitCode::negative;
}

ExitCode split_wire(Context& context, const WireOptions& options) {
    Output& out = context.out;
    const auto input = read_wire(out, options);
    if (!input) { return input.error(); }
    std::optional<JsonWriter> json;
    if (out.json()) {
        json.emplace(out);
        json->begin_object();
        json->key("frames");
        json->begin_list();
    }
    bool ok = input->trouble.empty();
    for (const WireStream& stream : input->streams) {
        if (stream.origin && !json) { out.text("# " + heading_of(stream) + '\n'); }
        show::StreamReader frames(stream.bytes, stream.speech, options.bytes.limits());
        for (auto read = frames.next(); read && !out.closed(); read = frames.next()) {
            const BytesView own = BytesView{stream.bytes}.subspan(read->piece.offset, read->piece.size);
            json ? write_piece(*json, read->piece, own, input->number_of(stream)) : show_piece(out, read->piece, own);
            ok = ok && !read->piece.error;
        }
    }
    if (json) {
        json->end_list();
        write_streams(*json, *input);
        json->flag("ok", ok);
        write_trouble(*json, *input);
        json->end_object();
    }
    return ok ? ExitCode::done : ExitCode::negative;
}

ExitCode diff_wire(Context& context, const WireOptions& options) {
    Output& out = context.out;
    const auto profile = chosen_profile(out, options.protocol);
    if (!profile) { return profile.error(); }
    const auto both = read_two(out, options.bytes);
    if (!both) { return both.error(); }
    const show::Speech first_speech = show::speech_of(both->first, *profile);
    const show::Speech second_speech = show::speech_of(both->second, *profile);
    const bool equal = both->first == both->second;
    std::optional<JsonWriter> json;
    if (out.json()) {
        json.emplace(out);
        json->begin_object();
        json->flag("equal", equal);
        json->key("differences");
        json->begin_list();
    }
    show::StreamReader firsts(both->first, first_speech);
    show::StreamReader seconds(both->second, second_speech);
    for (std::size_t number = 0;; ++number) {
        auto a = firsts.next();
        auto b = seconds.next();
        if ((!a && !b) || out.closed()) { break; }
        const show::Dissection first = std::move(a).value_or(show::Dissection{});
        const show::Dissection second = std::move(b).value_or(show::Dissection{});
        show_differences(out, json ? &*json : nullptr, options.bytes.view, {first.tree, &first.names},
                         {second.tree, &second.names}, "frame " + std::to_string(number) + ' ');
    }
    if (json) {
        json->end_list();
        json->end_object();
    } else if (equal) {
        out.text("equal: " + plural(both->first.size(), "byte") + '\n');
    }
    return equal ? ExitCode::done : ExitCode::negative;
}

} // namespace ethpoc::cmd
