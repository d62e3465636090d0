// ethpoc web: the page that shows bytes in a browser. One file, which needs no network; it is part of the program.
#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "cmd/output_file.hpp"
#include "cmd/signals.hpp"
#include "config/endpoint.hpp"
#include "embedded/web_page.hpp"
#include "http/page_server.hpp"
#include "rlp/bytes.hpp"

namespace ethpoc::cmd {
namespace {

struct WebOptions {
    std::optional<std::string> out{};
    std::string serve{};
    bool force = false;
};

std::string page() {
    return {reinterpret_cast<const char*>(embedded::web_page.data()), embedded::web_page.size()};
}

ExitCode write_page(Context& context, const std::string& name, bool force) {
    const StopSignal signal([] {}); // a draft that was begun must go
    auto file = create_file(context, "--out", name, force);
    if (!file) { return file.error(); }
    auto done = file->write(embedded::web_page);
    if (done) { done = file->finish(); }
    if (!done) { return refuse_file(context, name, done.error()); }
    if (file->to_stdout()) { return signal.exit_code(ExitCode::done); }
    if (context.out.json()) {
        context.out.document({{"file", name}, {"bytes", embedded::web_page.size()}});
    } else {
        context.out.text(printable(name, 4096) + ": " + std::to_string(embedded::web_page.size()) +
                         " bytes; open it in a browser\n");
    }
    return signal.exit_code(ExitCode::done);
}

ExitCode serve_page(Context& context, const std::string& where) {
    const auto endpoint = config::parse_endpoint(where);
    if (!endpoint) {
        context.out.complain("--serve: " + endpoint.error());
        return ExitCode::usage;
    }
    http::PageServer server(page());
    const StopSignal signal([&server] { server.stop(); });
    const auto address = server.open(endpoint->host, endpoint->port);
    if (!address) {
        context.out.complain("the page: " + address.error());
        return ExitCode::io;
    }
    if (context.out.json()) {
        context.out.line({{"event", "listening"}, {"addr", *address}, {"url", "http://" + *address + "/"}});
    } else {
        context.out.text("http://" + *address + "/  (Ctrl-C ends)\n");
        context.out.flush();
    }
    server.run();
    return signal.exit_code(ExitCode::done);
}

ExitCode run_web(Context& context, const WebOptions& options) {
    if (!options.serve.empty()) { return serve_page(context, options.serve); }
    return write_page(context, options.out.value_or("-"), options.force);
}

} // namespace

void add_web(CLI::App& app, Context& context) {
    CLI::App* sub = add_command(app, "web", "A page that shows bytes: hex and tree side by side, step by step",
                                "ethpoc web --out ethpoc.html\nethpoc web --serve");
    auto options = std::make_shared<WebOptions>();
    auto* file =
        sub->add_option("--out", options->out, "write the page to a file (without it: to stdout)")->type_name("FILE");
    sub->add_flag("--force", options->force, "overwrite the file of --out");
    sub->add_option("--serve", options->serve, "serve it at HOST:PORT (127.0.0.1:8000); ends with Ctrl-C")
        ->type_name("HOST:PORT")
        ->expected(0, 1)
        ->default_str("127.0.0.1:8000")
        ->excludes(file);
    sub->callback([&context, options, sub] {
        if (sub->count("--serve") > 0 && options->serve.empty()) { options->serve = "127.0.0.1:8000"; }
        context.action = [&context, options] { return run_web(context, *options); };
    });
}

} // namespace ethpoc::cmd
