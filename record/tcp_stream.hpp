// TcpStream: the segments of one direction of a connection, put in order. Retransmissions are dropped, early segments
// wait, and what never came becomes a gap.
//
//   arrive   [0,5)  [9,12)  [5,9)  [5,9)  ..  [20,25)  end
//   leave    [0,5)          [5,12)            gap [12,20)  [20,25)
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>

#include "record/tcp_segment.hpp"

namespace ethpoc::record {

class TcpStream {
  public:
    /// Early segments that wait, at most, in bytes and in number; beyond that the missing bytes are given up.
    static constexpr std::size_t max_waiting = 4u << 20;
    static constexpr std::size_t max_segments = 4096;

    struct Sink {
        std::function<void(BytesView)> bytes;
        std::function<void(std::uint64_t)> gap; // so many bytes are missing
    };

    void take(const TcpSegment& segment, const Sink& sink);
    /// Nothing more will come: gives up what is missing.
    void finish(const Sink& sink);

    std::uint64_t position() const noexcept { return next_; } // bytes so far, gaps included
    bool started() const noexcept { return first_.has_value(); }

  private:
    std::uint64_t place_of(std::uint32_t sequence) const noexcept;
    void deliver(std::uint64_t place, BytesView data, std::size_t size, const Sink& sink);
    void drain(const Sink& sink);
    void give_up_gap(const Sink& sink);

    struct Early {
        Bytes data;
        std::size_t size; // more than data.size(): the capture cut it
    };

    std::optional<std::uint32_t> first_{}; // sequence number of the first byte
    std::uint64_t next_ = 0;               // place of the byte that is expected
    std::map<std::uint64_t, Early> waiting_{};
    std::size_t waiting_bytes_ = 0;
};

} // namespace ethpoc::record
