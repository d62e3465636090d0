// BoundedQueue: what one thread passes to another, bounded in bytes. Nothing is ever dropped: the producer waits for
// room before it takes in more work, as the thread of the chain does; the consumer never waits. What the network gives
// to the chain has lanes instead (lanes.hpp).
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace ethpoc::sync {

/// Items with their sizes, oldest first. It locks itself.
template <class T>
class BoundedQueue {
  public:
    /// `max_bytes`: wait_for_room() waits from there on.
    explicit BoundedQueue(std::size_t max_bytes) : max_bytes_(max_bytes) {}

    /// Always takes the item, so that what was made is never lost: the queue can exceed its limit by one item. Returns
    /// true when the queue was empty before.
    bool push(T item, std::size_t bytes) {
        const std::lock_guard lock(mutex_);
        const bool was_empty = items_.empty();
        items_.emplace_back(std::move(item), bytes);
        bytes_ += bytes;
        return was_empty;
    }

    /// Returns when the queue is not full, or was closed.
    void wait_for_room() {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [this] { return bytes_ < max_bytes_ || closed_; });
    }

    /// The oldest item without waiting; nothing: the queue is empty.
    std::optional<T> try_pop() {
        std::unique_lock lock(mutex_);
        if (items_.empty()) { return std::nullopt; }
        std::optional<T> item(std::move(items_.front().first));
        bytes_ -= items_.front().second;
        items_.pop_front();
        lock.unlock();
        room_.notify_one();
        return item;
    }

    /// Wakes the producer; what is in the queue can still be popped.
    void close() {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        room_.notify_all();
    }

    /// Of all items, as their producers counted them.
    std::size_t bytes() const {
        const std::lock_guard lock(mutex_);
        return bytes_;
    }

  private:
    mutable std::mutex mutex_{};
    std::condition_variable room_{};
    std::deque<std::pair<T, std::size_t>> items_{};
    std::size_t bytes_ = 0;
    const std::size_t max_bytes_;
    bool closed_ = false;
};

} // namespace ethpoc::sync
