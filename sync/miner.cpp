#include "sync/miner.hpp"

#include <algorithm>
#include <random>

namespace ethpoc::sync {

namespace {

/// Where a thread begins: other threads and other miners begin elsewhere.
Hash256 random_nonce() {
    std::random_device device;
    Hash256 out;
    std::ranges::generate(out.bytes, [&device] { return static_cast<std::uint8_t>(device()); });
    return out;
}

} // namespace

Miner::Miner(unsigned threads, std::function<void()> on_found) : on_found_(std::move(on_found)) {
    for (unsigned i = 0; i < std::max(threads, 1U); ++i) {
        threads_.emplace_back([this] { run(); });
    }
}

Miner::~Miner() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        ++turn_;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) {
        thread.join();
    }
}

void Miner::set(SharedWork work) {
    {
        const std::lock_guard lock(mutex_);
        work_ = std::move(work);
        ++turn_;
    }
    changed_.notify_all();
}

std::optional<MinerPort::Found> Miner::take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(found_, std::nullopt);
}

/// The first one counts: the others find another work, or none.
void Miner::found(const SharedWork& work, const Hash256& nonce) {
    {
        const std::lock_guard lock(mutex_);
        if (work_ != work) { return; }
        work_ = nullptr;
        ++turn_;
        found_ = Found{work, chain::seal(*work, nonce)};
    }
    on_found_();
}

void Miner::run() {
    Hash256 next = random_nonce();
    while (true) {
        SharedWork work;
        std::uint64_t turn = 0;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return closed_ || work_ != nullptr; });
            if (closed_) { return; }
            work = work_;
            turn = turn_;
        }
        while (turn_ == turn) {
            std::uint64_t left = slice;
            const auto nonce = chain::search(*work, next, left);
            tried_ += slice - left;
            if (nonce) {
                found(work, *nonce);
                break;
            }
        }
    }
}

} // namespace ethpoc::sync
