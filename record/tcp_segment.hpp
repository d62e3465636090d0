// TcpSegment: what is left of a captured packet when link, IP and TCP headers are taken off.
//
//   Ethernet 14 (+ 4 for each VLAN tag) | IPv4 20.. or IPv6 40 (+ extensions) | TCP 20.. | data
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "rlp/bytes.hpp"

namespace ethpoc::record {

struct TcpAddress {
    std::array<std::uint8_t, 16> ip{};
    std::uint8_t ip_size = 4; // or 16
    std::uint16_t port = 0;

    std::string text() const; // "127.0.0.1:30303", "[::1]:30303"
    friend auto operator<=>(const TcpAddress&, const TcpAddress&) = default;
};

struct TcpSegment {
    TcpAddress from{};
    TcpAddress to{};
    std::uint32_t sequence = 0;
    bool syn = false;
    bool ack = false;
    bool fin = false;
    bool rst = false;
    BytesView data{};          // as far as it was captured
    std::size_t data_size = 0; // as the IP header says
};

/// The link types that can be taken off, by the numbers of libpcap; nullptr: not one of them.
const char* link_name(int link_type) noexcept;

/// Nothing: not TCP, a fragment, or cut inside the headers.
std::optional<TcpSegment> read_segment(int link_type, BytesView packet);

} // namespace ethpoc::record
