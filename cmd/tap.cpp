// ethpoc tap: stands between two peers, forwards their bytes unchanged, and shows and records what they say.
#include <CLI/App.hpp>
#include <chrono>
#include <ctime>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>

#include "cmd/node_setup.hpp"
#include "cmd/output_file.hpp"
#include "cmd/plain_error.hpp"
#include "cmd/signals.hpp"
#include "cmd/view/talk_line.hpp"
#include "cmd/view/timestamp.hpp"
#include "cmd/wire_commands.hpp"
#include "config/endpoint.hpp"
#include "peer/tap.hpp"
#include "record/capture_writer.hpp"
#include "record/session_file.hpp"
#include "show/dissect.hpp"

namespace ethpoc::cmd {

namespace {

struct TapOptions {
    std::string listen;
    std::string to;
    std::optional<std::string> record{};
    std::string protocol = "auto";
    bool trace = false;
    bool force = false;
};

// Of unfinished frames, of all connections together. A peer that announces long frames and never ends them must not
// fill the memory; beyond this a connection is forwarded without being read.
constexpr std::size_t most_unfinished = 64u << 20;

/// Decodes what goes through, each connection by itself.
class TapPrinter final : public peer::TapListener {
  public:
    TapPrinter(Output& out, const TapOptions& options, const wire::Profile* assumed, record::Recording* record) :
        out_(out), trace_(options.trace), assumed_(assumed), record_(record) {}

    void opened(std::uint64_t connection, const std::string& dialer) override {
        links_.try_emplace(connection, Link{wire::Conversation(assumed_), dialer});
        note(connection, {}, "open");
        line("connected", connection, {{"direction", "inbound"}}, {.name = "connected", .details = dialer});
    }
    void chunk(std::uint64_t connection, wire::Side from, BytesView bytes) override {
        if (record_ != nullptr) { record({seconds(), connection, from, Bytes(bytes.begin(), bytes.end()), {}}); }
        auto& conversation = links_.at(connection).conversation;
        if (!conversation) { return; }
        Hearer hearer{*this, connection};
        const std::size_t before = conversation->left_over(from);
        conversation->feed(from, bytes, hearer);
        unfinished_ += conversation->left_over(from) - before;
        if (unfinished_ > most_unfinished) { stop_reading(connection); }
    }
    void ended(std::uint64_t connection, wire::Side from) override { note(connection, from, "eof"); }
    void closed(std::uint64_t connection, const std::string& why) override {
        note(connection, {}, "closed");
        Hearer hearer{*this, connection};
        if (auto& conversation = links_.at(connection).conversation) {
            unfinished_ -= left_over(*conversation);
            for (const wire::Side side : both_sides) {
                conversation->finish(side, hearer);
            }
        }
        line("disconnected", connection, {{"by", "them"}, {"reason", printable(why)}},
             {.name = "disconnected", .details = printable(why), .tone = Tone::yellow});
        links_.erase(connection);
    }

  private:
    struct Link {
        std::optional<wire::Conversation> conversation; // nothing: its bytes are not read any more
        std::string dialer;
    };
    struct Hearer final : wire::ConversationListener {
        Hearer(TapPrinter& p, std::uint64_t c) : printer(p), connection(c) {}
        void said(const wire::Said& said) override { printer.said(connection, said); }
        void garbage(wire::Side from, const Error& error) override { printer.fault(connection, from, error, false); }
        TapPrinter& printer;
        std::uint64_t connection;
    };

    double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count(); }
    void note(std::uint64_t connection, std::optional<wire::Side> from, const char* event) {
        record({seconds(), connection, from, {}, event});
    }
    /// A recording that cannot be written (a full disk) is told once; the peers go on talking.
    void record(const record::SessionLine& line) {
        if (record_ == nullptr) { return; }
        record_->write(line);
        if (!record_->failure()) { return; }
        out_.complain(record_->failure()->detail + "; the recording ends here (" +
                      std::string(record_->failure()->code->word) + ")");
        record_ = nullptr;
    }

