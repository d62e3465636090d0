// ethpoc replay: would our Session have got through this recorded conversation, and what would it have said?
#include "cmd/replay_session.hpp"

#include <CLI/App.hpp>
#include <array>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "cmd/context.hpp"
#include "cmd/node_setup.hpp"
#include "cmd/output_file.hpp"
#include "cmd/view/talk_line.hpp"
#include "cmd/wire_commands.hpp"
#include "show/describe.hpp"

namespace ethpoc::cmd {

namespace {

using nlohmann::ordered_json;

struct ReplayCommand {
    std::string file;
    std::string as;
    std::string genesis;
    std::size_t fragment = 0;
    bool trace = false;
};

const char* name_of(wire::Side side) {
    return side == wire::Side::dialer ? "dialer" : "listener";
}

ordered_json json_of(const std::optional<SpokenMessage>& message) {
    if (!message) { return nullptr; }
    return {{"type", wire::name_of(message->type)},
            {"bytes", wire::frame_header_size + message->payload.size()},
            {"payload", "0x" + to_hex(message->payload)}};
}

ordered_json json_of(const ReplayResult& result) {
    ordered_json out{
        {"conn", result.connection},
        {"as", name_of(result.as)},
        {"protocol", result.profile != nullptr ? ordered_json(result.profile->name) : ordered_json(nullptr)},
        {"ok", result.ok()},
        {"heard", result.heard},
        {"recorded", result.recorded},
        {"said", result.said},
        {"unexplained_bytes", result.unexplained_bytes},
        {"malformed", result.malformed}};
    out["refused"] = result.refused ? ordered_json(printable(result.refused->why)) : ordered_json(nullptr);
    out["differences"] = ordered_json::array();
    for (const Difference& difference : result.differences) {
        out["differences"].push_back({{"recorded", json_of(difference.recorded)}, {"ours", json_of(difference.ours)}});
    }
    return out;
}

TalkLine spoken_line(const SpokenMessage& message, const ReplayResult& result) {
    return {.who = std::to_string(result.connection),
            .arrow = arrow_of(result.as),
            .name = std::string(wire::name_of(message.type)),
            .bytes = wire::frame_header_size + message.payload.size(),
            .details = show::describe(result.profile, message.payload)};
}

/// "-": the genuine client said it and we did not; "+": the other way round.
void print(Output& out, const Difference& difference, const ReplayResult& result) {
    const auto row = [&](const std::optional<SpokenMessage>& message, const char* mark, Tone tone) {
        if (!message) { return; }
        TalkLine line = spoken_line(*message, result);
        line.time = mark;
        line.tone = tone;
        out.text(talk_text(out, line));
    };
    row(difference.recorded, "  -", Tone::red);
    row(difference.ours, "  +", Tone::green);
}

void print(Output& out, const ReplayResult& result) {
    out.text(out.paint(Tone::bold,
                       "connection " + std::to_string(result.connection) + ", we are the " + name_of(result.as)) +
             (result.profile != nullptr ? ", protocol " + std::string(result.profile->name) : std::string()) + "\n");
    out.text(hanging("  ",
                     plural(result.heard, "message") + " understood; the genuine client said " +
                         plural(result.recorded, "message") + ", we said " + std::to_string(result.said),
                     out.width()) +
             "\n");
    for (const std::string& line : result.malformed) {
        out.text("  " + out.paint(Tone::red, "malformed: ") + printable(line, 200) + "\n");
    }
    if (result.unexplained_bytes > 0) {
        out.text("  " +
                 out.paint(Tone::red, plural(result.unexplained_bytes, "byte") +
                                          (result.unexplained_bytes == 1 ? " that is" : " that are") +
                                          " no whole frame") +
                 "\n");
    }
    if (result.refused) {
        out.text("  " + out.paint(Tone::red, "we ended it: ") + printable(result.refused->why) + "\n");
    }
    for (const Difference& difference : result.differences) {
        print(out, difference, result);
    }
}

/// The recording itself, message by message, every byte of it, as `ethpoc wire show` has it.
class Teller final : public wire::ConversationListener {
  public:
    explicit Teller(Output& out) : out_(out), view_{.width = out.width()} {}

