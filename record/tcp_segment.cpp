#include "record/tcp_segment.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <pcap/dlt.h>

namespace ethpoc::record {
namespace {

constexpr std::uint16_t type_ipv4 = 0x0800;
constexpr std::uint16_t type_ipv6 = 0x86dd;
constexpr std::uint8_t protocol_tcp = 6;

struct LinkLayer {
    int type;
    const char* name;
};
constexpr LinkLayer links[] = {
    {DLT_EN10MB, "Ethernet"},
    {DLT_RAW, "raw IP"},
    {101, "raw IP"},
    {DLT_IPV4, "raw IPv4"},
    {DLT_IPV6, "raw IPv6"},
    {DLT_NULL, "BSD loopback"},
    {DLT_LOOP, "OpenBSD loopback"},
    {DLT_LINUX_SLL, "Linux cooked"},
    {DLT_LINUX_SLL2, "Linux cooked 2"},
};

std::uint16_t load16(BytesView bytes, std::size_t at) noexcept {
    return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

std::uint32_t load32(BytesView bytes, std::size_t at) noexcept {
    return std::uint32_t{load16(bytes, at)} << 16 | load16(bytes, at + 2);
}

bool is_vlan(std::uint16_t type) noexcept {
    return type == 0x8100 || type == 0x88a8 || type == 0x9100;
}

/// The IP packet in an Ethernet frame; empty: something else.
BytesView in_ethernet(BytesView packet) {
    std::size_t at = 12;
    while (packet.size() >= at + 6 && is_vlan(load16(packet, at))) {
        at += 4;
    }
    if (packet.size() < at + 2) { return {}; }
    const std::uint16_t type = load16(packet, at);
    return type == type_ipv4 || type == type_ipv6 ? packet.subspan(at + 2) : BytesView{};
}

BytesView in_cooked(BytesView packet, std::size_t type_at, std::size_t header) {
    if (packet.size() < header) { return {}; }
    const std::uint16_t type = load16(packet, type_at);
    return type == type_ipv4 || type == type_ipv6 ? packet.subspan(header) : BytesView{};
}

BytesView ip_packet(int link_type, BytesView packet) {
    switch (link_type) {
    case DLT_EN10MB:
        return in_ethernet(packet);
    case DLT_LINUX_SLL:
        return in_cooked(packet, 14, 16);
    case DLT_LINUX_SLL2:
        return in_cooked(packet, 0, 20);
    case DLT_NULL: // the address family, in the byte order of the machine that captured
    case DLT_LOOP:
        return packet.size() < 4 ? BytesView{} : packet.subspan(4);
    default:
        return packet;
    }
}

/// The TCP part of an IP packet and its real size; empty: not TCP, or a fragment.
struct Inner {
    BytesView tcp{};
    std::size_t size = 0;
};

Inner in_ipv4(BytesView ip, TcpSegment& out) {
    if (ip.size() < 20) { return {}; }
    const std::size_t header = (ip[0] & 0x0fu) * std::size_t{4};
    const std::size_t total = load16(ip, 2);
    const bool fragment = (load16(ip, 6) & 0x3fff) != 0;
    if (header < 20 || ip.size() < header || fragment || ip[9] != protocol_tcp) { return {}; }
    // 0: the network card cut the packet later (segmentation offload).
    const std::size_t size = total == 0 ? ip.size() : total;
    if (size < header) { return {}; }
    std::ranges::copy(ip.subspan(12, 4), out.from.ip.begin());
    std::ranges::copy(ip.subspan(16, 4), out.to.ip.begin());
    return {ip.subspan(header, std::min(ip.size(), size) - header), size - header};
}

Inner in_ipv6(BytesView ip, TcpSegment& out) {
    constexpr std::size_t header = 40;
    if (ip.size() < header) { return {}; }
    const std::size_t said = load16(ip, 4);
    std::size_t size = said == 0 ? ip.size() - header : said;
    std::uint8_t next = ip[6];
    BytesView rest = ip.subspan(header, std::min(ip.size() - header, size));
    while (next == 0 || next == 43 || next == 60) { // hop by hop, routing, destination options
        if (rest.size() < 8) { return {}; }
        const std::size_t extension = (std::size_t{rest[1]} + 1) * 8;
        if (rest.size() < extension) { return {}; }
        next = rest[0];
        rest = rest.subspan(extension);
        size -= extension;
    }
    if (next != protocol_tcp) { return {}; }
    out.from.ip_size = out.to.ip_size = 16;
    std::ranges::copy(ip.subspan(8, 16), out.from.ip.begin());
    std::ranges::copy(ip.subspan(24, 16), out.to.ip.begin());
    return {rest, size};
}

/// The longest run of two or more zero groups, which "::" stands for (RFC 5952).
struct ZeroRun {
    std::size_t begin = 8;
    std::size_t size = 0;
};

ZeroRun longest_zeros(const std::array<std::uint16_t, 8>& groups) {
    ZeroRun best;
    for (std::size_t begin = 0; begin < groups.size(); ++begin) {
        std::size_t end = begin;
        while (end < groups.size() && groups[end] == 0) {
            ++end;
        }
        if (end - begin > std::max<std::size_t>(best.size, 1)) { best = {begin, end - begin}; }
    }
    return best;
}

std::string ipv6_text(BytesView ip) {
    std::array<std::uint16_t, 8> groups{};
    for (std::size_t i = 0; i < groups.size(); ++i) {
        groups[i] = load16(ip, 2 * i);
    }
    const ZeroRun zeros = longest_zeros(groups);
    std::string out;
    for (std::size_t i = 0; i < groups.size();) {
        if (i == zeros.begin) {
            out += "::";
            i += zeros.size;
            continue;
        }
        if (!out.empty() && out.back() != ':') { out += ':'; }
        std::array<char, 8> group{};
        std::snprintf(group.data(), group.size(), "%x", unsigned{groups[i++]});
        out += group.data();
    }
    return out;
}

} // namespace

std::string TcpAddress::text() const {
    if (ip_size == 16) { return '[' + ipv6_text(ip) + "]:" + std::to_string(port); }
    std::string out;
    for (std::size_t i = 0; i < 4; ++i) {
        out += (i == 0 ? "" : ".") + std::to_string(ip[i]);
    }
    return out + ':' + std::to_string(port);
}

const char* link_name(int link_type) noexcept {
    const auto* const found = std::ranges::find(links, link_type, &LinkLayer::type);
    return found == std::end(links) ? nullptr : found->name;
}

std::optional<TcpSegment> read_segment(int link_type, BytesView packet) {
    const BytesView ip = ip_packet(link_type, packet);
    if (ip.empty()) { return std::nullopt; }
    TcpSegment out;
    const Inner inner = ip[0] >> 4 == 4 ? in_ipv4(ip, out) : ip[0] >> 4 == 6 ? in_ipv6(ip, out) : Inner{};
    if (inner.tcp.size() < 20) { return std::nullopt; }
    const BytesView tcp = inner.tcp;
    const std::size_t header = (tcp[12] >> 4) * std::size_t{4};
    if (header < 20 || header > inner.size || header > tcp.size()) { return std::nullopt; }
    out.from.port = load16(tcp, 0);
    out.to.port = load16(tcp, 2);
    out.sequence = load32(tcp, 4);
    const std::uint8_t flags = tcp[13];
    out.fin = (flags & 0x01) != 0;
    out.syn = (flags & 0x02) != 0;
    out.rst = (flags & 0x04) != 0;
    out.ack = (flags & 0x10) != 0;
    out.data = tcp.subspan(header);
    out.data_size = inner.size - header;
    return out;
}

} // namespace ethpoc::record
