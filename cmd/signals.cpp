#include "cmd/signals.hpp"

#include <mutex>
#include <pthread.h>
#include <unistd.h>
#include <utility>

namespace ethpoc::cmd {

namespace {

constexpr int shell_offset = 128; // how a shell tells that a signal ended a program

} // namespace

struct StopSignal::Shared {
    std::mutex mutex{}; // on_stop is not called once the destructor is through
    std::function<void()> on_stop;
    std::function<void()> on_reload;
    std::chrono::milliseconds limit;
    sigset_t waited{};
    std::atomic<int> received = 0;
    std::atomic<bool> done = false;
};

StopSignal::StopSignal(std::function<void()> on_stop, std::chrono::milliseconds limit,
                       std::function<void()> on_reload) :
    shared_(std::make_shared<Shared>()) {
    shared_->on_stop = std::move(on_stop);
    shared_->on_reload = std::move(on_reload);
    shared_->limit = limit;
    sigemptyset(&shared_->waited);
    sigaddset(&shared_->waited, SIGINT);
    sigaddset(&shared_->waited, SIGTERM);
    if (shared_->on_reload) { sigaddset(&shared_->waited, SIGHUP); }
    pthread_sigmask(SIG_BLOCK, &shared_->waited, &before_);
    thread_ = std::thread([shared = shared_] { wait(shared); });
}

StopSignal::~StopSignal() {
    bool watched = false;
    {
        const std::lock_guard lock(shared_->mutex);
        shared_->done = true;
        watched = shared_->received != 0 && shared_->limit.count() > 0;
    }
    if (watched) { // it goes on looking at the clock, and for a second signal
        thread_.detach();
        return;
    }
    thread_.join();
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void StopSignal::wait(const std::shared_ptr<Shared>& shared) {
    constexpr timespec slice{0, 50'000'000};
    using Clock = std::chrono::steady_clock;
    Clock::time_point end = Clock::time_point::max();
    while (!shared->done || end != Clock::time_point::max()) {
        const int signal = sigtimedwait(&shared->waited, nullptr, &slice);
        if (Clock::now() >= end) { _exit(shell_offset + shared->received); }
        if (signal <= 0) { continue; }
        if (signal == SIGHUP) {
            const std::lock_guard lock(shared->mutex);
            if (!shared->done && shared->received == 0) { shared->on_reload(); }
            continue;
        }
        if (shared->received.exchange(signal) != 0) { _exit(shell_offset + signal); }
        const std::lock_guard lock(shared->mutex);
        if (shared->done) { return; } // it came while the command was ending anyway
        if (shared->limit.count() > 0) { end = Clock::now() + shared->limit; }
        shared->on_stop();
    }
}

ExitCode StopSignal::exit_code(ExitCode otherwise) const {
    switch (shared_->received.load()) {
    case SIGINT:
        return ExitCode::interrupted;
    case SIGTERM:
        return ExitCode::terminated;
    default:
        return otherwise;
    }
}

} // namespace ethpoc::cmd
