#include "cmd/pcap_read.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "cmd/pcap_summary.hpp"
#include "cmd/view/fault_view.hpp"
#include "cmd/view/node_json.hpp"
#include "cmd/view/talk_line.hpp"
#include "cmd/wire_commands.hpp"
#include "show/describe.hpp"

namespace ethpoc::cmd {
namespace {

/// What the message says; its error is placed in the stream of its side.
show::Dissection dissect(const wire::Said& said) {
    show::Dissection out = show::dissect_payload(said.payload, show::speech_of(said));
    if (out.error) { out.error->offset += said.offset + wire::frame_header_size; }
    if (said.profile != nullptr) { out.tolerated = out.error && said.message != nullptr; }
    return out;
}

const char* word_of(wire::Side side) noexcept {
    return side == wire::Side::dialer ? "dialer" : "listener";
}

const char* word_of(record::Aside::Kind kind) noexcept {
    switch (kind) {
    case record::Aside::Kind::conflicting:
        return "conflicting";
    case record::Aside::Kind::late:
        return "late";
    case record::Aside::Kind::outside:
        break;
    }
    return "outside";
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
        if (heard.unfinished != 0) { json.member("unfinished", heard.unfinished); }
    } else if (heard.aside != nullptr) {
        json.member(word_of(heard.aside->kind), heard.aside->bytes);
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
            json.flag("tolerated", one.tolerated);
        }
    }
    json.end_object();
}

// ---------------------------------------------------------------- for people

/// A message, and with --tree its bytes.
TalkLine talk_of_message(const record::Heard& heard) {
    const wire::Said& said = *heard.said;
    const show::Dissection one = dissect(said);
    TalkLine line{.bytes = wire::frame_header_size + said.payload.size(), .tolerated = one.tolerated};
    line.name = one.message.type ? wire::name_of(*one.message.type) : "no message";
    if (one.error) {
        line.problem = std::string(show::verdict_word(one.tolerated)) + short_message(*one.error);
    } else {
        line.details = show::describe(show::speech_of(said).profile, said.payload, said.offsets);
    }
    if (heard.segments > 1) {
        line.details += (line.details.empty() ? "" : " ") + ("(" + std::to_string(heard.segments) + " segments)");
    }
    return line;
}

/// What is no message, in words.
std::string odd_text(const record::Heard& heard) {
    if (heard.gap != 0) {
        return "gap: " + plural(heard.gap, "byte") + " not in the capture" +
               (heard.unfinished != 0 ? ", behind " + plural(heard.unfinished, "byte") + " of a message" : "");
    }
    if (heard.aside == nullptr) { return heard.garbage->message(); }
    const std::string bytes = plural(heard.aside->bytes, "byte");
    switch (heard.aside->kind) {
    case record::Aside::Kind::conflicting:
        return "conflict: " + bytes + " unlike those heard before in their place, which are shown";
    case record::Aside::Kind::late:
        return "late: " + bytes + " for a place that was passed, not shown";
    case record::Aside::Kind::outside:
        break;
    }
    return "outside: " + bytes + " with numbers that are not of this connection, not shown";
}

void show_heard(Output& out, const record::Heard& heard, const PcapReading& options) {
    TalkLine line = heard.said != nullptr ? talk_of_message(heard) : TalkLine{};
    if (heard.said == nullptr) {
        line.problem = odd_text(heard);
        line.tolerated = heard.garbage == nullptr;
    }
    line.time = elapsed_time(heard.seconds);
    line.who = std::to_string(heard.connection);
    line.arrow = arrow_of(heard.from);
    out.text(talk_text(out, line));
    if (options.tree && heard.said != nullptr) { show_said(out, *heard.said, {.width = out.width()}); }
}

// ---------------------------------------------------------------- the command

/// The messages of a capture as they are heard, then the summary: text, or one JSON document.
class PcapTeller {
  public:
    PcapTeller(Output& out, const PcapReading& options) : out_(out), options_(options) {
        if (!out.json()) { return; }
        json_.emplace(out);
        json_->begin_object();
        json_->key("messages");
        json_->begin_list();
    }
    bool hear(const record::Heard& heard) {
        if (options_.follow && heard.connection != *options_.follow) { return true; }
        json_ ? write_heard(*json_, heard, options_.tree || options_.follow) : show_heard(out_, heard, options_);
        if (options_.file == "-") { out_.flush(); } // it may come from a wire, packet by packet
        return !out_.closed();
    }
    void end(const record::CaptureSummary& summary) {
        if (!json_) {
            if (!options_.follow && summary.packets + summary.connections.size() + summary.link.size() != 0) {
                show_summary(out_, summary, out_.width());
            }
            return;
        }
        json_->end_list();
        write_summary(*json_, summary);
        json_->end_object();
        json_.reset();
    }

  private:
    Output& out_;
    const PcapReading& options_;
    std::optional<JsonWriter> json_{};
};

/// On stderr: what keeps the reader from having seen everything.
void complain_of(Output& out, const PcapReading& options, const record::CaptureSummary& summary) {
    if (!summary.trouble.empty()) {
        out.complain(printable(options.file) + ": " + summary.trouble + "; what stands before is shown, the last " +
                     plural(summary.unread_bytes, "byte") + " are not");
    }
    std::size_t hidden = 0;
    for (const record::Unread& row : summary.unread) {
        hidden += row.kind == record::StopKind::no_tcp ? 0 : row.packets;
    }
    if (hidden == 0) { return; }
    const auto first = std::ranges::find_if(
        summary.unread, [](const record::Unread& row) { return row.kind != record::StopKind::no_tcp; });
    out.complain(printable(options.file) + ": " + plural(hidden, "packet") +
                 " may carry TCP that is not shown, for example: " + first->reason);
}

} // namespace

ExitCode read_pcap(Context& context, const PcapReading& options) {
    Output& out = context.out;
    if (options.width != 0) { out.set_width(options.width); }
    const auto profile = chosen_profile(out, options.protocol);
    if (!profile) { return profile.error(); }
    std::error_code ignored;
    const bool there = options.file == "-" || std::filesystem::exists(options.file, ignored);
    PcapTeller teller(out, options);
    const auto hear = [&teller](const record::Heard& heard) { return teller.hear(heard); };
    const auto read = there ? record::read_capture(options.file, {.assumed = *profile}, hear)
                            : std::unexpected(std::string("there is no such file"));
    if (!read) {
        teller.end({.trouble = read.error()});
        out.complain(printable(options.file) + ": " + read.error());
        return there ? ExitCode::negative : ExitCode::io;
    }
    teller.end(*read);
    complain_of(out, options, *read);
    if (options.follow && *options.follow >= read->connections.size()) {
        out.complain("there is no connection " + std::to_string(*options.follow) + "; the capture has " +
                     plural(read->connections.size(), "connection"));
        return ExitCode::nothing;
    }
    return is_good(*read) ? ExitCode::done : ExitCode::negative;
}

} // namespace ethpoc::cmd