    static constexpr std::array both_sides{wire::Side::dialer, wire::Side::listener};
    static std::size_t left_over(const wire::Conversation& conversation) {
        return conversation.left_over(wire::Side::dialer) + conversation.left_over(wire::Side::listener);
    }
    void stop_reading(std::uint64_t connection) {
        auto& conversation = links_.at(connection).conversation;
        unfinished_ -= left_over(*conversation);
        conversation.reset();
        out_.complain("connection " + std::to_string(connection) + " is forwarded without being read: " +
                      std::to_string(most_unfinished >> 20) + " MiB of unfinished frames wait");
    }
    void line(std::string_view event, std::uint64_t connection, const nlohmann::ordered_json& fields, TalkLine text) {
        const auto link = links_.find(connection);
        const std::string& dialer = link->second.dialer;
        if (out_.json()) {
            nlohmann::ordered_json object{
                {"event", event}, {"ts", timestamp_now()}, {"peer", dialer}, {"conn", connection}};
            object.update(fields);
            out_.line(object);
            return;
        }
        text.time = clock_time();
        text.who = std::to_string(connection);
        show_talk(out_, text);
    }

    static const char* direction(wire::Side from) { return from == wire::Side::dialer ? "out" : "in"; }

    void said(std::uint64_t connection, const wire::Said& said) {
        if (said.error != nullptr && out_.json()) { return fault(connection, said.from, *said.error, false); }
        const auto type = show::type_of(said);
        const std::size_t bytes = wire::frame_header_size + said.payload.size();
        const auto id = said.profile != nullptr ? wire::id_of(*said.profile, type, said.offsets) : std::nullopt;
        nlohmann::ordered_json fields{{"dir", direction(said.from)},
                                      {"from", said.from == wire::Side::dialer ? "dialer" : "listener"},
                                      {"type", wire::name_of(type)},
                                      {"id", id ? nlohmann::ordered_json(*id) : nlohmann::ordered_json(nullptr)},
                                      {"bytes", bytes},
                                      {"offset", said.offset}};
        if (out_.json() && trace_) { fields["hex"] = "0x" + to_hex(said.payload); }
        line("message", connection, fields, out_.json() ? TalkLine{} : talk_of(said));
        if (said.tolerated != nullptr && out_.json()) { // the text says it in its line
            fault(connection, said.from, *said.tolerated, true);
        }
        show(said);
    }
    /// With --trace: every byte, as `ethpoc wire show` has it.
    void show(const wire::Said& said) {
        if (!trace_ || out_.json()) { return; }
        show_said(out_, said, ViewOptions{.width = out_.width()});
        out_.flush();
    }
    void fault(std::uint64_t connection, wire::Side from, const Error& error, bool tolerated) {
        line("malformed", connection,
             {{"dir", direction(from)},
              {"code", error.code->word},
              {"offset", error.offset},
              {"length", error.length},
              {"path", printable(error.path, 256)},
              {"tolerated", tolerated}},
             talk_of(from, error));
    }

    Output& out_;
    bool trace_;
    const wire::Profile* assumed_;
    record::Recording* record_;  // nullptr: none, or not any more
    std::size_t unfinished_ = 0; // bytes
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    std::map<std::uint64_t, Link> links_{};
};

std::expected<std::unique_ptr<record::Recording>, ExitCode> open_recording(Context& context,
                                                                           const TapOptions& options) {
    const std::string& name = *options.record;
    if (name == "-") {
        context.out.complain("--record: what was said is told on stdout already; give a file");
        return std::unexpected(ExitCode::usage);
    }
    auto file = create_file(context, "--record", name, options.force);
    if (!file) { return std::unexpected(file.error()); }
    const std::string what = "recorded between a dialer and " + options.to;
    std::unique_ptr<record::Recording> out;
    if (const auto form = record::capture_form_of(name)) {
        out = std::make_unique<record::CaptureWriter>(*std::move(file), *form, std::time(nullptr), what);
    } else {
        out = std::make_unique<record::SessionWriter>(*std::move(file), "unknown", "tap", what);
    }
    if (out->failure()) { return std::unexpected(refuse_file(context, "-", *out->failure())); }
    return out;
}

/// A signal may come before there is a tap (while the recording is made) and after it has gone.
class Stopper {
  public:
    void stop() {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        if (tap_ != nullptr) { tap_->stop(); }
    }
    /// While it lives, the tap is stopped; `in_time` is false when a signal came before.
    struct Attached {
        Attached(Stopper& to, peer::Tap& tap) : stopper(to), in_time(to.set(&tap)) {}
        ~Attached() { stopper.set(nullptr); }
        Attached(const Attached&) = delete;
        Attached& operator=(const Attached&) = delete;
        Stopper& stopper;
        bool in_time;
    };

