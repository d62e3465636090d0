// BoundedQueue: what two threads pass to each other, bounded in bytes. Nothing is ever dropped: a producer waits for
// room before it takes in more work, as the thread of the chain does, or looks at full(). What the network gives to the
// chain has lanes instead (lanes.hpp).
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

namespace ethpoc::sync {

template <class T>
class BoundedQueue {
  public:
    /// `max_bytes`: full() from there on. `on_room` is called (from the consumer's thread) when the queue was full and
    /// is below half again.
    explicit BoundedQueue(std::size_t max_bytes, std::function<void()> on_room = {}) :
        max_bytes_(max_bytes), on_room_(std::move(on_room)) {}

    /// Always takes the item, so that what was read is never lost; the caller asks full() before it reads more. The
    /// queue can so exceed its limit by one item. Returns true when the queue was empty before.
    bool push(T item, std::size_t bytes) {
        const std::lock_guard lock(mutex_);
        return put(std::move(item), bytes);
    }

    /// Returns when the queue is not full, or was closed.
    void wait_for_room() {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [this] { return bytes_ < max_bytes_ || closed_; });
    }

    bool full() const {
        const std::lock_guard lock(mutex_);
        if (bytes_ >= max_bytes_) { was_full_ = true; }
        return bytes_ >= max_bytes_;
    }

    /// Waits for an item until `until`; nothing when the time is over or the queue was closed and is empty.
    std::optional<T> pop(std::chrono::steady_clock::time_point until) {
        std::unique_lock lock(mutex_);
        filled_.wait_until(lock, until, [this] { return !items_.empty() || closed_; });
        return take(lock);
    }

    std::optional<T> try_pop() {
        std::unique_lock lock(mutex_);
        return take(lock);
    }

    /// Wakes everybody; what is in the queue can still be popped.
    void close() {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        filled_.notify_all();
        room_.notify_all();
    }

    bool closed() const {
        const std::lock_guard lock(mutex_);
        return closed_;
    }

    std::size_t bytes() const {
        const std::lock_guard lock(mutex_);
        return bytes_;
    }

  private:
    bool put(T item, std::size_t bytes) {
        const bool was_empty = items_.empty();
        items_.emplace_back(std::move(item), bytes);
        bytes_ += bytes;
        filled_.notify_one();
        return was_empty;
    }

    std::optional<T> take(std::unique_lock<std::mutex>& lock) {
        if (items_.empty()) { return std::nullopt; }
        std::optional<T> item(std::move(items_.front().first));
        bytes_ -= items_.front().second;
        items_.pop_front();
        const bool tell = was_full_ && bytes_ <= max_bytes_ / 2;
        if (tell) { was_full_ = false; }
        lock.unlock();
        room_.notify_one();
        if (tell && on_room_) { on_room_(); }
        return item;
    }

    mutable std::mutex mutex_{};
    std::condition_variable filled_{};
    std::condition_variable room_{};
    std::deque<std::pair<T, std::size_t>> items_{};
    std::size_t bytes_ = 0;
    const std::size_t max_bytes_;
    bool closed_ = false;
    mutable bool was_full_ = false;
    const std::function<void()> on_room_;
};

} // namespace ethpoc::sync
