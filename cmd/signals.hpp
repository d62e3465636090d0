// StopSignal: SIGINT and SIGTERM, and SIGHUP where it means something, as ordinary calls on an ordinary thread.
#pragma once

#include <atomic>
#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <thread>

#include "cmd/exit_code.hpp"

namespace ethpoc::cmd {

/// From the first signal to the end of the process, whatever it does.
inline constexpr std::chrono::milliseconds default_stop_limit{2'900};

/// The same for `timeouts.shutdown`: a tenth of a second is left for the end itself.
constexpr std::chrono::milliseconds stop_limit(std::chrono::milliseconds shutdown) {
    constexpr std::chrono::milliseconds margin{100};
    return shutdown > 2 * margin ? shutdown - margin : shutdown;
}

/// While it lives, SIGINT and SIGTERM call `on_stop` (once, from a thread of its own) instead of ending the process; a
/// second signal ends the process at once. Make it before any other thread, so that all of them inherit the mask.
///
/// When the process has not ended `limit` after the first signal, it is ended, with the exit code of the signal: a
/// store that takes long to open, a stream that nobody reads or a busy chain must not outlive the contract. The store
/// survives that (its transactions are whole or not there). 0: never.
///
/// With `on_reload` SIGHUP calls that, each time, from the same thread; without it SIGHUP is left alone.
class StopSignal {
  public:
    explicit StopSignal(std::function<void()> on_stop, std::chrono::milliseconds limit = default_stop_limit,
                        std::function<void()> on_reload = {});
    ~StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    /// `otherwise` unless a signal came: then 130 or 143.
    ExitCode exit_code(ExitCode otherwise) const;

  private:
    struct Shared;
    static void wait(const std::shared_ptr<Shared>& shared);

    sigset_t before_{};
    std::shared_ptr<Shared> shared_; // the thread may outlive this
    std::thread thread_{};
};

} // namespace ethpoc::cmd
