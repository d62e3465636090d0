// Layers of wireless captures: what the card says of the reception, then 802.11.
#include "record/layer.hpp"

namespace ethpoc::record {
namespace {

std::size_t little16(const Rest& rest, std::size_t at) {
    return rest[at] | std::size_t{rest[at + 1]} << 8;
}

std::uint32_t little32(const Rest& rest, std::size_t at) {
    return static_cast<std::uint32_t>(little16(rest, at) | little16(rest, at + 2) << 16);
}

Step past(Peeling& packet, std::size_t size, Reader next) {
    if (!packet.rest.has(size) || size < 8) { return too_short(packet, "radio header that is not whole"); }
    packet.rest.skip(size);
    return go(next);
}

} // namespace

//   0 | 0 | length 2 | present 4, another one while its bit 31 is set | fields, each aligned to its size
Step read_radiotap(Peeling& packet) {
    const Rest& rest = packet.rest;
    if (!rest.has(8)) { return too_short(packet, "radio header that is not whole"); }
    const std::size_t size = little16(rest, 2);
    const std::uint32_t present = little32(rest, 4);
    std::size_t at = 4;
    while (rest.has(at + 4) && (little32(rest, at) & 0x8000'0000) != 0) {
        at += 4;
    }
    at += 4;
    if ((present & 1) != 0) { at = (at + 7) / 8 * 8 + 8; } // the clock of the card
    constexpr unsigned padded = 0x20;
    packet.padded_radio = (present & 2) != 0 && at < size && rest.has(at + 1) && (rest[at] & padded) != 0;
    return past(packet, size, read_80211);
}

//   message 4 | length 4 (of all, little-endian with most drivers) | device 16 | ten fields of 12
Step read_prism(Peeling& packet) {
    if (packet.rest.has(8) && (packet.rest.load32(0) & 0xffff'f000) == 0x8021'1000) { return go(read_avs); }
    return past(packet, 144, read_80211);
}

//   version 4 | length 4 | ...
Step read_avs(Peeling& packet) {
    if (!packet.rest.has(8)) { return too_short(packet, "radio header that is not whole"); }
    return past(packet, packet.rest.load32(4), read_80211);
}

//   version 1 | flags 1 | length 2 | link type 4 | fields
Step read_ppi(Peeling& packet) {
    if (!packet.rest.has(8)) { return too_short(packet, "radio header that is not whole"); }
    const std::uint32_t link_type = little32(packet.rest, 4);
    const Step step = past(packet, little16(packet.rest, 2), read_80211);
    return step.what == Step::What::next ? by_link_type(link_type) : step;
}

//   control 2 | duration 2 | three addresses 18 | sequence 2 | (address 6) | (QoS 2 (HT 4)) | LLC
Step read_80211(Peeling& packet) {
    Rest& rest = packet.rest;
    if (!rest.has(2)) { return too_short(packet, "802.11 header that is not whole"); }
    const unsigned type = rest[0] >> 2 & 3;
    const unsigned subtype = rest[0] >> 4;
    const unsigned flags = rest[1];
    if (type != 2) { return halt(StopKind::no_tcp, "802.11 management and control"); }
    if ((subtype & 4) != 0) { return halt(StopKind::no_tcp, "802.11 without data"); }
    if ((flags & 0x40) != 0) { return halt(StopKind::not_understood, "802.11 encrypted"); }
    const std::size_t addresses = (flags & 3) == 3 ? 30 : 24;
    const bool with_qos = (subtype & 8) != 0;
    std::size_t size = addresses + (with_qos ? 2 : 0) + (with_qos && (flags & 0x80) != 0 ? 4 : 0);
    if (packet.padded_radio) { size = (size + 3) / 4 * 4; }
    if (!rest.has(size)) { return too_short(packet, "802.11 header that is not whole"); }
    if ((flags & 0x04) != 0 || (rest[22] & 0x0f) != 0) { return halt(StopKind::not_understood, "802.11 fragment"); }
    if (with_qos && (rest[addresses] & 0x80) != 0) { return halt(StopKind::not_understood, "802.11 aggregate"); }
    rest.skip(size);
    return go(read_llc);
}

} // namespace ethpoc::record
