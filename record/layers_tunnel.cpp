// Layers that carry other packets: MPLS, GRE and what goes over UDP.
#include <algorithm>
#include <initializer_list>
#include <iterator>

#include "record/layer.hpp"

namespace ethpoc::record {
namespace {

/// Of several numbers that a tunnel gives its content; what is not in the list is not understood.
struct Next {
    unsigned number;
    Reader reader;
};

Step choose(std::initializer_list<Next> rows, unsigned number, std::string_view what) {
    for (const Next& row : rows) {
        if (row.number == number) { return go(row.reader); }
    }
    return halt(StopKind::not_understood, what, number);
}

//   flags 1 | 2 | next 1 | network 3 | 1
Step read_vxlan(Peeling& packet) {
    Rest& rest = packet.rest;
    if (!rest.has(8)) { return too_short(packet, "VXLAN header that is not whole"); }
    const bool names_next = (rest[0] & 0x04) != 0;
    const unsigned next = rest[3];
    rest.skip(8);
    if (!names_next) { return go(read_ethernet); }
    return choose({{1, read_ip}, {2, read_ip}, {3, read_ethernet}, {4, read_nsh}, {5, read_mpls}}, next,
                  "VXLAN-GPE protocol");
}

//   version and size of options 1 | flags 1 | type 2 | network 3 | 1 | options
Step read_geneve(Peeling& packet) {
    Rest& rest = packet.rest;
    const std::size_t header = rest.has(1) ? 8 + (rest[0] & 0x3fu) * std::size_t{4} : 8;
    if (!rest.has(header)) { return too_short(packet, "GENEVE header that is not whole"); }
    const std::uint16_t type = rest.load16(2);
    rest.skip(header);
    return by_ethertype(type);
}

//   flags 1 | type 1 | size 2 | tunnel 4 | (sequence 2, 1, next extension 1 | extensions)
Step read_gtp(Peeling& packet) {
    Rest& rest = packet.rest;
    if (!rest.has(8)) { return too_short(packet, "GTP header that is not whole"); }
    if (rest[0] >> 5 != 1) { return halt(StopKind::not_understood, "GTP version", rest[0] >> 5); }
    if (rest[1] != 0xff) { return halt(StopKind::no_tcp, "GTP without a packet"); }
    const unsigned flags = rest[0] & 7;
    rest.skip(8);
    if (flags == 0) { return go(read_ip); }
    if (!rest.has(4)) { return too_short(packet, "GTP header that is not whole"); }
    unsigned next = (flags & 4) != 0 ? rest[3] : 0;
    rest.skip(4);
    while (next != 0) {
        const std::size_t size = rest.has(1) ? rest[0] * std::size_t{4} : 0;
        if (size == 0 || !rest.has(size)) { return too_short(packet, "GTP extension that is not whole"); }
        next = rest[size - 1];
        rest.skip(size);
    }
    return go(read_ip);
}

//   flags and version 2 | (size 2) | tunnel 2 | session 2 | (sequences 4) | (offset 2, padding)
Step read_l2tp(Peeling& packet) {
    Rest& rest = packet.rest;
    if (!rest.has(6)) { return too_short(packet, "L2TP header that is not whole"); }
    const unsigned flags = rest.load16(0);
    if ((flags & 0x8000) != 0) { return halt(StopKind::no_tcp, "L2TP control"); }
    if ((flags & 0x0f) != 2) { return halt(StopKind::not_understood, "L2TP version", flags & 0x0f); }
    std::size_t header = 6 + ((flags & 0x4000) != 0 ? 2 : 0) + ((flags & 0x0800) != 0 ? 4 : 0);
    if ((flags & 0x0200) != 0) {
        if (!rest.has(header + 2)) { return too_short(packet, "L2TP header that is not whole"); }
        header += 2 + std::size_t{rest.load16(header)};
    }
    if (!rest.has(header)) { return too_short(packet, "L2TP header that is not whole"); }
    rest.skip(header);
    return go(read_ppp);
}

//   (0001 | sizes 1 + 1 | id, value | 9) | (0000 | port 2 | address 4) | IPv6        RFC 4380
Step read_teredo(Peeling& packet) {
    Rest& rest = packet.rest;
    if (rest.has(4) && rest.load16(0) == 1) { rest.skip(std::size_t{4} + rest[2] + rest[3] + 9); }
    if (rest.has(8) && rest.load16(0) == 0) { rest.skip(8); }
    if (rest.has(1) && rest[0] >> 4 == 6) { return go(read_ip); }
    return halt(StopKind::no_tcp, "UDP");
}

//   version 1 | type 1 | protocol 2 | tags: 0, or 1 at the end, or number, size, value
Step read_tzsp(Peeling& packet) {
    Rest& rest = packet.rest;
    if (!rest.has(4)) { return too_short(packet, "TZSP header that is not whole"); }
    if (rest[1] > 1) { return halt(StopKind::no_tcp, "TZSP without a packet"); }
    const unsigned protocol = rest.load16(2);
    rest.skip(4);
    while (rest.has(2) && rest[0] != 1) {
        rest.skip(rest[0] == 0 ? 1 : 2 + std::size_t{rest[1]});
    }
    if (!rest.has(1)) { return too_short(packet, "TZSP header that is not whole"); }
    rest.skip(1);
    return choose({{1, read_ethernet}, {18, read_80211}}, protocol, "TZSP protocol");
}

Step read_lisp(Peeling& packet) {
    if (!packet.rest.has(8)) { return too_short(packet, "LISP header that is not whole"); }
    packet.rest.skip(8);
    return go(read_ip);
}

/// Mirrored packets of Cisco: none, eight, or at least twelve bytes before the frame.
Step read_erspan(Peeling& packet, bool third, bool with_header) {
    Rest& rest = packet.rest;
    std::size_t header = third ? 12 : with_header ? 8 : 0;
    if (!rest.has(header)) { return too_short(packet, "ERSPAN header that is not whole"); }
    if (third && (rest[11] & 1) != 0) { header += 8; }
    rest.skip(header);
    return go(read_ethernet);
}

/// What UDP carries, by the port of either side.
constexpr NumberRow ports[] = {
    {4789, read_vxlan, "VXLAN"},
    {8472, read_vxlan, "VXLAN"}, // Linux before it had a number
    {4790, read_vxlan, "VXLAN-GPE"},
    {6081, read_geneve, "GENEVE"},
    {2152, read_gtp, "GTP"},
    {1701, read_l2tp, "L2TP"},
    {3544, read_teredo, "Teredo"},
    {4341, read_lisp, "LISP"},
    {4754, read_gre, "GRE"},
    {6635, read_mpls, "MPLS"},
    {37008, read_tzsp, "TZSP"},
    {4500, nullptr, "IPsec over UDP (encrypted)", StopKind::not_understood},
    {443, nullptr, "UDP, perhaps QUIC"},
    {51820, nullptr, "WireGuard (encrypted)", StopKind::not_understood},
    {1194, nullptr, "OpenVPN (encrypted)", StopKind::not_understood},
};

const NumberRow* find_port(std::uint32_t port) {
    const auto* const found = std::ranges::find(ports, port, &NumberRow::number);
    return found == std::end(ports) ? nullptr : found;
}

} // namespace

//   from 2 | to 2 | size 2 | sum 2
Step read_udp(Peeling& packet) {
    Rest& rest = packet.rest;
    if (!rest.has(8)) { return too_short(packet, "UDP header that is not whole"); }
    const NumberRow* row = find_port(rest.load16(2));
    if (row == nullptr) { row = find_port(rest.load16(0)); }
    if (row == nullptr) { return halt(StopKind::no_tcp, "UDP"); }
    const std::size_t size = rest.load16(4);
    if (size >= 8) { rest.at_most(size); }
    rest.skip(8);
    return row->reader != nullptr ? go(row->reader) : halt(row->kind, row->name);
}

//   label 20 bits | class 3 | last 1 | hops 8        then IP by its version, or a pseudo wire (RFC 4385, 4928)
Step read_mpls(Peeling& packet) {
    Rest& rest = packet.rest;
    if (!rest.has(5)) { return too_short(packet, "MPLS label that is not whole"); }
    const bool last = (rest[2] & 1) != 0;
    rest.skip(4);
    if (!last) { return go(read_mpls); }
    switch (rest[0] >> 4) {
    case 4:
    case 6:
        return go(read_ip);
    case 0:
        rest.skip(4); // control word
        return go(read_ethernet);
    case 1:
        return halt(StopKind::no_tcp, "MPLS associated channel");
    default:
        return go(read_ethernet);
    }
}

//   flags and version 2 | type 2 | (sum 4) | (key 4) | (sequence 4) | (acknowledged 4)
Step read_gre(Peeling& packet) {
    Rest& rest = packet.rest;
    if (!rest.has(4)) { return too_short(packet, "GRE header that is not whole"); }
    const unsigned flags = rest.load16(0);
    const std::uint16_t type = rest.load16(2);
    const bool point_to_point = (flags & 7) == 1;
    if ((flags & 0x4000) != 0) { return halt(StopKind::not_understood, "GRE with routing"); }
    if ((flags & 7) > 1) { return halt(StopKind::not_understood, "GRE version", flags & 7); }
    std::size_t header = 4;
    for (const unsigned flag : {0x8000u, 0x2000u, 0x1000u}) {
        header += (flags & flag) != 0 ? 4 : 0;
    }
    if (point_to_point && (flags & 0x0080) != 0) { header += 4; }
    if (!rest.has(header)) { return too_short(packet, "GRE header that is not whole"); }
    if (point_to_point && (flags & 0x1000) == 0) { return halt(StopKind::no_tcp, "PPTP acknowledgement"); }
    if (point_to_point) { rest.at_most(header + rest.load16(4)); }
    rest.skip(header);
    switch (type) {
    case 0x88be:
    case 0x22eb:
        return read_erspan(packet, type == 0x22eb, (flags & 0x1000) != 0);
    case 0x883e: // WCCP, its second version with four more bytes
        if (rest.has(4) && rest[0] >> 4 != 4) { rest.skip(4); }
        return go(read_ip);
    default:
        return by_ethertype(type);
    }
}

Step read_etherip(Peeling& packet) {
    if (!packet.rest.has(2)) { return too_short(packet, "EtherIP header that is not whole"); }
    packet.rest.skip(2);
    return go(read_ethernet);
}

//   flags and size 2 | type 1 | next 1 | path 4 | context        RFC 8300
Step read_nsh(Peeling& packet) {
    Rest& rest = packet.rest;
    if (!rest.has(8)) { return too_short(packet, "NSH header that is not whole"); }
    const std::size_t header = (rest[1] & 0x3fu) * std::size_t{4};
    const unsigned next = rest[3];
    if (header < 8 || !rest.has(header)) { return too_short(packet, "NSH header that is not whole"); }
    rest.skip(header);
    return choose({{1, read_ip}, {2, read_ip}, {3, read_ethernet}, {5, read_mpls}}, next, "NSH protocol");
}

} // namespace ethpoc::record
