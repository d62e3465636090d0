// ethpoc send: messages to one peer, by their names, as text or as hex, and what it answers.
#include <CLI/App.hpp>
#include <algorithm>
#include <array>

#include "cmd/context.hpp"
#include "cmd/encode.hpp"
#include "cmd/node_setup.hpp"
#include "cmd/send_client.hpp"
#include "cmd/signals.hpp"
#include "cmd/view/events.hpp"
#include "config/suggest.hpp"
#include "config/value.hpp"
#include "rlp/hex.hpp"
#include "show/message_form.hpp"
#include "wire/frame.hpp"

namespace ethpoc::cmd {
namespace {

using wire::MessageType;

struct SendArguments {
    config::Flags flags{};
    std::string target;
    std::vector<std::string> messages{};
    std::string expect;
    double seconds = 5;
};

/// For Hello both ways, whatever versions are tried.
constexpr std::chrono::seconds hello_patience{30};

constexpr std::array<std::string_view, 4> send_settings{"protocol", "network-id", "genesis", "client-id"};

/// What comes back for each question. NotInChain answers GetChain, too.
constexpr std::array answers_of{
    std::pair{MessageType::Ping, MessageType::Pong},
    std::pair{MessageType::GetPeers, MessageType::Peers},
    std::pair{MessageType::GetTransactions, MessageType::Transactions},
    std::pair{MessageType::GetBlockHashes, MessageType::BlockHashes},
    std::pair{MessageType::GetBlocks, MessageType::Blocks},
    std::pair{MessageType::GetChain, MessageType::Blocks},
};

bool is_payload_hex(std::string_view text) {
    const bool prefixed = text.starts_with("0x");
    return !text.empty() && text.find_first_not_of("0123456789abcdefABCDEF ", prefixed ? 2 : 0) == std::string::npos;
}

/// What one argument says: frames, or one payload, which becomes a frame.
Result<Bytes> bytes_of(std::string_view text, const show::TextVersion& version,
                       std::vector<std::string_view>* instead) {
    auto bytes = is_payload_hex(text) ? from_hex_digits(text) : show::from_text(text, version, instead);
    if (!bytes || std::ranges::equal(BytesView(*bytes).first(std::min(bytes->size(), wire::sync_token.size())),
                                     wire::sync_token)) {
        return bytes;
    }
    const auto header = wire::frame_header(bytes->size());
    bytes->insert(bytes->begin(), header.begin(), header.end());
    return bytes;
}

/// What is there is written as it comes; whole frames each for themselves.
std::vector<Bytes> writes_of(BytesView bytes) {
    std::vector<Bytes> out;
    show::PieceReader pieces(bytes);
    while (const auto piece = pieces.next()) {
        const BytesView part = bytes.subspan(piece->offset, piece->size);
        const bool alone = out.empty() || (piece->whole() && out.back().size() >= wire::frame_header_size);
        if (alone) {
            out.emplace_back(part.begin(), part.end());
        } else {
            out.back().insert(out.back().end(), part.begin(), part.end());
        }
    }
    return out;
}

/// Counts what is still to come, and knows when it has.
class SendWatch final : public peer::ObserverOf<SendWatch> {
  public:
    explicit SendWatch(std::optional<MessageType> expect) : expect_(expect) {}

    std::function<void()> done_now = [] {};

    void asked(MessageType type) {
        const auto row = std::ranges::find(answers_of, type, &std::pair<MessageType, MessageType>::first);
        row == answers_of.end() ? silent_ = true : (waits_.push_back(row->second), true);
        says_goodbye_ = says_goodbye_ || type == MessageType::Disconnect;
    }
    void all_sent() {
        sent_ = true;
        look();
    }
    void on(const peer::event::Message& event) {
        if (event.way == peer::Way::out || done_) { return; }
        const bool greeting = event.type == MessageType::Hello || event.type == MessageType::Status ||
                              event.type == MessageType::Disconnect;
        came_ = came_ || (event.type == expect_ && (sent_ || greeting));
        const auto same = event.type == MessageType::NotInChain ? MessageType::Blocks : event.type;
        const auto found = std::ranges::find(waits_, same);
        if (sent_ && found != waits_.end()) { waits_.erase(found); }
        look();
    }
    /// The time is over, or the peer has gone.
    ExitCode code(bool gone) const {
        if (expect_) { return came_ && sent_ ? ExitCode::done : ExitCode::negative; }
        return sent_ && (!gone || done_ || says_goodbye_) ? ExitCode::done : ExitCode::negative;
    }
    bool sent() const noexcept { return sent_; }
    bool done() const noexcept { return done_; }

