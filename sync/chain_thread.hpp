// ChainThread: runs a ChainManager on a thread of its own, with the clocks of the machine.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

#include "sync/manager.hpp"

namespace ethpoc::sync {

/// Seconds since 1970, of the machine's clock.
std::uint64_t wall_seconds();

/// The thread and its loop; see the head of this file.
class ChainThread {
  public:
    /// All three outlive it.
    ChainThread(ChainManager& manager, ChainProxy& in, NetworkProxy& out) : manager_(manager), in_(in), out_(out) {}
    ~ChainThread(); // stops
    ChainThread(const ChainThread&) = delete;
    ChainThread& operator=(const ChainThread&) = delete;

    /// The manager is open; nobody else calls it from now on.
    void start();
    /// Finishes the slice at hand and ends the thread. Commands that wait are not carried out.
    void stop();
    /// When it last began a piece of work, or looked for one, which it does every second. From any thread.
    std::chrono::steady_clock::time_point last_turn() const noexcept { return last_turn_; }

  private:
    void run();

    ChainManager& manager_;
    ChainProxy& in_;
    NetworkProxy& out_;
    std::atomic<std::chrono::steady_clock::time_point> last_turn_{std::chrono::steady_clock::now()};
    std::thread thread_{};
};

} // namespace ethpoc::sync