  private:
    bool set(peer::Tap* tap) {
        const std::lock_guard lock(mutex_);
        tap_ = tap;
        return !stopped_;
    }

    std::mutex mutex_{};
    peer::Tap* tap_ = nullptr;
    bool stopped_ = false;
};

/// False when the recording is not whole.
bool end_recording(Context& context, record::Recording& record) {
    if (record.failure()) { return false; } // it was told
    record.finish();
    if (record.failure()) { context.out.complain(record.failure()->detail); }
    return !record.failure();
}

ExitCode tap(Context& context, const TapOptions& options) {
    for (const std::string* endpoint : {&options.listen, &options.to}) {
        if (const auto parsed = config::parse_endpoint(*endpoint); !parsed) {
            context.out.complain(parsed.error());
            return ExitCode::usage;
        }
    }
    const auto assumed = protocol_row(options.protocol);
    if (!assumed) {
        context.out.complain(assumed.error().sentence);
        return assumed.error().code;
    }
    Stopper stopper;
    const StopSignal signal([&stopper] { stopper.stop(); });
    std::unique_ptr<record::Recording> record;
    if (options.record) {
        auto opened = open_recording(context, options);
        if (!opened) { return opened.error(); }
        record = *std::move(opened);
    }
    TapPrinter printer(context.out, options, *assumed, record.get());
    peer::Tap tap(options.listen, options.to, printer);
    const Stopper::Attached attached(stopper, tap);
    if (!attached.in_time) { return signal.exit_code(ExitCode::done); }
    context.out.go_live(patient_events);
    const auto address = tap.open();
    if (!address) {
        context.out.complain(plain_sentence(address.error()));
        return ExitCode::io;
    }
    if (context.out.json()) {
        context.out.line({{"event", "listening"}, {"ts", timestamp_now()}, {"addr", *address}});
    } else {
        show_talk(context.out,
                  {.time = clock_time(), .name = "listening", .details = *address + ", forwarding to " + options.to});
    }
    tap.run();
    if (record && !end_recording(context, *record)) { return ExitCode::io; }
    return signal.exit_code(ExitCode::done);
}

} // namespace

void add_tap(CLI::App& app, Context& context) {
    CLI::App* sub = add_command(app, "tap", "Stand between two peers, show and record what they say",
                                "ethpoc tap --listen 127.0.0.1:30304 --to 127.0.0.1:30303 --record session.jsonl\n"
                                "ethpoc tap --listen 127.0.0.1:30304 --to 127.0.0.1:30303 --record talk.pcapng");
    auto options = std::make_shared<TapOptions>();
    sub->add_option("--listen", options->listen, "where the dialer connects")->required()->type_name("HOST:PORT");
    sub->add_option("--to", options->to, "the peer that it passes everything on to")
        ->required()
        ->type_name("HOST:PORT");
    sub->add_option(
           "--record", options->record,
           "write the conversation to this file as it happens: a capture (addresses and ports stand for the sides) "
           "for a name in .pcapng or .pcap, else a session in JSON lines")
        ->type_name("FILE");
    sub->add_flag("--force", options->force, "overwrite the file of --record");
    sub->add_option("--protocol", options->protocol, "the version of messages before any Hello");
    sub->add_flag("--trace", options->trace, "show every byte, as `ethpoc wire show` does");
    sub->callback([&context, options] { context.action = [&context, options] { return tap(context, *options); }; });
}

} // namespace ethpoc::cmd