  private:
    void look() {
        const bool enough = expect_ ? came_ : !silent_ && waits_.empty();
        if (done_ || !sent_ || !enough) { return; }
        done_ = true;
        done_now();
    }

    std::optional<MessageType> expect_;
    std::vector<MessageType> waits_{};
    bool silent_ = false; // something was sent that nobody answers
    bool says_goodbye_ = false;
    bool sent_ = false;
    bool came_ = false;
    bool done_ = false;
};

ExitCode refuse_arguments(Context& context, const std::string& sentence) {
    context.out.complain(sentence);
    return ExitCode::usage;
}

/// The arguments, before anything is dialled: what cannot be read in any version is a mistake in them.
std::optional<ExitCode> refuse_messages(Context& context, const SendArguments& given, const wire::Profile* row) {
    for (const std::string& text : given.messages) {
        std::vector<std::string_view> instead;
        const auto bytes = bytes_of(text, {.profile = row}, &instead);
        if (!bytes) {
            const Error error = with_suggestion(bytes.error(), text, instead);
            return refuse_arguments(context,
                                    "message " + printable(text, 64) + ": " + text_error_sentence(error, text));
        }
    }
    return {};
}

/// In the loop, once the version is known.
bool send_all(Context& context, const SendArguments& given, SendClient& client, SendWatch& watch) {
    const show::Speech speech = client.speech();
    std::vector<Bytes> frames;
    for (const std::string& text : given.messages) {
        std::vector<std::string_view> instead;
        const auto bytes = bytes_of(text, {speech.profile, speech.offsets}, &instead);
        if (!bytes) {
            const Error error = with_suggestion(bytes.error(), text, instead);
            context.out.complain("the peer speaks protocol " + std::string(speech.profile->name) + "; message " +
                                 printable(text, 64) + ": " + text_error_sentence(error, text));
            return false;
        }
        std::ranges::move(writes_of(*bytes), std::back_inserter(frames));
    }
    for (Bytes& frame : frames) {
        watch.asked(show::dissect_frame(frame, speech).message.type.value_or(MessageType::Unknown));
        client.send(std::move(frame));
    }
    watch.all_sent();
    return true;
}

std::string seconds_text(double seconds) {
    std::string out = std::to_string(seconds);
    out.erase(out.find_last_not_of('0') + 1);
    if (out.ends_with('.')) { out.pop_back(); }
    return out + " s";
}

void conclude_send(Context& context, const SendArguments& given, const SendWatch& watch, const SendClient& client,
                   ExitCode code) {
    if (client.unreachable()) { return; } // the event said why
    const std::string peer = printable(given.target);
    if (!watch.sent()) {
        return context.out.complain(peer +
                                    " did not say Hello in a version that we share, so nothing was sent; "
                                    "`--protocol P` says one, `ethpoc dial " +
                                    peer + " --trace` shows more");
    }
    if (code == ExitCode::done) {
        const std::string what = !given.expect.empty() ? given.expect + " came"
                                 : watch.done()        ? "every question was answered"
                                                       : "that was all within " + seconds_text(given.seconds);
        if (!context.out.json()) { context.out.text(what + '\n'); }
        return context.out.flush();
    }
    context.out.complain(given.expect.empty()
                             ? peer + " left before it had answered"
                             : "no " + given.expect + " came from " + peer + " within " + seconds_text(given.seconds));
}

ExitCode run_send(Context& context, const SendArguments& given, SendOptions options,
                  std::optional<MessageType> expect) {
    EventPrinter events(context.out, true);
    SendWatch watch(expect);
    const peer::Observers observers{&events, &watch};
    peer::DriverLoop loop(std::chrono::seconds(5));
    SendClient client(std::move(options), loop, observers);
    StopSignal signal([&loop, &client] { loop.post([&client] { client.leave(); }); });
    context.out.go_live(patient_events);
    bool failed = false;
    bool gone = false;
    const auto span = std::chrono::duration_cast<peer::Time::duration>(std::chrono::duration<double>(given.seconds));
    auto end = peer::DriverLoop::now() + hello_patience;
    client.on_ready = [&] {
        end = peer::DriverLoop::now() + span;
        failed = !send_all(context, given, client, watch);
        if (failed) { client.leave(); }
    };
    client.on_over = [&] {
        gone = true;
        loop.stop();
    };
    watch.done_now = [&] { loop.post([&client] { client.leave(); }); };
    bool in_time = true; // the peer left by itself
    client.dial();
    loop.run([&] { return in_time ? end : peer::Time::max(); },
             [&] {
                 if (peer::DriverLoop::now() < end || !in_time) { return; }
                 in_time = false;
                 client.leave();
             });
    if (context.out.json()) { events.stopped({}); }
    const ExitCode code = client.unreachable() ? ExitCode::io
                          : failed             ? ExitCode::negative
                                               : watch.code(gone && in_time);
    if (!failed) { conclude_send(context, given, watch, client, code); }
    return signal.exit_code(code);
}

ExitCode send(Context& context, const SendArguments& given) {
    config::Endpoint target;
    if (const auto good = config::read_value(given.target, target); !good) {
        return refuse_arguments(context, "target: " + good.error());
    }
    const auto expect = given.expect.empty() ? std::nullopt : show::message_named(given.expect);
    if (!given.expect.empty() && !expect) {
        return refuse_arguments(context, "--expect: no message is called \"" + printable(given.expect, 64) + "\"" +
                                             config::did_you_mean(given.expect, show::message_names()));
    }
    const auto profile = config::profile_layer("send", {{"listen", "none"}, {"data-dir", ":memory:"}});
    const auto resolved = load_settings(context, given.flags, profile);
    if (!resolved) { return resolved.error(); }
    const auto node = node_options(resolved->settings);
    if (!node) {
        context.out.complain(node.error().sentence);
        return node.error().code;
    }
    SendOptions options{.endpoint = config::to_text(target),
                        .protocol = node->peers.dialer.protocol,
                        .genesis = node->chain.genesis,
                        .session = node->session};
    if (options.protocol == nullptr && !node->peers.dialer.among.empty()) {
        options.protocol = node->peers.dialer.among.front();
    }
    if (const auto refused = refuse_messages(context, given, options.protocol)) { return *refused; }
    options.hello.client_id = node->peers.client_id; // `node` lives as long as the client
    options.hello.network_id = node->peers.network_id;
    options.hello.node_id = node->key.id;
    options.session.network_id.reset(); // whoever they are
    return run_send(context, given, std::move(options), expect);
}

} // namespace

void add_send(CLI::App& app, Context& context) {
    CLI::App* sub = add_command(app, "send", "Send messages to a peer, and see what it answers",
                                "ethpoc send 127.0.0.1:30303 Ping GetPeers --expect Pong\n"
                                "ethpoc send 127.0.0.1:30303 'Disconnect{reason:8}' --protocol 23");
    auto options = std::make_shared<SendArguments>();
    sub->add_option("target", options->target, "HOST:PORT of the peer")->required()->type_name("HOST:PORT");
    sub->add_option("messages", options->messages,
                    "each a name (Ping), a name with fields (GetChain{count:1}), any text of `wire encode`, or the hex "
                    "of a payload or frame")
        ->required()
        ->type_name("MESSAGE..");
    sub->add_option("--expect", options->expect, "done once a message of this name came, else the exit code is 1")
        ->type_name("TYPE");
    sub->add_option("--for", options->seconds,
                    "leave so many seconds after the messages went; sooner when all are answered (5)")
        ->type_name("SECONDS")
        ->check(CLI::PositiveNumber);
    config::Settings defaults = config::default_settings(context.environment);
    options->flags.add_to(*sub, send_settings, defaults);
    sub->callback([&context, options] { context.action = [&context, options] { return send(context, *options); }; });
}

} // namespace ethpoc::cmd
