// SessionSegments: a recorded session as the segments of TCP that could have carried it: handshake, data, each
// acknowledged, end. Connections dial 127.0.0.2:30303 from 127.0.0.1:40001 on.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>

#include "record/session_file.hpp"
#include "record/tcp_segment.hpp"

namespace ethpoc::record {

/// Makes segments of lines; owns nothing but the counters of connections that are open.
class SessionSegments {
  public:
    /// The view in the segment lives during the call; `seconds` as the line has them.
    using Put = std::function<void(const TcpSegment& segment, double seconds)>;

    /// `put` is called for each segment, in the order of a capture.
    explicit SessionSegments(Put put) : put_(std::move(put)) {}

    /// A connection is kept until the line that says "closed", in less than 100 bytes.
    void take(const SessionLine& line);
    /// Ends the connections that are open.
    void finish();
    std::size_t connections() const noexcept { return count_; }

  private:
    struct Link {
        std::uint16_t dialer_port = 0;
        std::array<std::uint32_t, 2> next{}; // sequence number, by side
        std::array<bool, 2> finished{};
    };
    enum class Flags : std::uint8_t { syn, syn_ack, ack, fin };

    void open(Link& link, double at);
    void data(Link& link, double at, wire::Side from, BytesView bytes);
    void end(Link& link, double at, wire::Side from);
    void put(const Link& link, double at, wire::Side from, Flags flags, BytesView data = {});

    Put put_;
    std::map<std::uint64_t, Link> links_{};
    std::size_t count_ = 0;
    double last_ = 0;
};

} // namespace ethpoc::record
