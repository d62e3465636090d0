// Addresses of nodes: an IP address, with a port, and the subnet that it counts for.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rlp/bytes.hpp"

namespace ethpoc::peer {

/// An IP address, 4 or 16 bytes in network order. IPv4 within IPv6 (::ffff:192.0.2.1) is made by none of the functions
/// below: they give the 4 bytes.
struct IpAddress {
    std::array<std::uint8_t, 16> bytes{};
    std::uint8_t size = 4;

    friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
    BytesView view() const noexcept { return BytesView(bytes).first(size); }
};

/// False for 0/8, 10/8, 127/8, 169.254/16, 172.16/12, 192.168/16, 224/4 and up, and their IPv6 kin: C++ ignores them as
/// well (spec WIRE 5.4).
bool is_public(const IpAddress& address) noexcept;
/// 127/8 and ::1.
bool is_loopback(const IpAddress& address) noexcept;

/// "192.0.2.1", "2001:db8::1"; brackets around it are read too.
std::string to_text(const IpAddress& address);
/// The other way; nothing: it is no numeric address.
std::optional<IpAddress> parse_ip(std::string_view text);

/// Whoever has one address of a subnet can get many: 2 bytes of IPv4, 4 bytes of IPv6, and zeros.
IpAddress subnet_of(const IpAddress& address) noexcept;

/// Where a node listens, or a connection comes from.
struct NodeAddress {
    IpAddress ip{};
    std::uint16_t port = 0; // 0 in a ban: every port
    friend auto operator<=>(const NodeAddress&, const NodeAddress&) = default;
};

/// "192.0.2.1:30303", "[2001:db8::1]:30303".
std::string to_text(const NodeAddress& address);
/// Nothing: no IP address and port; a host name is none.
std::optional<NodeAddress> parse_address(std::string_view host_and_port);
/// HOST:PORT with a port that is none of zero, in printable characters; whether the host is there shows when it is
/// dialled.
bool is_endpoint(std::string_view text);

} // namespace ethpoc::peer
