#include "peer/address.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>

namespace ethpoc::peer {

namespace {

namespace ip = boost::asio::ip;

constexpr std::size_t subnet_bytes_v4 = 2;
constexpr std::size_t subnet_bytes_v6 = 4;

ip::address to_asio(const IpAddress& address) {
    if (address.size == 4) {
        ip::address_v4::bytes_type v4{};
        std::copy_n(address.bytes.begin(), v4.size(), v4.begin());
        return ip::address_v4(v4);
    }
    ip::address_v6::bytes_type v6{};
    std::copy_n(address.bytes.begin(), v6.size(), v6.begin());
    return ip::address_v6(v6);
}

IpAddress from_asio(const ip::address& address) {
    IpAddress out;
    if (address.is_v4()) {
        std::ranges::copy(address.to_v4().to_bytes(), out.bytes.begin());
        return out;
    }
    if (address.to_v6().is_v4_mapped()) {
        std::ranges::copy(ip::make_address_v4(ip::v4_mapped, address.to_v6()).to_bytes(), out.bytes.begin());
        return out;
    }
    out.size = 16;
    std::ranges::copy(address.to_v6().to_bytes(), out.bytes.begin());
    return out;
}

bool is_public_v4(std::uint8_t a, std::uint8_t b) noexcept {
    const bool special = a == 0 || a == 10 || a == 127 || a >= 224;
    const bool shared = (a == 169 && b == 254) || (a == 172 && (b & 0xf0) == 16) || (a == 192 && b == 168);
    return !special && !shared;
}

} // namespace

bool is_public(const IpAddress& address) noexcept {
    if (address.size == 4) { return is_public_v4(address.bytes[0], address.bytes[1]); }
    const auto v6 = to_asio(address).to_v6();
    if (v6.is_v4_mapped()) { return is_public_v4(address.bytes[12], address.bytes[13]); }
    const bool unique_local = (address.bytes[0] & 0xfe) == 0xfc;
    return !v6.is_loopback() && !v6.is_link_local() && !v6.is_multicast() && !v6.is_unspecified() && !unique_local;
}

bool is_loopback(const IpAddress& address) noexcept {
    return to_asio(address).is_loopback();
}

std::string to_text(const IpAddress& address) {
    return to_asio(address).to_string();
}

std::optional<IpAddress> parse_ip(std::string_view text) {
    if (text.starts_with('[') && text.ends_with(']')) { text = text.substr(1, text.size() - 2); }
    boost::system::error_code error;
    const auto address = ip::make_address(text, error);
    return error ? std::nullopt : std::optional(from_asio(address));
}

IpAddress subnet_of(const IpAddress& address) noexcept {
    IpAddress out = address;
    std::fill(out.bytes.begin() + (address.size == 4 ? subnet_bytes_v4 : subnet_bytes_v6), out.bytes.end(), 0);
    return out;
}

std::string to_text(const NodeAddress& address) {
    const std::string host = to_text(address.ip);
    return (address.ip.size == 4 ? host : "[" + host + "]") + ":" + std::to_string(address.port);
}

std::optional<NodeAddress> parse_address(std::string_view host_and_port) {
    const auto colon = host_and_port.rfind(':');
    if (colon == std::string_view::npos) { return std::nullopt; }
    const auto ip = parse_ip(host_and_port.substr(0, colon));
    const std::string_view digits = host_and_port.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (!ip || error != std::errc{} || end != digits.data() + digits.size() || port == 0) { return std::nullopt; }
    return NodeAddress{*ip, port};
}

bool is_endpoint(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0 || text.size() > 300 || printable(text, 300) != text) {
        return false;
    }
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() && port != 0;
}

} // namespace ethpoc::peer
