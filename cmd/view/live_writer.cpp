#include "cmd/view/live_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <pthread.h>
#include <unistd.h>
#include <utility>

namespace ethpoc::cmd {

namespace {

using Clock = std::chrono::steady_clock;

// A write to a pipe ends when all of it is in the pipe. Pieces make the progress of a slow reader visible.
constexpr std::size_t piece_size = 16u << 10;
constexpr std::size_t kept_capacity = 1u << 20;
constexpr auto busy_pause = std::chrono::milliseconds(5);       // the stream was made non-blocking by somebody else
constexpr auto failure_pause = std::chrono::milliseconds(1000); // a full disk
constexpr auto least_patience = std::chrono::milliseconds(100);

/// The thread takes no signals: those are for StopSignal, or for nobody.
template <class Call>
std::thread thread_without_signals(Call call) {
    sigset_t all{};
    sigset_t before{};
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    std::thread out(std::move(call));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return out;
}

} // namespace

/// Lives as long as the thread: it may be stuck in write() when the writer goes away.
struct LiveWriter::Shared {
    Shared(int to, std::size_t bytes, Note n) : fd(to), limit(bytes), note(std::move(n)) {}

    void run();
    void write(std::string_view piece, std::unique_lock<std::mutex>& lock);
    bool go_on(int failure, std::unique_lock<std::mutex>& lock);

    std::size_t bytes() const { return waiting.size() + in_flight; }
    void append(std::string_view entry) {
        if (bytes() == 0) { progress = Clock::now(); }
        waiting += entry;
    }
    void tell_dropped() { append(note(std::exchange(dropped, 0))); }
    void tell_dropped_if_room() {
        if (dropped != 0 && bytes() <= limit / 2) { tell_dropped(); }
    }

    const int fd;
    const std::size_t limit;
    const Note note;
    std::mutex mutex{};
    std::condition_variable wake{}; // for the thread
    std::condition_variable done{}; // for finish()
    std::string waiting{};
    std::size_t in_flight = 0; // bytes the thread has taken and not written yet
    std::uint64_t dropped = 0; // entries; while there are any, nothing else is taken
    Clock::time_point progress = Clock::now();
    bool closed = false;
    int failed = 0;         // errno
    bool ending = false;    // finish() waits
    bool abandoned = false; // finish() has given up
    bool over = false;      // the thread has ended
    bool given_up = false;  // with something unwritten
};

void LiveWriter::Shared::run() {
    std::unique_lock lock(mutex);
    std::string piece;
    while (!closed && !abandoned) {
        wake.wait(lock, [this] { return !waiting.empty() || ending; });
        if (waiting.empty()) { break; }
        piece.clear();
        if (piece.capacity() > kept_capacity) { std::string().swap(piece); }
        piece.swap(waiting);
        in_flight = piece.size();
        write(piece, lock);
    }
    given_up = in_flight != 0 || !waiting.empty();
    in_flight = 0;
    waiting.clear();
    over = true;
    done.notify_all();
}

void LiveWriter::Shared::write(std::string_view piece, std::unique_lock<std::mutex>& lock) {
    while (!piece.empty() && !closed && !abandoned) {
        lock.unlock();
        const ssize_t n = ::write(fd, piece.data(), std::min(piece.size(), piece_size));
        const int failure = errno;
        lock.lock();
        if (n < 0) {
            closed = !go_on(failure, lock);
            continue;
        }
        piece.remove_prefix(static_cast<std::size_t>(n));
        in_flight = piece.size();
        progress = Clock::now();
        tell_dropped_if_room();
    }
}

/// Whether the same bytes may be tried again, after a pause.
bool LiveWriter::Shared::go_on(int failure, std::unique_lock<std::mutex>& lock) {
    if (failure == EINTR) { return true; }
    if (failure == EAGAIN) {
        wake.wait_for(lock, busy_pause, [this] { return abandoned; });
        return true;
    }
    if (failed == 0 && failure != EPIPE) { failed = failure; }
    if (failure == EPIPE || failure == EBADF || ending) { return false; }
    wake.wait_for(lock, failure_pause, [this] { return ending; });
    return true;
}

LiveWriter::LiveWriter(int fd, std::size_t limit, Note note) :
    shared_(std::make_shared<Shared>(fd, limit, std::move(note))),
    thread_(thread_without_signals([shared = shared_] { shared->run(); })) {}

LiveWriter::~LiveWriter() {
    finish(hurried_flush);
}

void LiveWriter::push(std::string_view entry) {
    Shared& my = *shared_;
    const std::lock_guard lock(my.mutex);
    if (my.closed || my.ending || entry.empty()) { return; }
    my.tell_dropped_if_room();
    const std::size_t before = my.bytes();
    if (my.dropped != 0 || (before != 0 && before + entry.size() > my.limit)) {
        ++my.dropped;
        return;
    }
    my.append(entry);
    if (my.in_flight == 0) { my.wake.notify_one(); }
}

bool LiveWriter::finish(LastFlush patience) {
    if (!thread_.joinable()) { return true; }
    Shared& my = *shared_;
    std::unique_lock lock(my.mutex);
    if (my.dropped != 0 && !my.closed) { my.tell_dropped(); }
    my.ending = true;
    my.wake.notify_all();
    // A reader that has not read for long gets a last moment only.
    const auto begin = Clock::now();
    const auto since = [&] { return std::max(my.progress, begin + least_patience - patience.stall); };
    while (!my.over && Clock::now() < std::min(since() + patience.stall, begin + patience.whole)) {
        my.done.wait_until(lock, std::min(since() + patience.stall, begin + patience.whole));
    }
    my.abandoned = true;
    const bool whole = my.over && !my.given_up;
    const bool stuck = !my.over;
    my.closed = true;
    lock.unlock();
    stuck ? thread_.detach() : thread_.join();
    return whole;
}

bool LiveWriter::closed() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->closed;
}

int LiveWriter::failure() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->failed;
}

} // namespace ethpoc::cmd
