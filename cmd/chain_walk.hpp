// ChainWalk: what commands that go over many blocks share: the signals that end them, and a line of progress.
#pragma once

#include <atomic>
#include <chrono>
#include <string>

#include "cmd/context.hpp"
#include "cmd/signals.hpp"

namespace ethpoc::cmd {

/// Make it before any thread. SIGINT and SIGTERM do not end the process while it lives, but go_on() says no.
class ChainWalk {
  public:
    explicit ChainWalk(Context& context) : progress_(context.out), signal_([this] { stop_ = true; }) {}

    /// What comes now: `doing` ("checking") blocks, of which the last is `last`.
    void begin(std::string doing, std::uint64_t first, std::uint64_t last);
    /// "checking block 640 of 8168, 1200 blocks/s, 7s left" on a terminal. False once a signal came.
    bool go_on(std::uint64_t number);
    /// Wipes the line, before the answer.
    void end() { progress_.clear(); }

    bool stopped() const noexcept { return stop_; }
    /// 130 or 143 once a signal came.
    ExitCode exit_code(ExitCode otherwise) const { return signal_.exit_code(otherwise); }

  private:
    std::atomic<bool> stop_ = false;
    Progress progress_;
    StopSignal signal_;
    std::string doing_{};
    std::uint64_t first_ = 0;
    std::uint64_t last_ = 0;
    std::chrono::steady_clock::time_point begin_{};
};

} // namespace ethpoc::cmd
