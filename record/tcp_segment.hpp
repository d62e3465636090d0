// TcpSegment: what is left of a captured packet when everything up to the TCP header is taken off (record/layers.hpp).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>

#include "rlp/bytes.hpp"

namespace ethpoc::record {

/// One end of a TCP connection. `ip` is in network order, 4 or 16 bytes of it; `port` is a number.
struct TcpAddress {
    std::array<std::uint8_t, 16> ip{};
    std::uint8_t ip_size = 4; // or 16
    std::uint16_t port = 0;

    std::string text() const; // "127.0.0.1:30303", "[::1]:30303"
    friend auto operator<=>(const TcpAddress&, const TcpAddress&) = default;
};

/// One segment; `data` is a view into the packet.
struct TcpSegment {
    TcpAddress from{};
    TcpAddress to{};
    std::uint32_t sequence = 0;
    std::uint32_t acknowledged = 0; // meant when `ack` is set
    bool syn = false;
    bool ack = false;
    bool fin = false;
    bool rst = false;
    BytesView data{};          // as far as it was captured
    std::size_t data_size = 0; // as the IP header says
};

} // namespace ethpoc::record