    void tell(const record::SessionFile& session) {
        for (const record::SessionLine& line : session.lines) {
            if (!line.from || line.bytes.empty()) { continue; }
            now_ = &line;
            conversations_.try_emplace(line.connection).first->second.feed(*line.from, line.bytes, *this);
        }
        out_.text("\n");
    }
    void said(const wire::Said& said) override {
        tell(talk_of(said));
        show_said(out_, said, view_);
    }
    void garbage(wire::Side from, const Error& error) override { tell(talk_of(from, error)); }

  private:
    void tell(TalkLine line) {
        line.time = elapsed_time(now_->seconds);
        line.who = std::to_string(now_->connection);
        show_talk(out_, line);
    }

    Output& out_;
    ViewOptions view_;
    const record::SessionLine* now_ = nullptr;
    std::map<std::uint64_t, wire::Conversation> conversations_{};
};

ExitCode run(Context& context, const ReplayCommand& given) {
    if (const auto refused = refuse_name(context, "FILE", given.file)) { return *refused; }
    const auto session = record::read_session(given.file);
    if (!session) {
        context.out.refuse("input.unreadable", printable(session.error(), 4096));
        return std::filesystem::exists(given.file) ? ExitCode::negative : ExitCode::io;
    }
    if (!session->trouble.empty()) { context.out.complain(printable(session->trouble, 4096)); }
    ReplayOptions options;
    options.fragment = given.fragment;
    if (!given.genesis.empty()) {
        auto genesis = named_genesis(given.genesis);
        if (!genesis) {
            context.out.complain(genesis.error().sentence);
            return genesis.error().code;
        }
        options.genesis = std::move(genesis->genesis);
    }
    std::set<std::uint64_t> connections;
    for (const record::SessionStream& stream : record::streams_of(*session)) {
        connections.insert(stream.connection);
    }
    if (connections.empty()) {
        context.out.refuse("input.empty", given.file + " has no bytes in it");
        return ExitCode::nothing;
    }
    if (given.trace && !context.out.json()) { Teller(context.out).tell(*session); }
    ordered_json results = ordered_json::array();
    bool ok = true;
    for (const std::uint64_t connection : connections) {
        for (const wire::Side as : {wire::Side::dialer, wire::Side::listener}) {
            if (!given.as.empty() && given.as != name_of(as)) { continue; }
            const ReplayResult result = replay(*session, connection, as, options);
            ok = ok && result.ok();
            context.out.json() ? results.push_back(json_of(result)) : print(context.out, result);
        }
    }
    if (context.out.json()) {
        context.out.document(
            {{"ok", ok}, {"client", session->client}, {"scenario", session->scenario}, {"connections", results}});
    }
    return ok ? ExitCode::done : ExitCode::negative;
}

} // namespace

void add_replay(CLI::App& app, Context& context) {
    CLI::App* sub =
        add_command(app, "replay", "Play a recorded session against our own Session, report every difference",
                    "ethpoc replay tests/sessions/py-v8-pair.jsonl --as listener");
    auto options = std::make_shared<ReplayCommand>();
    sub->add_option("file", options->file, "the recording, as `ethpoc tap --record` writes it")
        ->required()
        ->type_name("FILE");
    sub->add_option("--as", options->as, "the side that we take: dialer or listener; both in turn when not given")
        ->check(CLI::IsMember({"dialer", "listener"}));
    sub->add_option("--genesis", options->genesis, "the genesis block of the recording, by name or file");
    sub->add_option("--fragment", options->fragment, "feed at most so many bytes at once")->type_name("BYTES");
    sub->add_flag("--trace", options->trace, "show the recording first, every byte, as `ethpoc wire show` does");
    sub->callback([&context, options] { context.action = [&context, options] { return run(context, *options); }; });
}

} // namespace ethpoc::cmd
