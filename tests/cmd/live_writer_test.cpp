// A stream that nobody reads: nothing waits, nothing is torn, what is left out is counted, and the end is bounded.
#include "cmd/view/live_writer.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sstream>
#include <thread>
#include <unistd.h>
#include <utility>

#include <doctest/doctest.h>

using namespace ethpoc::cmd;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t limit = 64u << 10;

std::string note(std::uint64_t count) {
    return "dropped " + std::to_string(count) + "\n";
}

struct Pipe {
    Pipe() { REQUIRE(::pipe(ends.data()) == 0); }
    ~Pipe() {
        ::close(ends[0]);
        if (ends[1] >= 0) { ::close(ends[1]); }
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    void end_writing() { ::close(std::exchange(ends[1], -1)); }
    /// What there is within `time`, or until the end of the stream.
    std::string read(std::chrono::milliseconds time) const {
        ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
        std::string out;
        std::array<char, 4096> buffer{};
        const auto end = Clock::now() + time;
        while (Clock::now() < end) {
            const ssize_t n = ::read(ends[0], buffer.data(), buffer.size());
            if (n == 0) { break; }
            if (n > 0) {
                out.append(buffer.data(), static_cast<std::size_t>(n));
            } else {
                std::this_thread::sleep_for(2ms);
            }
        }
        return out;
    }
    std::array<int, 2> ends{-1, -1};
};

std::string numbered(int i) {
    return "line " + std::to_string(i) + " " + std::string(80, 'x') + "\n";
}

struct Heard {
    int lines = 0;
    std::uint64_t told = 0; // by notes
    bool in_order = true;   // and whole
};

Heard heard(const std::string& text) {
    Heard out;
    std::istringstream in(text);
    int next = 0;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("dropped ")) {
            out.told += std::stoull(line.substr(8));
            next += std::stoi(line.substr(8));
            continue;
        }
        out.in_order = out.in_order && line + "\n" == numbered(next++);
        ++out.lines;
    }
    return out;
}

} // namespace

TEST_CASE("live writer: all of it arrives when it is read, also what comes right before the end") {
    Pipe pipe;
    std::string got;
    {
        std::jthread reader([&] { got = pipe.read(20s); });
        {
            LiveWriter writer(pipe.ends[1], 8u << 20, note);
            for (int i = 0; i < 20'000; ++i) {
                writer.push(numbered(i));
            }
            CHECK(writer.finish(patient_flush));
            CHECK(writer.failure() == 0);
        }
        pipe.end_writing();
    }
    const Heard all = heard(got);
    CHECK(all.lines == 20'000);
    CHECK(all.in_order);
    CHECK(all.told == 0);
}

TEST_CASE("live writer: nobody reads, nobody waits, and later all is accounted for") {
    const Pipe pipe;
    LiveWriter writer(pipe.ends[1], limit, note);
    const auto begin = Clock::now();
    for (int i = 0; i < 50'000; ++i) {
        writer.push(numbered(i));
    }
    CHECK(Clock::now() - begin < 2s);
    std::string got = pipe.read(300ms); // room again: the note comes without another line
    CHECK(heard(got).told > 40'000);
    for (int i = 50'000; i < 50'010; ++i) {
        writer.push(numbered(i));
    }
    got += pipe.read(300ms);
    const Heard all = heard(got);
    CHECK(all.in_order);
    CHECK(all.lines + all.told == 50'010);
    CHECK(got.ends_with(numbered(50'009)));
}

TEST_CASE("live writer: the end is bounded when nobody reads") {
    Pipe pipe;
    LiveWriter writer(pipe.ends[1], limit, note);
    for (int i = 0; i < 10'000; ++i) {
        writer.push(numbered(i));
        if (i % 500 == 0) { std::this_thread::sleep_for(5ms); } // the pipe is full, and the queue behind it
    }
    auto begin = Clock::now();
    CHECK_FALSE(writer.finish(hurried_flush));
    CHECK(Clock::now() - begin < 1s);
    begin = Clock::now();
    writer.push("too late\n");
    writer.finish(patient_flush);
    CHECK(Clock::now() - begin < 100ms);
    CHECK(pipe.read(200ms).size() <=
          128u << 10); // what was in the pipe, and the piece in the kernel: it frees the thread
}

TEST_CASE("live writer: a reader that reads at the last moment hears how much is missing") {
    Pipe pipe;
    LiveWriter writer(pipe.ends[1], limit, note);
    for (int i = 0; i < 10'000; ++i) {
        writer.push(numbered(i));
    }
    std::string got;
    {
        const std::jthread reader([&] { got = pipe.read(1s); });
        CHECK(writer.finish(patient_flush));
        pipe.end_writing();
    }
    const Heard all = heard(got);
    CHECK(all.in_order);
    CHECK(all.lines + all.told == 10'000);
}

TEST_CASE("live writer: one entry may be larger than the limit, when nothing else waits") {
    Pipe pipe;
    std::string got;
    {
        std::jthread reader([&] { got = pipe.read(10s); });
        LiveWriter writer(pipe.ends[1], limit, note);
        writer.push(std::string(10 * limit, 'y') + "\n");
        CHECK(writer.finish(patient_flush));
        pipe.end_writing();
    }
    CHECK(got.size() == 10 * limit + 1);
}

TEST_CASE("live writer: a full disk is noticed, and is no reason to wait") {
    const int full = ::open("/dev/full", O_WRONLY);
    REQUIRE(full >= 0);
    {
        LiveWriter writer(full, limit, note);
        for (int i = 0; i < 10'000; ++i) {
            writer.push(numbered(i));
        }
        const auto until = Clock::now() + 2s;
        while (writer.failure() == 0 && Clock::now() < until) {
            std::this_thread::sleep_for(1ms);
        }
        CHECK(writer.failure() == ENOSPC);
        CHECK_FALSE(writer.closed());
        const auto begin = Clock::now();
        CHECK_FALSE(writer.finish(patient_flush));
        CHECK(Clock::now() - begin < 500ms);
    }
    ::close(full);
}

TEST_CASE("live writer: a reader that left is no error, a stream that is not open is one") {
    const auto before = std::signal(SIGPIPE, SIG_IGN);
    Pipe pipe;
    ::close(std::exchange(pipe.ends[0], ::open("/dev/null", O_RDONLY)));
    for (const auto& [fd, good] : {std::pair{pipe.ends[1], true}, std::pair{10'000, false}}) {
        LiveWriter writer(fd, limit, note);
        writer.push("one\n");
        const auto until = Clock::now() + 2s;
        while (!writer.closed() && Clock::now() < until) {
            std::this_thread::sleep_for(1ms);
        }
        CHECK(writer.closed());
        CHECK((writer.failure() == 0) == good);
        writer.push("two\n");
    }
    std::signal(SIGPIPE, before);
}
