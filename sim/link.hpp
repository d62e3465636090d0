// Link: one TCP connection without a kernel: two ends, and for each the bytes that are on their way to it.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "sim/agenda.hpp"

namespace ethpoc::sim {

using HostId = std::uint32_t;

/// What comes to one end, in order: bytes, and at last the end of the stream or a reset.
class Stream {
  public:
    enum class What : std::uint8_t { bytes, end, reset };
    struct Piece {
        Time arrives;
        What what = What::bytes;
        Bytes bytes{};
    };

    /// Arrives no earlier than what was sent before: TCP keeps the order. Gives the time.
    Time send(Time arrives, What what, BytesView bytes);
    /// The oldest piece; nullptr: none.
    const Piece* front() const noexcept { return head_ == pieces_.size() ? nullptr : &pieces_[head_]; }
    void pop();
    /// Nothing that is under way arrives before.
    void delay(Time until);
    std::size_t bytes() const noexcept { return bytes_; } // on their way, or not read

  private:
    std::vector<Piece> pieces_{}; // read ones before head_ are cut off now and then; no memory while empty
    std::size_t head_ = 0;
    std::size_t bytes_ = 0;
    Time last_{};
};

struct End {
    HostId host = 0;
    peer::DriverOwner* owner = nullptr;
    std::unique_ptr<peer::Driver> driver{}; // none: not yet connected, or closed
    Stream in{};
    Time scheduled = Time::max(); // the wake-up that the agenda has
    Time arrival = Time::max();   // the same of what arrives
    Time line_free{};             // when the last byte that was written has left the machine
    std::size_t written = 0;      // of the frame that is being written
    bool full = false;            // waits until the other side has read
    bool finished = false;        // our direction is closed
    bool closed = false;
};

struct Link {
    std::array<End, 2> ends{};        // who dialled, who accepted
    std::chrono::nanoseconds delay{}; // one way, without jitter
    std::uint32_t place = 0;          // in the network
    std::uint32_t generation = 0;     // counts the links that had this place
    bool used = false;
};

} // namespace ethpoc::sim
