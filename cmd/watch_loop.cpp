#include "cmd/watch_loop.hpp"

#include <atomic>
#include <chrono>
#include <sys/ioctl.h>
#include <thread>
#include <unistd.h>

#include "cmd/signals.hpp"
#include "rlp/bytes.hpp"

namespace ethpoc::cmd {

namespace {

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

    void draw(const std::function<std::string(TableSize)>& page) {
        const std::string text = page(active_ ? terminal() : TableSize{});
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

std::chrono::steady_clock::duration steady(double seconds) {
    return std::chrono::duration_cast<std::chrono::steady_clock::duration>(std::chrono::duration<double>(seconds));
}

} // namespace

std::expected<nlohmann::ordered_json, PeersRefusal> ask_running(const config::Settings& settings, const char* path,
                                                                std::string_view otherwise) {
    constexpr std::chrono::milliseconds short_patience{2'500};
    auto answer = ask_node(settings, "GET", path, short_patience);
    if (!answer) { return std::unexpected(std::move(answer.error())); }
    if (*answer) { return std::move(**answer); }
    return std::unexpected(PeersRefusal{.sentence = "no node is running with --data-dir " + settings.data_dir + "; `" +
                                                    std::string(otherwise) + "` shows what it has kept"});
}

ExitCode run_watch(Context& context, WatchTimes times, const WatchCalls& calls) {
    using Clock = std::chrono::steady_clock;
    if (const auto refused = calls.look()) { return refuse(context, *refused); }
    std::atomic<bool> stop = false;
    const StopSignal signal([&stop] { stop = true; });
    context.out.go_live();
    const auto begun = Clock::now();
    const auto end = times.for_seconds > 0 ? begun + steady(times.for_seconds) : Clock::time_point::max();
    auto next = begun;
    const auto over = [&] { return stop || context.out.closed() || Clock::now() >= end; };
    std::optional<WatchScreen> screen(std::in_place, context.out);
    while (true) {
        if (context.out.json()) {
            context.out.line(calls.line());
        } else {
            screen->draw(calls.page);
        }
        next += steady(times.every);
        while (!over() && Clock::now() < next) {
            constexpr Clock::duration slice = std::chrono::milliseconds(50); // a signal is heard so soon
            std::this_thread::sleep_for(std::min(slice, next - Clock::now()));
        }
        if (over()) { return signal.exit_code(ExitCode::done); }
        if (const auto refused = calls.look()) {
            screen.reset(); // what follows is to stay there
            context.out.complain(printable(refused->sentence, 8192));
            return signal.exit_code(refused->code);
        }
    }
}

} // namespace ethpoc::cmd
