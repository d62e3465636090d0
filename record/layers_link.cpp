// Layers below IP: link types of captures, Ethernet and what stands in for it, point-to-point links.
#include <algorithm>
#include <iterator>

#include "record/layers.hpp"

namespace ethpoc::record {
namespace {

/// A header of one size, and always the same thing behind it.
template <std::size_t size, Reader next>
Step read_fixed(Peeling& packet) {
    if (!packet.rest.has(size)) { return too_short(packet, "link header that is not whole"); }
    packet.rest.skip(size);
    return go(next);
}

/// A header of one size with an Ethernet type in it.
template <std::size_t type_at, std::size_t size>
Step read_typed(Peeling& packet) {
    if (!packet.rest.has(size)) { return too_short(packet, "link header that is not whole"); }
    const std::uint16_t type = packet.rest.load16(type_at);
    packet.rest.skip(size);
    constexpr std::uint16_t first_type = 1536; // below: the length of an 802.3 frame
    if (type >= first_type) { return by_ethertype(type); }
    if (type == 1 || type == 4) {
        return type == 4 ? go(read_llc) : halt(StopKind::no_tcp, "IPX");
    } // of cooked captures
    packet.rest.at_most(type);
    return go(read_llc);
}

/// The address family in four bytes, of the byte order of the machine that captured, or (LOOP) big-endian.
Step read_null(Peeling& packet) {
    if (!packet.rest.has(4)) { return too_short(packet, "link header that is not whole"); }
    const std::uint32_t big = packet.rest.load32(0);
    const std::uint32_t little = (big & 0xff) << 24 | (big & 0xff00) << 8 | (big >> 8 & 0xff00) | big >> 24;
    const std::uint32_t family = std::min(big, little);
    packet.rest.skip(4);
    // 2: IPv4; IPv6 is 10 with Linux, 24 NetBSD and OpenBSD, 28 FreeBSD, 30 macOS, 23 Windows.
    for (const std::uint32_t known : {2u, 10u, 23u, 24u, 28u, 30u}) {
        if (family == known) { return go(read_ip); }
    }
    return halt(StopKind::not_understood, "loopback with address family", family);
}

/// Length, then family and more, padded to four bytes.
Step read_pflog(Peeling& packet) {
    if (!packet.rest.has(1)) { return too_short(packet, "link header that is not whole"); }
    const std::size_t size = (packet.rest[0] + std::size_t{3}) / 4 * 4;
    if (!packet.rest.has(size)) { return too_short(packet, "link header that is not whole"); }
    packet.rest.skip(size);
    return go(read_ip);
}

/// family 1 | version 1 | group 2 | attributes: length 2, type 2, value, in the byte order of the machine
Step read_nflog(Peeling& packet) {
    Rest& rest = packet.rest;
    if (!rest.has(4)) { return too_short(packet, "link header that is not whole"); }
    rest.skip(4);
    while (rest.has(4)) {
        const std::size_t size = rest[0] | rest[1] << 8;
        const unsigned type = rest[2] | rest[3] << 8;
        if (size < 4) { break; }
        if (type == 9) { // the packet
            rest.at_most(size);
            rest.skip(4);
            return go(read_ip);
        }
        rest.skip((size + 3) / 4 * 4);
    }
    return too_short(packet, "netfilter log without a packet");
}

/// access control, frame control, destination, source, perhaps a route
Step read_token_ring(Peeling& packet) {
    Rest& rest = packet.rest;
    if (!rest.has(16)) { return too_short(packet, "link header that is not whole"); }
    const bool routed = (rest[8] & 0x80) != 0;
    rest.skip(routed ? 14 + std::size_t{rest[14] & 0x1fu} : 14);
    return go(read_llc);
}

/// Q.922 address of two to four bytes, then 03 and a protocol (RFC 2427), or an Ethernet type as Cisco has it
Step read_frame_relay(Peeling& packet) {
    Rest& rest = packet.rest;
    std::size_t at = 1;
    while (at < 4 && rest.has(at + 1) && (rest[at] & 1) == 0) {
        ++at;
    }
    if (!rest.has(at + 4)) { return too_short(packet, "link header that is not whole"); }
    rest.skip(at + 1);
    if (rest[0] != 0x03) {
        const std::uint16_t type = rest.load16(0);
        rest.skip(2);
        return by_ethertype(type);
    }
    rest.skip(rest[1] == 0 ? 2 : 1); // padding
    if (!rest.has(1)) { return too_short(packet, "link header that is not whole"); }
    const std::uint8_t id = rest[0];
    rest.skip(1);
    if (id == 0xcc || id == 0x8e) { return go(read_ip); }
    if (id == 0xcf) { return go(read_ppp); }
    if (id == 0x80 && rest.has(5)) {
        const std::uint16_t type = rest.load16(3);
        const bool ethernet = rest.load16(0) == 0x0080 && rest[2] == 0xc2; // bridged, RFC 2427
        rest.skip(5);
        return ethernet
                   ? type == 7 || type == 1 ? go(read_ethernet) : halt(StopKind::not_understood, "bridged frame", type)
                   : by_ethertype(type);
    }
    return halt(StopKind::not_understood, "frame relay protocol", id, true);
}

/// 00, or who sent it, before what stands in the name
template <Reader next>
Step read_with_direction(Peeling& packet) {
    if (!packet.rest.has(1)) { return too_short(packet, "link header that is not whole"); }
    packet.rest.skip(1);
    return go(next);
}

/// As pppd logs it: direction instead of the address ff, then 03
Step read_pppd(Peeling& packet) {
    if (packet.rest.has(2) && packet.rest[0] < 2 && packet.rest[1] == 0x03) { packet.rest.skip(2); }
    return go(read_ppp);
}

struct LinkRow {
    std::uint32_t number;
    std::string_view name;
    Reader reader;
};
// https://www.tcpdump.org/linktypes.html
constexpr LinkRow links[] = {
    {1, "Ethernet", read_ethernet},
    {101, "raw IP", read_ip},
    {12, "raw IP", read_ip},
    {14, "raw IP", read_ip},
    {228, "raw IPv4", read_ip},
    {229, "raw IPv6", read_ip},
    {0, "BSD loopback", read_null},
    {108, "OpenBSD loopback", read_null},
    {113, "Linux cooked", read_typed<14, 16>},
    {276, "Linux cooked 2", read_typed<0, 20>},
    {9, "PPP", read_ppp},
    {50, "PPP with HDLC framing", read_ppp},
    {51, "PPPoE", read_pppoe},
    {166, "PPP of pppd", read_pppd},
    {204, "PPP with direction", read_with_direction<read_ppp>},
    {104, "Cisco HDLC", read_cisco_hdlc},
    {205, "Cisco HDLC with direction", read_with_direction<read_cisco_hdlc>},
    {107, "frame relay", read_frame_relay},
    {206, "frame relay with direction", read_with_direction<read_frame_relay>},
    {105, "802.11", read_80211},
    {127, "802.11 with radiotap", read_radiotap},
    {119, "802.11 with Prism header", read_prism},
    {163, "802.11 with AVS header", read_avs},
    {192, "per-packet information", read_ppi},
    {6, "token ring", read_token_ring},
    {7, "ARCNET", nullptr},
    {8, "SLIP", read_fixed<16, read_ip>},
    {10, "FDDI", read_fixed<13, read_llc>},
    {100, "LLC over ATM", read_llc},
    {109, "OpenBSD IPsec", read_fixed<12, read_ip>},
    {117, "OpenBSD pflog", read_pflog},
    {122, "IP over Fibre Channel", read_fixed<16, read_llc>},
    {138, "IP over IEEE 1394", read_typed<16, 18>},
    {219, "MPLS", read_mpls},
    {226, "Solaris ipnet", read_fixed<24, read_ip>},
    {239, "netfilter log", read_nflog},
    {240, "Ethernet of netANALYZER", read_fixed<4, read_ethernet>},
    {241, "Ethernet of netANALYZER with preamble", read_fixed<12, read_ethernet>},
    {274, "Ethernet mPackets", read_fixed<8, read_ethernet>},
};

// IEEE 802 numbers, https://www.iana.org/assignments/ieee-802-numbers
constexpr NumberRow ethertypes[] = {
    {0x0800, read_ip, "IPv4"},
    {0x86dd, read_ip, "IPv6"},
    {0x8100, read_typed<2, 4>, "VLAN"},
    {0x88a8, read_typed<2, 4>, "VLAN of providers"},
    {0x9100, read_typed<2, 4>, "VLAN in VLAN"},
    {0x9200, read_typed<2, 4>, "VLAN in VLAN"},
    {0x9300, read_typed<2, 4>, "VLAN in VLAN"},
    {0x8847, read_mpls, "MPLS"},
    {0x8848, read_mpls, "MPLS"},
    {0x8864, read_pppoe, "PPPoE session"},
    {0x880b, read_ppp, "PPP"},
    {0x6558, read_ethernet, "Ethernet"},
    {0x6559, read_frame_relay, "frame relay"},
    {0x88e7, read_fixed<4, read_ethernet>, "provider backbone bridge"},
    {0x893f, read_typed<6, 8>, "802.1BR tag"},
    {0x8926, read_typed<4, 6>, "VN tag"},
    {0xf1c1, read_typed<4, 6>, "redundancy tag"},
    {0x894f, read_nsh, "NSH"},
    {0x8870, read_llc, "jumbo LLC"},
    {0x0806, nullptr, "ARP"},
    {0x8035, nullptr, "RARP"},
    {0x8137, nullptr, "IPX"},
    {0x809b, nullptr, "AppleTalk"},
    {0x80f3, nullptr, "AppleTalk ARP"},
    {0x8808, nullptr, "Ethernet pause"},
    {0x8809, nullptr, "LACP"},
    {0x8863, nullptr, "PPPoE discovery"},
    {0x888e, nullptr, "802.1X"},
    {0x88cc, nullptr, "LLDP"},
    {0x88e1, nullptr, "HomePlug"},
    {0x88f7, nullptr, "PTP"},
    {0x8899, nullptr, "Realtek loop detection"},
    {0x8902, nullptr, "Ethernet OAM"},
    {0x9000, nullptr, "Ethernet loopback"},
    {0x2000, nullptr, "CDP"},
    {0x0842, nullptr, "wake on LAN"},
    {0x88e5, nullptr, "MACsec", StopKind::not_understood},
};

constexpr NumberRow ppp_protocols[] = {
    {0x0021, read_ip, "IPv4"},
    {0x0057, read_ip, "IPv6"},
    {0x0281, read_mpls, "MPLS"},
    {0x0283, read_mpls, "MPLS"},
    {0x002d, nullptr, "PPP with compressed TCP headers", StopKind::not_understood},
    {0x002f, nullptr, "PPP with compressed TCP headers", StopKind::not_understood},
    {0x003d, nullptr, "PPP multilink", StopKind::not_understood},
    {0x0053, nullptr, "PPP encrypted", StopKind::not_understood},
    {0x00fd, nullptr, "PPP compressed", StopKind::not_understood},
    {0x00fb, nullptr, "PPP compressed", StopKind::not_understood},
};

const LinkRow* find_link(std::uint32_t number) noexcept {
    const auto* const found = std::ranges::find(links, number, &LinkRow::number);
    return found == std::end(links) || found->reader == nullptr ? nullptr : found;
}

/// flags 1 | MAC type 1 | (LAN 4) | frame        RFC 3518
Step read_bridged_ppp(Peeling& packet) {
    Rest& rest = packet.rest;
    if (!rest.has(2)) { return too_short(packet, "PPP header that is not whole"); }
    const unsigned flags = rest[0];
    const unsigned type = rest[1];
    rest.skip((flags & 0x40) != 0 ? 6 : 2);
    return type == 1 ? go(read_ethernet) : halt(StopKind::not_understood, "bridged MAC type", type);
}

} // namespace

std::string_view link_name(std::uint32_t link_type) noexcept {
    const LinkRow* const row = find_link(link_type);
    return row == nullptr ? std::string_view{} : row->name;
}

std::string link_text(std::uint32_t link_type) {
    const std::string_view name = link_name(link_type);
    return name.empty() ? "link type " + std::to_string(link_type) : std::string(name);
}

Step by_link_type(std::uint32_t number) {
    const LinkRow* const row = find_link(number);
    return row == nullptr ? halt(StopKind::not_understood, "link type", number) : go(row->reader);
}

Step by_ethertype(std::uint32_t number) {
    return by_number(ethertypes, number, halt(StopKind::not_understood, "Ethernet type", number, true));
}

Step by_ppp_protocol(std::uint32_t number) {
    if (number == 0x0031) { return go(read_bridged_ppp); }
    const bool control = number >= 0x8000; // 8000-bfff network, c000- link control
    return by_number(ppp_protocols, number,
                     control ? halt(StopKind::no_tcp, "PPP control")
                             : halt(StopKind::not_understood, "PPP protocol", number, true));
}

//   destination 6 | source 6 | type 2, or the length of what follows on 802.3
Step read_ethernet(Peeling& packet) {
    return read_typed<12, 14>(packet);
}

//   DSAP 1 | SSAP 1 | control 1 | with aa aa 03: organisation 3, type 2
Step read_llc(Peeling& packet) {
    Rest& rest = packet.rest;
    if (!rest.has(3)) { return too_short(packet, "LLC header that is not whole"); }
    const std::uint16_t saps = rest.load16(0);
    if (saps == 0x0606 || saps == 0xaaaa) {
        rest.skip(3);
        if (saps == 0x0606) { return go(read_ip); }
        if (!rest.has(5)) { return too_short(packet, "SNAP header that is not whole"); }
        const std::uint32_t organisation = rest.load32(0) >> 8;
        const std::uint16_t type = rest.load16(3);
        rest.skip(5);
        if (organisation == 0 || organisation == 0xf8) { return by_ethertype(type); }
        if (organisation == 0x0080c2 && (type == 1 || type == 7)) { return go(read_ethernet); } // bridged, RFC 2684
        if (organisation == 0x00000c) { return halt(StopKind::no_tcp, "Cisco SNAP"); }
        return halt(StopKind::not_understood, "SNAP of organisation", organisation, true);
    }
    switch (saps >> 8) {
    case 0x42:
        return halt(StopKind::no_tcp, "spanning tree");
    case 0xe0:
    case 0xff:
        return halt(StopKind::no_tcp, "IPX");
    case 0xf0:
        return halt(StopKind::no_tcp, "NetBIOS");
    case 0xfe:
        return halt(StopKind::no_tcp, "OSI");
    default:
        return halt(StopKind::not_understood, "LLC", saps, true);
    }
}

//   version and type 1 | code 1 | session 2 | length 2 | PPP
Step read_pppoe(Peeling& packet) {
    Rest& rest = packet.rest;
    if (!rest.has(6)) { return too_short(packet, "PPPoE header that is not whole"); }
    if (rest[1] != 0) { return halt(StopKind::no_tcp, "PPPoE discovery"); }
    const std::size_t size = rest.load16(4);
    rest.skip(6);
    rest.at_most(size);
    return go(read_ppp);
}

//   (ff 03) | protocol 2, or 1 where the low bit is set
Step read_ppp(Peeling& packet) {
    Rest& rest = packet.rest;
    if (rest.has(2) && rest.load16(0) == 0xff03) { rest.skip(2); }
    if (rest.has(2) && (rest.load16(0) == 0x0f00 || rest.load16(0) == 0x8f00)) { return go(read_cisco_hdlc); }
    if (!rest.has(2)) { return too_short(packet, "PPP header that is not whole"); }
    const bool short_form = (rest[0] & 1) != 0;
    const std::uint16_t protocol = short_form ? rest[0] : rest.load16(0);
    rest.skip(short_form ? 1 : 2);
    return by_ppp_protocol(protocol);
}

//   address 1 | control 1 | Ethernet type 2
Step read_cisco_hdlc(Peeling& packet) {
    if (!packet.rest.has(4)) { return too_short(packet, "HDLC header that is not whole"); }
    const std::uint16_t type = packet.rest.load16(2);
    packet.rest.skip(4);
    return type == 0x8035 ? halt(StopKind::no_tcp, "SLARP") : by_ethertype(type);
}

} // namespace ethpoc::record
