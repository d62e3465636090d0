// Layers from IP to TCP.
#include <algorithm>

#include "record/layer.hpp"

namespace ethpoc::record {
namespace {

// https://www.iana.org/assignments/protocol-numbers
constexpr NumberRow protocols[] = {
    {6, read_tcp, "TCP"},
    {17, read_udp, "UDP"},
    {4, read_ip, "IPv4"},
    {41, read_ip, "IPv6"},
    {47, read_gre, "GRE"},
    {51, read_authentication, "AH"},
    {97, read_etherip, "EtherIP"},
    {137, read_mpls, "MPLS"},
    {143, read_ethernet, "Ethernet"},
    {0, read_ipv6_extension, "hop by hop"},
    {43, read_ipv6_extension, "routing"},
    {44, read_ipv6_fragment, "fragment"},
    {60, read_ipv6_extension, "destination options"},
    {135, read_ipv6_extension, "mobility"},
    {139, read_ipv6_extension, "host identity"},
    {140, read_ipv6_extension, "shim"},
    {1, nullptr, "ICMP"},
    {2, nullptr, "IGMP"},
    {58, nullptr, "ICMPv6"},
    {59, nullptr, "IPv6 without content"},
    {88, nullptr, "EIGRP"},
    {89, nullptr, "OSPF"},
    {103, nullptr, "PIM"},
    {112, nullptr, "VRRP"},
    {132, nullptr, "SCTP"},
    {136, nullptr, "UDP-Lite"},
    {33, nullptr, "DCCP"},
    {50, nullptr, "ESP (encrypted)", StopKind::not_understood},
    {55, nullptr, "minimal encapsulation", StopKind::not_understood},
    {108, nullptr, "IPComp (compressed)", StopKind::not_understood},
    {115, nullptr, "L2TPv3", StopKind::not_understood},
};

void set_addresses(Peeling& packet, std::size_t at, std::uint8_t size) {
    TcpSegment& segment = packet.segment;
    segment.from = segment.to = {};
    segment.from.ip_size = segment.to.ip_size = size;
    std::ranges::copy(packet.rest.bytes().subspan(at, size), segment.from.ip.begin());
    std::ranges::copy(packet.rest.bytes().subspan(at + size, size), segment.to.ip.begin());
}

Step take_fragment(Peeling& packet, std::uint32_t id, std::uint8_t version, std::uint8_t protocol, std::size_t offset,
                   bool more) {
    if (packet.rest.cut()) { return halt(StopKind::damaged, "fragment cut by the snap length"); }
    const Fragment fragment{{packet.segment.from.ip, packet.segment.to.ip, id, version, protocol},
                            offset,
                            more,
                            packet.rest.bytes(),
                            packet.time,
                            packet.packet_size};
    Bytes whole;
    switch (packet.fragments->take(fragment, whole)) {
    case Fragments::Outcome::waits:
        return {Step::What::waits, nullptr, {}};
    case Fragments::Outcome::repeated:
        return halt(StopKind::no_tcp, "fragment that was there before");
    case Fragments::Outcome::conflicting:
        return halt(StopKind::damaged, "fragment with other bytes than one before");
    case Fragments::Outcome::impossible:
        return halt(StopKind::damaged, "fragment of impossible size");
    case Fragments::Outcome::whole:
        break;
    }
    const std::size_t size = whole.size();
    packet.whole->push_back(std::move(whole));
    packet.rest = Rest(packet.whole->back(), size);
    return by_ip_protocol(protocol);
}

//   version and size 1 | 1 | total 2 | id 2 | flags and offset 2 | 1 | protocol 1 | sum 2 | from 4 | to 4 | options
Step read_ipv4(Peeling& packet) {
    Rest& rest = packet.rest;
    if (!rest.has(20)) { return too_short(packet, "IPv4 header that is not whole"); }
    const std::size_t header = (rest[0] & 0x0fu) * std::size_t{4};
    const std::size_t total = rest.load16(2);
    if (header < 20 || (total != 0 && total < header)) {
        return halt(StopKind::damaged, "IPv4 header of impossible size");
    }
    if (!rest.has(header)) { return too_short(packet, "IPv4 header that is not whole"); }
    if (total != 0) { rest.set_size(total); } // 0: the network card cut the packet later (segmentation offload)
    set_addresses(packet, 12, 4);
    const std::uint16_t id = rest.load16(4);
    const std::uint16_t flags = rest.load16(6);
    const std::uint8_t protocol = rest[9];
    rest.skip(header);
    if ((flags & 0x3fff) == 0) { return by_ip_protocol(protocol); }
    return take_fragment(packet, id, 4, protocol, (flags & 0x1fffu) * std::size_t{8}, (flags & 0x2000) != 0);
}

//   version 4 | size 2 | next 1 | hops 1 | from 16 | to 16
Step read_ipv6(Peeling& packet) {
    Rest& rest = packet.rest;
    constexpr std::size_t header = 40;
    if (!rest.has(header)) { return too_short(packet, "IPv6 header that is not whole"); }
    const std::size_t size = rest.load16(4);
    if (size != 0) { rest.set_size(header + size); } // 0: a jumbogram, or segmentation offload
    set_addresses(packet, 8, 16);
    packet.protocol = rest[6];
    rest.skip(header);
    return by_ip_protocol(packet.protocol);
}

/// Where a packet really goes that is still on its way through routers it names (RFC 5095, 8754).
void take_route(Peeling& packet, std::size_t size) {
    const Rest& rest = packet.rest;
    if (rest[3] == 0) { return; }
    const bool old = rest[2] == 0 || rest[2] == 2;
    const std::size_t at = old ? size - 16 : 8; // the last of the list; of a segment routing header the first
    if ((old || rest[2] == 4) && size >= 24) {
        std::ranges::copy(rest.bytes().subspan(at, 16), packet.segment.to.ip.begin());
    }
}

} // namespace

Step by_ip_protocol(std::uint32_t number) {
    return by_number(protocols, number, halt(StopKind::not_understood, "IP protocol", number));
}

Step read_ip(Peeling& packet) {
    if (!packet.rest.has(1)) { return too_short(packet, "IP header that is not whole"); }
    const unsigned version = packet.rest[0] >> 4;
    if (version == 4) { return go(read_ipv4); }
    if (version == 6) { return go(read_ipv6); }
    return halt(StopKind::damaged, "IP version", version);
}

//   next 1 | size 1, in eight bytes behind the first eight | ...
Step read_ipv6_extension(Peeling& packet) {
    Rest& rest = packet.rest;
    if (packet.segment.from.ip_size != 16) { return halt(StopKind::not_understood, "IPv6 extension in IPv4"); }
    if (!rest.has(8)) { return too_short(packet, "IPv6 extension that is not whole"); }
    const std::size_t size = (std::size_t{rest[1]} + 1) * 8;
    if (!rest.has(size)) { return too_short(packet, "IPv6 extension that is not whole"); }
    constexpr std::uint8_t routing = 43;
    if (packet.protocol == routing) { take_route(packet, size); }
    packet.protocol = rest[0];
    rest.skip(size);
    return by_ip_protocol(packet.protocol);
}

//   next 1 | 0 | offset and flag 2 | id 4
Step read_ipv6_fragment(Peeling& packet) {
    Rest& rest = packet.rest;
    if (packet.segment.from.ip_size != 16) { return halt(StopKind::not_understood, "IPv6 extension in IPv4"); }
    if (!rest.has(8)) { return too_short(packet, "IPv6 extension that is not whole"); }
    const std::uint16_t place = rest.load16(2);
    const std::uint32_t id = rest.load32(4);
    packet.protocol = rest[0];
    rest.skip(8);
    if ((place & 0xfff9) == 0) { return by_ip_protocol(packet.protocol); } // a fragment that is all
    return take_fragment(packet, id, 6, packet.protocol, place & 0xfff8u, (place & 1) != 0);
}

//   next 1 | size 1, in four bytes, less two | ...
Step read_authentication(Peeling& packet) {
    Rest& rest = packet.rest;
    if (!rest.has(12)) { return too_short(packet, "AH header that is not whole"); }
    const std::size_t size = (std::size_t{rest[1]} + 2) * 4;
    if (!rest.has(size)) { return too_short(packet, "AH header that is not whole"); }
    packet.protocol = rest[0];
    rest.skip(size);
    return by_ip_protocol(packet.protocol);
}

//   from 2 | to 2 | sequence 4 | acknowledged 4 | size 4 bits | flags | window 2 | sum 2 | urgent 2 | options
Step read_tcp(Peeling& packet) {
    Rest& rest = packet.rest;
    constexpr std::size_t up_to_flags = 14; // with them a packet that is cut still says where its data stands
    if (rest.size() < 20 || !rest.has(up_to_flags)) { return too_short(packet, "TCP header that is not whole"); }
    const std::size_t header = (rest[12] >> 4) * std::size_t{4};
    if (header < 20 || header > rest.size()) { return halt(StopKind::damaged, "TCP header of impossible size"); }
    TcpSegment& out = packet.segment;
    out.from.port = rest.load16(0);
    out.to.port = rest.load16(2);
    out.sequence = rest.load32(4);
    out.acknowledged = rest.load32(8);
    const std::uint8_t flags = rest[13];
    out.fin = (flags & 0x01) != 0;
    out.syn = (flags & 0x02) != 0;
    out.rst = (flags & 0x04) != 0;
    out.ack = (flags & 0x10) != 0;
    rest.skip(header);
    out.data = rest.bytes();
    out.data_size = rest.size();
    return {Step::What::segment, nullptr, {}};
}

} // namespace ethpoc::record
