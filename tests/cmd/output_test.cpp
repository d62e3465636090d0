#include "cmd/view/output.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>
#include <unistd.h>

using namespace ethpoc::cmd;

namespace {

/// A FILE* whose bytes can be looked at.
class Stream {
  public:
    Stream() : file_(open_memstream(&data_, &size_)) {}
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    ~Stream() {
        std::fclose(file_);
        std::free(data_);
    }
    std::FILE* file() const { return file_; }
    std::string text() const {
        std::fflush(file_);
        return {data_, size_};
    }

  private:
    char* data_ = nullptr;
    std::size_t size_ = 0;
    std::FILE* file_;
};

} // namespace

TEST_CASE("output: who decides about colour") {
    struct Row {
        ColorMode mode;
        ColorEnvironment environment;
        bool terminal;
        bool wanted;
    };
    const ColorEnvironment nothing{};
    for (const Row& row : {
             Row{ColorMode::automatic, nothing, true, true},
             Row{ColorMode::automatic, nothing, false, false},
             Row{ColorMode::automatic, {.no_color = true}, true, false},
             Row{ColorMode::automatic, {.no_color = true, .force_color = true}, true, false},
             Row{ColorMode::automatic, {.force_color = true}, false, true},
             Row{ColorMode::automatic, {.dumb = true}, true, false},
             Row{ColorMode::always, {.no_color = true, .dumb = true}, false, true},
             Row{ColorMode::never, {.force_color = true}, true, false},
         }) {
        CHECK(wants_color(row.mode, row.environment, row.terminal) == row.wanted);
    }
}

TEST_CASE("output: paint is plain without colour and never in json") {
    const Stream out;
    Output output(out.file(), out.file());
    CHECK(output.paint(Tone::red, "x") == "x");
    output.set_color(ColorMode::always, {});
    CHECK(output.paint(Tone::red, "x") == "\x1b[38;5;161mx\x1b[0m");
    CHECK(output.paint(Tone::plain, "x") == "x");
    output.set_json(true);
    CHECK(output.paint(Tone::red, "x") == "x");
}

TEST_CASE("output: a line is one line, whatever is in the strings") {
    const Stream out;
    Output output(out.file(), out.file());
    output.line({{"event", "hello"}, {"client_id", "a\n\x1b[31m\"\xff"}});
    const std::string text = out.text();
    CHECK(text.find('\n') == text.size() - 1);
    CHECK(text.find('\x1b') == std::string::npos);
    const auto read = nlohmann::json::parse(text);
    CHECK(read["event"] == "hello");
    CHECK(read["client_id"].get<std::string>().starts_with("a\n"));
}

TEST_CASE("output: lines of many threads do not mix") {
    const Stream out;
    Output output(out.file(), out.file());
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&output, t] {
                for (int i = 0; i < 200; ++i) {
                    output.line({{"thread", t}, {"text", std::string(50, 'x')}});
                }
            });
        }
    }
    std::istringstream lines(out.text());
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
        CHECK(nlohmann::json::parse(line)["text"] == std::string(50, 'x'));
    }
    CHECK(count == 800);
}

TEST_CASE("output: a full disk is noticed, a reader that left is not an error") {
    std::FILE* full = std::fopen("/dev/full", "w");
    REQUIRE(full != nullptr);
    Output to_full(full, stderr);
    to_full.line({{"a", 1}});
    CHECK(to_full.failure() == ENOSPC);
    std::fclose(full);

    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    ::close(ends[0]);
    const auto before = std::signal(SIGPIPE, SIG_IGN);
    std::FILE* broken = ::fdopen(ends[1], "w");
    Output to_broken(broken, stderr);
    to_broken.line({{"a", 1}});
    CHECK(to_broken.closed());
    CHECK(to_broken.failure() == 0);
    to_broken.line({{"a", 2}});
    std::fclose(broken);
    std::signal(SIGPIPE, before);
}

TEST_CASE("progress: only on a terminal, and wiped at the end") {
    const Stream quiet;
    { Progress(quiet.file()).update("10 blocks"); }
    CHECK(quiet.text().empty());
    const Stream shown;
    {
        Progress progress(shown.file(), true);
        progress.update("10 blocks");
        progress.update("11 blocks"); // within a tenth of a second of the first
    }
    CHECK(shown.text() == "\r\x1b[K10 blocks\r\x1b[K");
}
