// ethpoc peers watch: who is connected to a running node, as it changes. A table that is drawn anew in its place on a
// terminal, a line of JSON for each look otherwise.
#include <atomic>
#include <chrono>
#include <sys/ioctl.h>
#include <thread>
#include <unistd.h>

#include "cmd/peers_commands.hpp"
#include "cmd/signals.hpp"
#include "cmd/view/peer_table.hpp"
#include "cmd/view/timestamp.hpp"
#include "rlp/bytes.hpp"

namespace ethpoc::cmd {

namespace {

using nlohmann::ordered_json;

/// What is known at one moment.
struct Look {
    ordered_json node;
    ordered_json peers;
};

constexpr std::chrono::milliseconds short_patience{2'500}; // shorter than that of a signal's sender

std::expected<Look, PeersRefusal> look(const config::Settings& settings) {
    Look out;
    const std::pair<const char*, ordered_json*> questions[] = {{"/status", &out.node}, {"/peers", &out.peers}};
    for (const auto& [path, into] : questions) {
        auto answer = ask_node(settings, "GET", path, short_patience);
        if (!answer) { return std::unexpected(std::move(answer.error())); }
        if (!*answer) {
            return std::unexpected(PeersRefusal{.sentence = "no node is running with --data-dir " + settings.data_dir +
                                                            "; `ethpoc peers list` shows what it has kept"});
        }
        *into = std::move(**answer);
    }
    return out;
}

/// The screen of a terminal, as it was when this goes away.
class WatchScreen {
  public:
    explicit WatchScreen(Output& out) : out_(out), active_(::isatty(STDOUT_FILENO) == 1 && !out.json()) {
        if (active_) { say("\x1b[?1049h\x1b[?25l"); } // the other screen, no cursor
    }
    ~WatchScreen() {
        if (active_) { say("\x1b[?25h\x1b[?1049l"); }
    }
    WatchScreen(const WatchScreen&) = delete;
    WatchScreen& operator=(const WatchScreen&) = delete;

    void draw(const Look& now) {
        const TableSize size = active_ ? terminal() : TableSize{};
        std::string text = watch_heading(now.node, now.peers["peers"], size.columns) + "\n\n";
        constexpr std::size_t heading = 3; // with the line that the cursor is in
        text += peer_table(now.peers["peers"],
                           {size.columns, size.lines > heading + 2 ? size.lines - heading : size.lines});
        if (!active_) { return say(text + "\n"); }
        // Line by line, each wiped to its end, so that nothing flickers; then what is below.
        std::string drawn = "\x1b[H";
        for (const char c : text) {
            if (c == '\n') { drawn += "\x1b[K"; }
            drawn += c;
        }
        say(drawn + "\x1b[J");
    }

  private:
    static TableSize terminal() {
        winsize size{};
        if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) { return {80, 24}; }
        return {size.ws_col, size.ws_row};
    }
    void say(const std::string& text) {
        out_.text(text);
        out_.flush();
    }

    Output& out_;
    bool active_;
};

} // namespace

ExitCode run_peers_watch(Context& context, const config::Settings& settings, const PeersOptions& given) {
    using Clock = std::chrono::steady_clock;
    const auto pause = std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(given.every));
    auto now = look(settings);
    if (!now) { return refuse(context, now.error()); }
    std::atomic<bool> stop = false;
    const StopSignal signal([&stop] { stop = true; });
    context.out.go_live();
    const auto begun = Clock::now();
    const auto end =
        given.for_seconds > 0
            ? begun + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(given.for_seconds))
            : Clock::time_point::max();
    auto next = begun;
    const auto over = [&] { return stop || context.out.closed() || Clock::now() >= end; };
    std::optional<WatchScreen> screen(std::in_place, context.out);
    while (true) {
        if (context.out.json()) {
            context.out.line(
                {{"event", "peers"}, {"ts", timestamp_now()}, {"node", now->node}, {"peers", now->peers["peers"]}});
        } else {
            screen->draw(*now);
        }
        next += pause;
        while (!over() && Clock::now() < next) {
            constexpr Clock::duration slice = std::chrono::milliseconds(50); // a signal is heard so soon
            std::this_thread::sleep_for(std::min(slice, next - Clock::now()));
        }
        if (over()) { return signal.exit_code(ExitCode::done); }
        now = look(settings);
        if (!now) {
            screen.reset(); // what follows is to stay there
            context.out.complain(printable(now.error().sentence, 8192));
            return signal.exit_code(now.error().code);
        }
    }
}

} // namespace ethpoc::cmd
