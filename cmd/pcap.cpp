// ethpoc pcap: what was said in a capture, message by message; and captures from recorded sessions.
#include <CLI/App.hpp>
#include <cmath>
#include <filesystem>

#include "cmd/view/fault_view.hpp"
#include "cmd/view/node_json.hpp"
#include "cmd/wire_commands.hpp"
#include "record/capture.hpp"
#include "record/capture_writer.hpp"
#include "show/describe.hpp"

namespace ethpoc::cmd {
namespace {

struct PcapOptions {
    std::string file;
    std::string protocol = "auto";
    std::string write;
    std::string from;
    std::optional<std::size_t> follow{};
    ByteOptions bytes{};
};

/// What the message says; its error is placed in the stream of its side.
show::Dissection dissect(const wire::Said& said) {
    show::Dissection out = show::dissect_payload(said.payload, show::speech_of(said));
    if (out.error) { out.error->offset += said.offset + wire::frame_header_size; }
    return out;
}

const char* word_of(wire::Side side) noexcept {
    return side == wire::Side::dialer ? "dialer" : "listener";
}

/// Milliseconds are what people compare; microseconds are what a capture has.
double rounded(double seconds) {
    return std::round(seconds * 1e6) / 1e6;
}

// ---------------------------------------------------------------- for programs

void write_heard(JsonWriter& json, const record::Heard& heard, bool with_tree) {
    json.begin_object();
    json.key("time");
    json.decimal(rounded(heard.seconds));
    json.member("connection", heard.connection);
    json.member("from", word_of(heard.from));
    json.member("offset", heard.offset);
    if (heard.gap != 0) {
        json.member("gap", heard.gap);
    } else if (heard.garbage != nullptr) {
        json.key("type");
        json.null();
        json.key("error");
        write_error(json, *heard.garbage, std::string(heard.garbage->code->hint));
    } else {
        const show::Dissection one = dissect(*heard.said);
        const std::uint64_t base = heard.offset + wire::frame_header_size;
        json.member("size", heard.said->payload.size() + wire::frame_header_size);
        json.member("segments", heard.segments);
        json.key("type");
        one.message.type ? json.string(wire::name_of(*one.message.type)) : json.null();
        json.key("id");
        one.message.id ? json.number(*one.message.id) : json.null();
        json.key("fields");
        write_fields(json, one.message.fields);
        if (with_tree && !one.tree.nodes.empty()) {
            json.key("tree");
            write_node(json, one.tree, 0, &one.names, true, base);
        }
        if (one.error) {
            json.key("error");
            write_error(json, *one.error, one.hint);
        }
    }
    json.end_object();
}

void write_connection(JsonWriter& json, const record::ConnectionInfo& info) {
    json.begin_object();
    json.member("connection", info.number);
    json.member("dialer", info.dialer.text());
    json.member("listener", info.listener.text());
    json.key("protocol");
    info.profile != nullptr ? json.string(info.profile->name) : json.null();
    json.member("messages", info.messages);
    json.member("malformed", info.malformed);
    json.member("dialer_bytes", info.bytes[0]);
    json.member("listener_bytes", info.bytes[1]);
    json.member("dialer_left", info.left[0]);
    json.member("listener_left", info.left[1]);
    json.member("missing_bytes", info.missing);
    json.end_object();
}

// ---------------------------------------------------------------- for people

std::string time_text(double seconds) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%9.3f", seconds);
    return text.data();
}

std::string front_of(Output& out, const record::Heard& heard, bool many) {
    std::string front = out.paint(Tone::dim, time_text(heard.seconds)) + ' ';
    if (many) { front += ' ' + std::to_string(heard.connection); }
    return front + (heard.from == wire::Side::dialer ? "  -> " : "  <- ");
}

/// The width of front_of(), without colours.
std::size_t front_width(const record::Heard& heard, const PcapOptions& options) {
    return time_text(heard.seconds).size() + 1 + (options.follow ? 0 : 1 + std::to_string(heard.connection).size()) + 5;
}

/// `what` after `used` columns; a problem is told in full, on several lines.
std::string fitted(const std::string& what, std::size_t used, std::size_t width, bool in_full) {
    constexpr std::size_t least = 8;
    const std::size_t room = width > used + least ? width - used : least;
    return in_full && what.size() > room ? hanging(std::string(used, ' '), what, width).substr(used) : cut(what, room);
}

void show_message(Output& out, const record::Heard& heard, const PcapOptions& options) {
    const wire::Said& said = *heard.said;
    const show::Dissection one = dissect(said);
    std::string name(one.message.type ? wire::name_of(*one.message.type) : "no message");
    name.resize(std::max<std::size_t>(name.size(), 14), ' ');
    std::string what = one.error ? "malformed: " + short_message(*one.error)
                                 : show::describe(show::speech_of(said).profile, said.payload, said.offsets);
    if (heard.segments > 1) { what += " (" + std::to_string(heard.segments) + " segments)"; }
    if (what.empty()) {
        name.resize(name.find_last_not_of(' ') + 1);
    } else {
        const std::size_t used = front_width(heard, options) + name.size() + 1;
        what = ' ' + fitted(what, used, options.bytes.view.width, one.error.has_value());
    }
    out.text(front_of(out, heard, !options.follow) + out.paint(one.error ? Tone::red : Tone::bold, name) + what + '\n');
}

void show_heard(Output& out, const record::Heard& heard, const PcapOptions& options) {
    if (heard.said != nullptr) { return show_message(out, heard, options); }
    const std::string what =
        heard.gap != 0 ? "gap: " + plural(heard.gap, "byte") + " not in the capture" : heard.garbage->message();
    out.text(front_of(out, heard, !options.follow) +
             out.paint(heard.gap != 0 ? Tone::yellow : Tone::red,
                       fitted(what, front_width(heard, options), options.bytes.view.width, true)) +
             '\n');
}

void show_summary(Output& out, const record::CaptureSummary& summary, std::size_t width) {
    for (const record::ConnectionInfo& info : summary.connections) {
        if (info.bytes[0] + info.bytes[1] == 0) { continue; }
        const std::string protocol =
            info.profile != nullptr ? "protocol " + std::string(info.profile->name) : "no Hello";
        std::string line = std::to_string(info.number) + ": " + info.dialer.text() + " -> " + info.listener.text() +
                           ", " + protocol + ", " + plural(info.messages, "message");
        if (info.malformed != 0) { line += ", " + std::to_string(info.malformed) + " malformed"; }
        if (info.missing != 0) { line += ", " + plural(info.missing, "byte") + " missing"; }
        if (info.left[0] + info.left[1] != 0) { line += ", the last message is not whole"; }
        out.text(hanging("connection ", line, width) + '\n');
    }
    out.text(plural(summary.packets, "packet") + " (" + summary.link + "), " + plural(summary.segments, "segment") +
             " of TCP, " + plural(summary.connections.size(), "connection") + '\n');
}

// ---------------------------------------------------------------- the command

bool is_good(const record::CaptureSummary& summary) {
    const bool bad = std::ranges::any_of(summary.connections, [](const record::ConnectionInfo& info) {
        return info.malformed != 0 || info.missing != 0;
    });
    return !bad && summary.trouble.empty();
}

ExitCode read_pcap(Context& context, const PcapOptions& options) {
    Output& out = context.out;
    const auto profile = chosen_profile(out, options.protocol);
    if (!profile) { return profile.error(); }
    std::error_code ignored;
    if (options.file != "-" && !std::filesystem::exists(options.file, ignored)) {
        out.complain(printable(options.file) + ": there is no such file");
        return ExitCode::io;
    }
    std::optional<JsonWriter> json;
    const auto hear = [&](const record::Heard& heard) {
        if (options.follow && heard.connection != *options.follow) { return true; }
        if (!json && out.json()) {
            json.emplace(out);
            json->begin_object();
            json->key("messages");
            json->begin_list();
        }
        json ? write_heard(*json, heard, options.follow.has_value()) : show_heard(out, heard, options);
        return !out.closed();
    };
    const auto summary = record::read_capture(options.file, {.assumed = *profile}, hear);
    if (!summary) {
        out.complain(printable(options.file) + ": " + summary.error());
        return ExitCode::negative;
    }
    const bool missing = options.follow && *options.follow >= summary->connections.size();
    if (out.json()) {
        if (!json) {
            json.emplace(out);
            json->begin_object();
            json->key("messages");
            json->begin_list();
        }
        json->end_list();
        json->key("connections");
        json->begin_list();
        for (const record::ConnectionInfo& info : summary->connections) {
            write_connection(*json, info);
        }
        json->end_list();
        json->member("packets", summary->packets);
        json->member("segments", summary->segments);
        json->member("link", summary->link);
        if (!summary->trouble.empty()) { json->member("trouble", summary->trouble); }
        json->flag("ok", is_good(*summary));
        json->end_object();
        json.reset();
    } else if (!options.follow) {
        show_summary(out, *summary, options.bytes.view.width);
    }
    if (!summary->trouble.empty()) {
        out.complain(printable(options.file) + ": " + summary->trouble + "; what stands before is shown");
    }
    if (summary->untracked != 0) {
        out.complain(std::to_string(summary->untracked) +
                     " segments of more connections than are followed at once were left out");
    }
    if (missing) {
        out.complain("there is no connection " + std::to_string(*options.follow) + "; the capture has " +
                     plural(summary->connections.size(), "connection"));
        return ExitCode::nothing;
    }
    return is_good(*summary) ? ExitCode::done : ExitCode::negative;
}

ExitCode write_pcap(Context& context, const PcapOptions& options) {
    Output& out = context.out;
    std::error_code ignored;
    if (!std::filesystem::exists(options.from, ignored)) {
        out.complain(printable(options.from) + ": there is no such file");
        return ExitCode::io;
    }
    const auto session = record::read_session(options.from);
    if (!session) {
        out.complain(session.error());
        return ExitCode::negative;
    }
    const auto written = record::write_capture(options.write, *session);
    if (!written) {
        out.complain(written.error());
        return ExitCode::io;
    }
    if (out.json()) {
        JsonWriter json(out);
        json.begin_object();
        json.member("file", options.write);
        json.member("packets", written->packets);
        json.member("connections", written->connections);
        json.end_object();
    } else {
        out.text(options.write + ": " + plural(written->packets, "packet") + ", " +
                 plural(written->connections, "connection") + '\n');
    }
    return ExitCode::done;
}

ExitCode run_pcap(Context& context, const PcapOptions& options) {
    if (options.write.empty() != options.from.empty()) {
        context.out.complain("--write OUT and --from SESSION go together");
        return ExitCode::usage;
    }
    if (!options.write.empty()) { return write_pcap(context, options); }
    if (options.file.empty()) {
        context.out.complain("pcap wants a capture file, or - for the standard input");
        return ExitCode::usage;
    }
    return read_pcap(context, options);
}

} // namespace

void add_pcap(CLI::App& app, Context& context) {
    CLI::App* sub = add_command(app, "pcap", "What was said in a capture; captures from recorded sessions",
                                "ethpoc pcap samples/handshake.pcap\nethpoc pcap samples/peers.pcap --follow 0\n"
                                "ethpoc pcap --write out.pcap --from session.jsonl");
    auto options = std::make_shared<PcapOptions>();
    sub->add_option("file", options->file, "a capture (pcap or pcapng), or -")->type_name("FILE|-");
    sub->add_option("--follow", options->follow, "one connection only, with --json its trees too")->type_name("N");
    sub->add_option("--protocol", options->protocol, "version while no Hello was heard (auto)")->type_name("P");
    sub->add_option("--write", options->write, "write a capture")->type_name("OUT");
    sub->add_option("--from", options->from, "a recorded session")->type_name("SESSION");
    sub->add_option("--width", options->bytes.view.width, "columns of the output (80)")
        ->check(CLI::Range(std::size_t{60}, std::size_t{1000}));
    sub->callback(
        [&context, options] { context.action = [&context, options] { return run_pcap(context, *options); }; });
}

} // namespace ethpoc::cmd
