// Miner: threads that look for the nonce of a block. They are given work and tell what they found; what to work on, and
// what becomes of it, is the chain's.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "chain/work.hpp"

namespace ethpoc::sync {

/// Work that several threads read; its owners decide how long it lives.
using SharedWork = std::shared_ptr<const chain::Work>;

/// True while the block would be from the future: peers refuse it, and there is time. Where blocks must be younger than
/// their parents, a miner that is fast comes here. `wall`: Unix seconds.
constexpr bool too_early(const chain::Work& work, std::uint64_t wall) noexcept {
    constexpr std::uint64_t most_seconds_ahead = 5;
    return work.timestamp > wall + most_seconds_ahead;
}

/// Who looks for nonces. Not only threads: a simulation has another one.
class MinerPort {
  public:
    virtual ~MinerPort() = default;
    /// From now on this, and nothing else; nullptr: nothing. Never waits.
    virtual void set(SharedWork work) = 0;
    /// What was found since, sealed; nullptr: nothing. Each work gives at most one block.
    struct Found {
        SharedWork work;
        Bytes block;
    };
    /// Never waits; any thread.
    virtual std::optional<Found> take() = 0;
};

/// Threads that try nonces, each from a place of its own.
class Miner final : public MinerPort {
  public:
    /// `threads`: at least one. `on_found`: called from one of them, take() has something then.
    Miner(unsigned threads, std::function<void()> on_found);
    ~Miner() override;
    Miner(const Miner&) = delete;
    Miner& operator=(const Miner&) = delete;

    /// What the threads did before is left within about 10 ms: they look after each slice of tries.
    void set(SharedWork work) override;
    std::optional<Found> take() override;
    /// Nonces tried so far, by all threads.
    std::uint64_t tried() const noexcept { return tried_; }

    static constexpr std::uint64_t slice = 1u << 14; // tries, of about 0.4 us each

  private:
    void run();
    void found(const SharedWork& work, const Hash256& nonce);

    const std::function<void()> on_found_;
    std::mutex mutex_{};
    std::condition_variable changed_{};
    SharedWork work_{};
    std::optional<Found> found_{};
    std::atomic<std::uint64_t> turn_ = 0; // counts set()
    std::atomic<std::uint64_t> tried_ = 0;
    bool closed_ = false;
    std::vector<std::thread> threads_{};
};

} // namespace ethpoc::sync
