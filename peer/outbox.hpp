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

/// A frame that several outboxes hold.
using SharedFrame = std::shared_ptr<const Bytes>;

/// The frames of one connection that wait, oldest first; only relay traffic is shed.
class Outbox {
  public:
    /// One frame in the queue.
    struct Entry {
        SharedFrame frame{}; // nullptr: it was shed
        wire::MessageType type{};
        bool relay = false;
        Time asked{}; // the last question when it came
    };

    /// What is no `relay` traffic is always taken. While more than `limit` bytes wait, relay traffic is shed, the
    /// oldest first, the new frame last: the types of those frames, in that order.
    std::vector<wire::MessageType> push(SharedFrame frame, wire::MessageType type, bool relay, std::size_t limit);

    /// The frame to write now; nullptr when there is none or its time has not come.
    const Entry* front(Time now, const wire::Quirks& quirks) const noexcept;
    /// When front() will give one; Time::max() when the queue is empty.
    Time ready_at(const wire::Quirks& quirks) const noexcept;
    /// A part of the front frame may have left: it stays until pop(), whatever is shed or forgotten.
    void begin() noexcept { begun_ = true; }
    /// The front frame has been handed to the socket. Returns its size in bytes.
    std::size_t pop(Time now);
    /// The peer has asked for blocks: Quirks::blocks_gap counts from here too. A client reads the answer on its own
    /// tick, however late that is, and answers that follow each question one by one never share one.
    void asked(Time now) noexcept { last_asked_ = now; }
    /// Forgets everything.
    void clear() noexcept;
    /// Forgets everything but a frame that was begun: before a last word that must not wait.
    void clear_unbegun();

    bool empty() const noexcept { return head_ == entries_.size(); }
    /// Entries that it keeps, those that were written or shed included.
    std::size_t entries() const noexcept { return entries_.size(); }
    /// What the queue costs: more than the sum of its frames.
    std::size_t bytes() const noexcept { return bytes_; }
    /// When the last frame left.
    Time last_written() const noexcept { return last_frame_; }

  private:
    void shed(std::size_t at);
    void skip_shed();
    std::size_t oldest_relay();

    // Those that were written or shed are cut out now and then; hardly any memory while empty.
    std::vector<Entry> entries_{};
    std::size_t holes_ = 0;      // of them
    std::size_t head_ = 0;       // what stands there waits, or nothing does
    std::size_t relay_from_ = 0; // no relay traffic waits before it, but for a frame that was begun
    std::size_t bytes_ = 0;
    bool begun_ = false;
    Time last_frame_{};
    Time last_blocks_{};
    Time last_asked_{};
};

} // namespace ethpoc::peer
