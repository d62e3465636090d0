#include "cmd/wire_input.hpp"

#include <algorithm>
#include <filesystem>

#include "record/capture_streams.hpp"

namespace ethpoc::cmd {
namespace {

std::string name_of_source(const std::string& name) {
    return name == "-" ? "the standard input" : printable(name);
}

std::unexpected<ExitCode> unreadable_wire(Output& out, const std::string& name, const std::string& why) {
    out.refuse("input.unreadable", name_of_source(name) + ": " + why);
    return std::unexpected(ExitCode::io);
}

const char* word_of_side(wire::Side side) noexcept {
    return side == wire::Side::dialer ? "dialer" : "listener";
}

std::string limit_text() {
    return std::to_string(max_input >> 20) + " MiB, which is the limit";
}

/// A Hello of its own says what a side speaks; without one, what the two have agreed on.
show::Speech speech_in(BytesView bytes, const wire::Profile* chosen, const wire::Profile* agreed) {
    const show::Speech own = show::speech_of(bytes, chosen);
    return own.assumed && agreed != nullptr ? show::speech_of(bytes, agreed) : own;
}

/// On stderr: what keeps the reader from having seen everything. Gives the first of it; empty: there is nothing.
std::string complain_of_rest(Output& out, const std::string& name, const record::CaptureSummary& summary) {
    std::uint64_t missing = 0;
    std::size_t others = 0;
    for (const record::ConnectionInfo& info : summary.connections) {
        missing += info.missing;
        others += record::is_other_protocol(info) ? 1 : 0;
    }
    const std::string what = name_of_source(name) + ": ";
    std::string first;
    const auto complain = [&](const std::string& sentence) {
        out.complain(what + sentence);
        if (first.empty()) { first = what + sentence; }
    };
    if (!summary.trouble.empty()) { complain(summary.trouble + "; what stands before is shown"); }
    if (missing != 0) { complain(plural(missing, "byte") + " of its streams are not in the capture"); }
    if (others != 0) { out.complain(what + plural(others, "connection") + " without a frame: not shown"); }
    const bool hidden = std::ranges::any_of(
        summary.unread, [](const record::Unread& row) { return row.kind != record::StopKind::no_tcp; });
    if (hidden) { complain("not every packet could be read; `ethpoc pcap` counts them"); }
    return first;
}

std::expected<WireInput, ExitCode> input_of_capture(Output& out, const std::string& name, record::ByteFile file,
                                                    const wire::Profile* chosen) {
    auto read = record::read_streams(std::move(file), chosen, max_input);
    if (!read) { return unreadable_wire(out, name, read.error()); }
    if (read->too_large) {
        return unreadable_wire(out, name, "its streams have more than " + limit_text() + "; `ethpoc pcap` has none");
    }
    if (read->streams.empty() && !read->summary.trouble.empty()) {
        return unreadable_wire(out, name, read->summary.trouble);
    }
    WireInput input{.capture = true};
    for (record::CapturedStream& stream : read->streams) {
        const record::ConnectionInfo& info = read->summary.connections[stream.connection];
        const show::Speech speech = speech_in(stream.bytes, chosen, info.profile);
        input.streams.push_back(
            {std::move(stream.bytes), speech,
             StreamOrigin{stream.connection, stream.from, stream.begin, info.dialer.text(), info.listener.text()}});
    }
    input.trouble = complain_of_rest(out, name, read->summary);
    return input;
}

WireInput plain_input(Bytes bytes, const wire::Profile* chosen) {
    WireInput input;
    const show::Speech speech = show::speech_of(bytes, chosen);
    input.streams.push_back({std::move(bytes), speech, {}});
    return input;
}

std::expected<WireInput, ExitCode> input_of_file(Output& out, const std::string& name, const wire::Profile* chosen) {
    auto file = record::ByteFile::open(name);
    if (!file) { return unreadable_wire(out, name, file.error()); }
    if (record::holds_capture(*file)) { return input_of_capture(out, name, *std::move(file), chosen); }
    Bytes content;
    if (file->read(content, max_input + 1) > max_input) {
        return unreadable_wire(out, name, "has more than " + limit_text() + "; cut it first");
    }
    if (!file->trouble().empty()) {
        return unreadable_wire(out, name, file->trouble() + "; --in raw takes it as it is");
    }
    auto bytes = bytes_of_content(out, {reinterpret_cast<const char*>(content.data()), content.size()},
                                  InputForm::automatic, name);
    if (!bytes) { return std::unexpected(bytes.error()); }
    return plain_input(*std::move(bytes), chosen);
}

} // namespace

std::size_t WireInput::size() const {
    std::size_t sum = 0;
    for (const WireStream& stream : streams) {
        sum += stream.bytes.size();
    }
    return sum;
}

std::optional<std::size_t> WireInput::number_of(const WireStream& stream) const {
    return capture ? std::optional(static_cast<std::size_t>(&stream - streams.data())) : std::nullopt;
}

std::expected<WireInput, ExitCode> read_wire(Output& out, const WireOptions& options) {
    const auto profile = chosen_profile(out, options.protocol);
    if (!profile) { return std::unexpected(profile.error()); }
    if (options.bytes.form == InputForm::automatic) {
        const auto name = input_file(out, options.bytes.words);
        if (!name) { return std::unexpected(name.error()); }
        std::error_code ignored;
        if (*name && !std::filesystem::is_directory(**name, ignored)) { return input_of_file(out, **name, *profile); }
    }
    auto bytes = read_input(out, options.bytes.words, options.bytes.form);
    if (!bytes) { return std::unexpected(bytes.error()); }
    return plain_input(*std::move(bytes), *profile);
}

std::string heading_of(const WireStream& stream) {
    const StreamOrigin& origin = *stream.origin;
    const bool dialer = origin.from == wire::Side::dialer;
    std::string out = "connection " + std::to_string(origin.connection) + ", " + word_of_side(origin.from) + ' ' +
                      (dialer ? origin.dialer : origin.listener) + " to " + (dialer ? origin.listener : origin.dialer);
    if (origin.begin != 0) { out += ", from its byte " + std::to_string(origin.begin) + " on, behind a gap"; }
    return out;
}

void show_heading(Output& out, const WireStream& stream) {
    out.text(out.paint(Tone::bold, heading_of(stream)) + '\n');
}

void write_streams(JsonWriter& json, const WireInput& input) {
    if (!input.capture) { return; }
    json.key("streams");
    json.begin_list();
    for (const WireStream& stream : input.streams) {
        const StreamOrigin& origin = *stream.origin;
        json.begin_object();
        json.member("connection", origin.connection);
        json.member("from", word_of_side(origin.from));
        json.member("dialer", origin.dialer);
        json.member("listener", origin.listener);
        json.member("begin", origin.begin);
        json.member("bytes", stream.bytes.size());
        json.member("protocol", stream.speech.profile->name);
        json.flag("assumed", stream.speech.assumed);
        json.end_object();
    }
    json.end_list();
}

void write_trouble(JsonWriter& json, const WireInput& input) {
    if (input.trouble.empty()) { return; }
    json.key("error");
    json.begin_object();
    json.member("code", "input.unreadable");
    json.member("detail", input.trouble);
    json.end_object();
}

} // namespace ethpoc::cmd
