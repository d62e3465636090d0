// ethpoc pcap: what was said in a capture, message by message; and captures from recorded sessions.
#include <CLI/App.hpp>
#include <filesystem>

#include "cmd/output_file.hpp"
#include "cmd/pcap_read.hpp"
#include "cmd/signals.hpp"
#include "cmd/view/columns.hpp"
#include "cmd/view/json_writer.hpp"
#include "record/capture_writer.hpp"

namespace ethpoc::cmd {
namespace {

struct PcapOptions : PcapReading {
    std::optional<std::string> write{};
    std::optional<std::string> from{};
    bool force = false;
};

void tell(Output& out, const std::string& file, const record::WrittenCapture& written) {
    if (out.json()) {
        JsonWriter json(out);
        json.begin_object();
        json.member("file", file);
        json.member("packets", written.packets);
        json.member("connections", written.connections);
        json.end_object();
    } else {
        out.text(printable(file, 4096) + ": " + plural(written.packets, "packet") + ", " +
                 plural(written.connections, "connection") + '\n');
    }
}

ExitCode write_pcap(Context& context, const std::string& from, const std::string& to, bool force) {
    Output& out = context.out;
    if (const auto refused = refuse_name(context, "--from", from)) { return *refused; }
    std::error_code ignored;
    if (!std::filesystem::exists(from, ignored)) {
        out.complain(printable(from) + ": there is no such file");
        return ExitCode::io;
    }
    const auto session = record::read_session(from);
    if (!session) {
        out.complain(printable(session.error(), 4096));
        return ExitCode::negative;
    }
    if (!session->trouble.empty()) { out.complain(printable(session->trouble, 4096)); }
    const StopSignal signal([] {}); // what is begun is ended in a moment, or taken back
    auto file = create_file(context, "--write", to, force);
    if (!file) { return file.error(); }
    const auto written =
        record::write_capture(*file, *session, record::capture_form_of(to).value_or(record::CaptureForm::pcap));
    if (!written) { return refuse_file(context, to, written.error()); }
    if (!file->to_stdout()) { tell(out, to, *written); }
    return signal.exit_code(ExitCode::done);
}

ExitCode run_pcap(Context& context, const PcapOptions& options) {
    if (options.write.has_value() != options.from.has_value()) {
        context.out.complain("--write OUT and --from SESSION go together");
        return ExitCode::usage;
    }
    if (options.write) { return write_pcap(context, *options.from, *options.write, options.force); }
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
    sub->add_option("file", options->file,
                    "a capture (pcap, pcapng, JSON lines of a session; also .gz; known by its content), or -")
        ->type_name("FILE|-");
    sub->add_option("--follow", options->follow, "one connection only, with --json its trees too")->type_name("N");
    sub->add_option("--protocol", options->protocol, "version while no Hello was heard (auto)")->type_name("P");
    sub->add_option("--write", options->write, "write a capture: pcapng for a name that ends so, else pcap")
        ->type_name("OUT");
    sub->add_option("--from", options->from, "a recorded session")->type_name("SESSION");
    sub->add_flag("--force", options->force, "overwrite the file of --write");
    sub->add_flag("--tree", options->tree, "the bytes of each message too, as `ethpoc wire show` does");
    sub->add_option("--width", options->width, "columns of the output (those of the terminal; 80 elsewhere)")
        ->check(CLI::Range(narrowest, std::size_t{1000}));
    sub->callback(
        [&context, options] { context.action = [&context, options] { return run_pcap(context, *options); }; });
}

} // namespace ethpoc::cmd
