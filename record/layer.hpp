// Layer: one step of taking a captured packet apart. A reader looks at the front of what is left, takes its header off
// and names the reader of what follows, or says why nothing does. Tables (a number of one protocol, the reader of the
// next) stand beside the readers: layers.cpp, layers_link.cpp, layers_radio.cpp, layers_ip.cpp, layers_tunnel.cpp.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "record/fragments.hpp"
#include "record/tcp_segment.hpp"

namespace ethpoc::record {

/// Why a packet was not followed to a TCP segment.
enum class StopKind : std::uint8_t {
    no_tcp,         // something else, and known to be
    not_understood, // it may carry TCP, which cannot be seen
    damaged,        // cut by the capture, or at odds with itself
};

/// Why a packet gives no segment of TCP.
struct Stop {
    StopKind kind = StopKind::no_tcp;
    std::string_view what{};  // words with static lifetime
    std::int64_t number = -1; // stands behind them; -1: none
    bool hex = false;

    std::string text() const; // "ARP", "Ethernet type 0x88cc"
    friend auto operator<=>(const Stop&, const Stop&) = default;
};

/// What is left of a packet: the captured bytes, and how many there were on the wire.
class Rest {
  public:
    Rest() = default;
    /// `size`: bytes on the wire, at least as many as were captured.
    Rest(BytesView bytes, std::size_t size) : bytes_(bytes), size_(std::max(size, bytes.size())) {}

    bool has(std::size_t size) const noexcept { return bytes_.size() >= size; }
    bool cut() const noexcept { return bytes_.size() < size_; }
    std::size_t size() const noexcept { return size_; }
    BytesView bytes() const noexcept { return bytes_; }
    std::uint8_t operator[](std::size_t at) const noexcept { return bytes_[at]; }
    /// Two bytes, big-endian; has(at + 2) comes first.
    std::uint16_t load16(std::size_t at) const noexcept {
        return static_cast<std::uint16_t>(bytes_[at] << 8 | bytes_[at + 1]);
    }
    std::uint32_t load32(std::size_t at) const noexcept { return std::uint32_t{load16(at)} << 16 | load16(at + 2); }
    /// Goes past a header; `size` may be more than was captured.
    void skip(std::size_t size) noexcept {
        bytes_ = bytes_.subspan(std::min(size, bytes_.size()));
        size_ -= std::min(size, size_);
    }
    /// A header says how long the packet is: what stands behind it is padding, what is missing was cut.
    void set_size(std::size_t size) noexcept {
        size_ = size;
        bytes_ = bytes_.first(std::min(size, bytes_.size()));
    }
    /// The packet has at most `size` bytes left: a shorter header inside another one.
    void at_most(std::size_t size) noexcept { set_size(std::min(size, size_)); }

  private:
    BytesView bytes_{};
    std::size_t size_ = 0;
};

struct Peeling;
struct Step;
/// Reads one layer of a packet and says what comes next.
using Reader = Step (*)(Peeling&);

/// What a reader says when it is done with its layer.
struct Step {
    /// next: the reader `next` goes on. segment: TCP is reached. waits: for more fragments. stop: `stop` says why.
    enum class What : std::uint8_t { next, segment, waits, stop };
    What what = What::next;
    Reader next = nullptr;
    Stop stop{};
};

/// A packet that is being taken apart.
struct Peeling {
    Rest rest{};
    TcpSegment segment{};      // addresses of the innermost IP header so far
    std::uint8_t protocol = 0; // that an IPv6 extension header follows on
    bool padded_radio = false; // the 802.11 header is padded to four bytes
    std::int64_t time = 0;     // nanoseconds
    std::size_t packet_size = 0;
    Fragments* fragments = nullptr;
    std::vector<Bytes>* whole = nullptr; // owns what was put together from fragments
};

/// A number that one protocol gives the next. `reader` nullptr: known, and no TCP (or what `kind` says).
struct NumberRow {
    std::uint32_t number;
    Reader reader;
    std::string_view name;
    StopKind kind = StopKind::no_tcp;
};

/// The next layer is read by `reader`.
constexpr Step go(Reader reader) noexcept {
    return {Step::What::next, reader, {}};
}
/// Nothing follows that could be read; `what` has static lifetime.
constexpr Step halt(StopKind kind, std::string_view what, std::int64_t number = -1, bool hex = false) noexcept {
    return {Step::What::stop, nullptr, {kind, what, number, hex}};
}
/// What the row of `number` says; `unknown` where there is none.
Step by_number(std::span<const NumberRow> rows, std::uint32_t number, const Step& unknown);
/// The header is not all there.
Step too_short(const Peeling& packet, std::string_view layer);

// Of the numbers that name what follows.
/// By the link type of the capture, as the registry of libpcap numbers them.
Step by_link_type(std::uint32_t number);
/// By the type field of Ethernet.
Step by_ethertype(std::uint32_t number);
/// By the protocol field of IPv4 or the next header of IPv6.
Step by_ip_protocol(std::uint32_t number);
/// By the protocol number of PPP.
Step by_ppp_protocol(std::uint32_t number);

// Readers that others go on with.
/// Ethernet II, 802.3 and tags of VLANs.
Step read_ethernet(Peeling& packet);
/// IEEE 802.2 LLC, with SNAP.
Step read_llc(Peeling& packet);
/// IPv4 or IPv6, by its first four bits.
Step read_ip(Peeling& packet);
/// An extension header of IPv6 that is gone past.
Step read_ipv6_extension(Peeling& packet);
/// The fragment header of IPv6; goes on when the packet is whole.
Step read_ipv6_fragment(Peeling& packet);
/// The authentication header of IPsec (AH), whose content is in the clear.
Step read_authentication(Peeling& packet);
/// The TCP header: the last layer.
Step read_tcp(Peeling& packet);
/// UDP: goes on where one of its ports is that of a tunnel.
Step read_udp(Peeling& packet);
/// PPP, or Cisco HDLC in its place, with or without address and control bytes.
Step read_ppp(Peeling& packet);
/// Cisco HDLC.
Step read_cisco_hdlc(Peeling& packet);
/// PPPoE; its discovery stage is no TCP.
Step read_pppoe(Peeling& packet);
/// Labels of MPLS, to the bottom of the stack.
Step read_mpls(Peeling& packet);
/// GRE, with its optional fields.
Step read_gre(Peeling& packet);
/// EtherIP (RFC 3378).
Step read_etherip(Peeling& packet);
/// The Network Service Header (RFC 8300).
Step read_nsh(Peeling& packet);
/// A frame of IEEE 802.11.
Step read_80211(Peeling& packet);
/// The radiotap header in front of 802.11.
Step read_radiotap(Peeling& packet);
/// The Prism header in front of 802.11, or AVS in its place.
Step read_prism(Peeling& packet);
/// The AVS header in front of 802.11.
Step read_avs(Peeling& packet);
/// The PPI header in front of 802.11 and others.
Step read_ppi(Peeling& packet);

} // namespace ethpoc::record
