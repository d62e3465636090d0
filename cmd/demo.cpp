// ethpoc demo: a sync of 2014 on one machine. One peer serves a recorded chain, another one dials it over TCP, fetches,
// verifies and stores it; the conversation is printed as one would draw it on a board.
#include <CLI/App.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>
#include <unistd.h>

#include "cmd/context.hpp"
#include "cmd/node_setup.hpp"
#include "cmd/plain_error.hpp"
#include "cmd/signals.hpp"
#include "cmd/view/columns.hpp"
#include "cmd/view/events.hpp"
#include "cmd/view/talk_line.hpp"
#include "cmd/view/timestamp.hpp"
#include "embedded/poc3_chain.hpp"
#include "peer/node.hpp"
#include "show/describe.hpp"
#include "wire/frame.hpp"

namespace ethpoc::cmd {

namespace {

constexpr std::uint32_t protocol = 7; // PoC-3, whose chain is embedded
constexpr auto give_up_after = std::chrono::seconds(60);

/// A folder that goes away with this object.
class TemporaryFolder {
  public:
    TemporaryFolder() : path_(std::filesystem::temp_directory_path() / ("ethpoc-demo-" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(path_);
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    std::string path() const { return path_.string(); }

  private:
    std::filesystem::path path_;
};

std::vector<BytesView> recorded_blocks() {
    std::vector<BytesView> blocks;
    BytesView rest{embedded::poc3_chain};
    while (!rest.empty()) {
        const auto block = rlp::first_item(rest);
        if (!block) { break; }
        blocks.push_back(block->whole());
        rest = rest.subspan(block->whole().size());
    }
    return blocks;
}

/// They say plain names, and so treat each other as strangers: 32 blocks at a time, as in 2014.
peer::NodeOptions demo_options(std::string name) {
    peer::NodeOptions options;
    options.key = peer::make_node_key();
    options.peers.dialer.protocol = wire::find_flat(protocol);
    options.peers.client_id = std::move(name);
    options.peers.dialer.keep_dialling = false;
    options.chain.default_version = protocol;
    return options;
}

/// Draws the conversation from the dialer's side: what it says goes right, what it hears goes left.
class Board final : public peer::ObserverOf<Board> {
  public:
    Board(Output& out, std::uint64_t blocks) : out_(out), blocks_(blocks), progress_(out) {}

    std::function<void()> stop = [] {};
    bool synced_once() const { return synced_; }

    void on(const peer::event::Message& message) {
        if (out_.json()) { return; }
        const std::chrono::duration<double> since = std::chrono::steady_clock::now() - began_;
        progress_.clear();
        show_talk(out_, {.time = elapsed_time(since.count()),
                         .who = "B",
                         .arrow = message.way == peer::Way::out ? TalkLine::Arrow::right : TalkLine::Arrow::left,
                         .name = std::string(wire::name_of(message.type)),
                         .bytes = wire::frame_header_size + message.payload.size(),
                         .details = show::describe(message.profile, message.payload, message.offsets)});
    }
    void on(const peer::event::Imported& event) {
        progress_.update("  syncing: block " + std::to_string(event.head.number) + " of " + std::to_string(blocks_));
    }
    void on(const peer::event::Synced&) {
        synced_ = true;
        progress_.clear();
        stop();
    }
    void on(const peer::event::Disconnected&) const { stop(); }

  private:
    Output& out_;
    std::uint64_t blocks_;
    Progress progress_;
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    bool synced_ = false;
};

std::string text_of(const sync::HeadInfo& head) {
    return "#" + std::to_string(head.number) + "  " + to_hex(head.hash);
}

void introduce(Output& out, const sync::HeadInfo& head, const std::string& address) {
    if (out.json()) { return; }
    const auto row = [&out](const char* front, const std::string& text) {
        out.text(hanging(front, text, out.width()) + "\n");
    };
    out.text(out.paint(Tone::bold, "A sync of March 2014, over TCP on this machine (PoC-3, protocol 7)") + "\n\n");
    row("  A  ", "listens on " + address + " with " + plural(head.number, "block") + " that Ethereum(++) 0.3.10 mined");
    row("  B  ", "has nothing but the genesis block " + show::short_hash(head.genesis) + " and dials A");
    row("     ", "-> is what B says to A, <- what A says to B");
    out.text("\n");
}

ExitCode conclude(Output& out, const sync::HeadInfo& a, const sync::HeadInfo& b, double seconds) {
    const bool equal = a.hash == b.hash && a.number == b.number;
    if (out.json()) {
        out.line({{"event", "demo"},
                  {"ts", timestamp_now()},
                  {"protocol", protocol},
                  {"genesis_hash", "0x" + to_hex(a.genesis)},
                  {"server_head_number", a.number},
                  {"server_head_hash", "0x" + to_hex(a.hash)},
                  {"client_head_number", b.number},
                  {"client_head_hash", "0x" + to_hex(b.hash)},
                  {"equal", equal}});
        return equal ? ExitCode::done : ExitCode::negative;
    }
    std::array<char, 32> took{};
    std::snprintf(took.data(), took.size(), "%.2f s", seconds);
    const std::string verdict = equal ? "The heads are equal." : "The heads differ.";
    const std::string text = equal ? verdict + " B verified links, proof of work, difficulty and hashes of " +
                                         plural(b.number, "block") + " and stored them, in " + took.data() + "."
                                   : verdict;
    out.text("\n  head of A  " + text_of(a) + "\n  head of B  " + text_of(b) + "\n\n" + "  " +
             out.paint(equal ? Tone::green : Tone::red, verdict) +
             hanging("  ", text, out.width()).substr(2 + verdict.size()) + "\n");
    return equal ? ExitCode::done : ExitCode::negative;
}

ExitCode demo(Context& context) {
    const TemporaryFolder folder;
    peer::NodeOptions a_options = demo_options("A");
    a_options.listen_port = 0;
    peer::Node a(std::move(a_options), {});
    if (const auto opened = a.open(); !opened) {
        context.out.complain(plain_sentence(opened.error()));
        return ExitCode::io;
    }
    const std::vector<BytesView> blocks = recorded_blocks();
    a.seed(blocks);

    peer::NodeOptions b_options = demo_options("B");
    b_options.listen_host.reset();
    b_options.dial = {a.listen_address()};
    b_options.chain.data_dir = folder.path();
    EventPrinter events(context.out, true);
    Board board(context.out, blocks.size());
    std::vector<peer::Observer*> observers{&board};
    if (context.out.json()) { observers.push_back(&events); }
    peer::Node b(std::move(b_options), observers);
    if (const auto opened = b.open(); !opened) {
        context.out.complain(plain_sentence(opened.error()));
        return ExitCode::io;
    }
    board.stop = [&b] { b.stop(); };
    StopSignal signal([&b] { b.stop(); });
    context.out.go_live(patient_events);
    introduce(context.out, a.head(), a.listen_address());
    const auto began = std::chrono::steady_clock::now();
    std::thread server([&a] { a.run(); });
    b.after(give_up_after, [&b] { b.stop(); });
    b.run();
    a.stop();
    server.join();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    return signal.exit_code(conclude(context.out, a.head(), b.head(), took.count()));
}

} // namespace

void add_demo(CLI::App& app, Context& context) {
    CLI::App* sub = add_command(app, "demo", "Watch two peers of 2014 sync a recorded chain, on this machine",
                                "ethpoc demo\nethpoc demo --json");
    sub->callback([&context] { context.action = [&context] { return demo(context); }; });
}

} // namespace ethpoc::cmd
