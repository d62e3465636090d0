#include "cmd/signals.hpp"

#include <ctime>
#include <pthread.h>
#include <unistd.h>

namespace ethpoc::cmd {

StopSignal::StopSignal(std::function<void()> on_stop) : on_stop_(std::move(on_stop)) {
    sigemptyset(&waited_);
    sigaddset(&waited_, SIGINT);
    sigaddset(&waited_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &waited_, &before_);
    thread_ = std::thread([this] { wait(); });
}

StopSignal::~StopSignal() {
    done_ = true;
    thread_.join();
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void StopSignal::wait() {
    constexpr timespec slice{0, 50'000'000};
    while (!done_) {
        const int signal = sigtimedwait(&waited_, nullptr, &slice);
        if (signal <= 0) { continue; }
        if (received_.exchange(signal) != 0) { _exit(128 + signal); }
        on_stop_();
    }
}

ExitCode StopSignal::exit_code(ExitCode otherwise) const {
    switch (received_.load()) {
    case SIGINT:
        return ExitCode::interrupted;
    case SIGTERM:
        return ExitCode::terminated;
    default:
        return otherwise;
    }
}

} // namespace ethpoc::cmd
