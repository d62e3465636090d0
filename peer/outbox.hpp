// Outbox: the one writer queue of a connection. Frames leave in order, each in a write of its own, no faster than the
// client can read. Two writes in flight on one socket interleaved frames in C++ until 2014-07-21; that cannot happen
// here.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "peer/driver.hpp"
#include "rlp/bytes.hpp"
#include "wire/message.hpp"
#include "wire/quirks.hpp"

namespace ethpoc::peer {

using SharedFrame = std::shared_ptr<const Bytes>;

class Outbox {
  public:
    struct Entry {
        SharedFrame frame{};
        wire::MessageType type{};
        Time asked{}; // the last question when it came
    };

    /// False: `relay` traffic was shed because `limit` bytes wait already. Everything else is always taken.
    bool push(SharedFrame frame, wire::MessageType type, bool relay, std::size_t limit);

    /// The frame to write now; nullptr when there is none or its time has not come.
    const Entry* front(Time now, const wire::Quirks& quirks) const noexcept;
    /// When front() will give one; Time::max() when the queue is empty.
    Time ready_at(const wire::Quirks& quirks) const noexcept;
    /// The front frame has been handed to the socket. Returns its size in bytes.
    std::size_t pop(Time now);
    /// The peer has asked for blocks: Quirks::blocks_gap counts from here too. A client reads the answer on its own
    /// tick, however late that is, and answers that follow each question one by one never share one.
    void asked(Time now) noexcept { last_asked_ = now; }
    /// Forgets everything that has not been written (before the last word, Disconnect).
    void clear() noexcept;

    bool empty() const noexcept { return head_ == entries_.size(); }
    /// What the queue costs: more than the sum of its frames.
    std::size_t bytes() const noexcept { return bytes_; }
    /// When the last frame left.
    Time last_written() const noexcept { return last_frame_; }

  private:
    std::vector<Entry> entries_{}; // written ones before head_ are cut off now and then; hardly any memory while empty
    std::size_t head_ = 0;
    std::size_t bytes_ = 0;
    Time last_frame_{};
    Time last_blocks_{};
    Time last_asked_{};
};

} // namespace ethpoc::peer
