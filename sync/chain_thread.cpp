#include "sync/chain_thread.hpp"

#include <algorithm>
#include <chrono>

namespace ethpoc::sync {

using Clock = std::chrono::steady_clock;

std::uint64_t wall_seconds() {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(since_1970).count());
}

ChainThread::~ChainThread() {
    stop();
}

void ChainThread::start() {
    thread_ = std::thread([this] { run(); });
}

void ChainThread::stop() {
    in_.queue().close();
    out_.close();
    if (thread_.joinable()) { thread_.join(); }
}

/// The manager never waits, so the thread does: it takes nothing more in while the network has not taken out what it
/// was given. The network never waits for the chain, so this ends.
void ChainThread::run() {
    constexpr auto longest = std::chrono::seconds(1); // a clock that was set or a missed tick does no harm
    while (!in_.queue().closed()) {
        out_.wait_for_room();
        auto command = in_.queue().pop(std::min(manager_.deadline(), Clock::now() + longest));
        if (in_.queue().closed()) { return; }
        last_turn_ = Clock::now();
        if (command) { manager_.take(std::move(*command), Clock::now(), wall_seconds()); }
        manager_.tick(Clock::now());
        manager_.tick_mining(Clock::now(), wall_seconds());
    }
}

} // namespace ethpoc::sync
