// ethpoc pcap: what was said in a capture, message by message; and captures from recorded sessions.
#include <CLI/App.hpp>
#include <filesystem>

#include "cmd/pcap_read.hpp"
#include "cmd/view/json_writer.hpp"
#include "record/capture_writer.hpp"

namespace ethpoc::cmd {
namespace {

struct PcapOptions : PcapReading {
    std::string write;
    std::string from;
};

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
    sub->add_option("file", options->file, "a capture (pcap or pcapng, also .gz), or -")->type_name("FILE|-");
    sub->add_option("--follow", options->follow, "one connection only, with --json its trees too")->type_name("N");
    sub->add_option("--protocol", options->protocol, "version while no Hello was heard (auto)")->type_name("P");
    sub->add_option("--write", options->write, "write a capture")->type_name("OUT");
    sub->add_option("--from", options->from, "a recorded session")->type_name("SESSION");
    sub->add_option("--width", options->width, "columns of the output (80)")
        ->check(CLI::Range(std::size_t{60}, std::size_t{1000}));
    sub->callback(
        [&context, options] { context.action = [&context, options] { return run_pcap(context, *options); }; });
}

} // namespace ethpoc::cmd
