// StopSignal: SIGINT and SIGTERM as an ordinary call on an ordinary thread.
#pragma once

#include <atomic>
#include <csignal>
#include <functional>
#include <thread>

#include "cmd/exit_code.hpp"

namespace ethpoc::cmd {

/// While it lives, SIGINT and SIGTERM call `on_stop` (once, from a thread of its own) instead of ending the process; a
/// second signal ends the process at once. Make it before any other thread, so that all of them inherit the mask.
class StopSignal {
  public:
    explicit StopSignal(std::function<void()> on_stop);
    ~StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    /// `otherwise` unless a signal came: then 130 or 143.
    ExitCode exit_code(ExitCode otherwise) const;

  private:
    void wait();

    std::function<void()> on_stop_;
    sigset_t waited_{};
    sigset_t before_{};
    std::atomic<int> received_ = 0;
    std::atomic<bool> done_ = false;
    std::thread thread_{};
};

} // namespace ethpoc::cmd
