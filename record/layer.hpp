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
    Rest(BytesView bytes, std::size_t size) : bytes_(bytes), size_(std::max(size, bytes.size())) {}

    bool has(std::size_t size) const noexcept { return bytes_.size() >= size; }
    bool cut() const noexcept { return bytes_.size() < size_; }
    std::size_t size() const noexcept { return size_; }
    BytesView bytes() const noexcept { return bytes_; }
    std::uint8_t operator[](std::size_t at) const noexcept { return bytes_[at]; }
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
    void at_most(std::size_t size) noexcept { set_size(std::min(size, size_)); }

  private:
    BytesView bytes_{};
    std::size_t size_ = 0;
};

struct Peeling;
struct Step;
using Reader = Step (*)(Peeling&);

struct Step {
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

constexpr Step go(Reader reader) noexcept {
    return {Step::What::next, reader, {}};
}
constexpr Step halt(StopKind kind, std::string_view what, std::int64_t number = -1, bool hex = false) noexcept {
    return {Step::What::stop, nullptr, {kind, what, number, hex}};
}
/// What the row of `number` says; `unknown` where there is none.
Step by_number(std::span<const NumberRow> rows, std::uint32_t number, const Step& unknown);
/// The header is not all there.
Step too_short(const Peeling& packet, std::string_view layer);

// Of the numbers that name what follows.
Step by_link_type(std::uint32_t number);
Step by_ethertype(std::uint32_t number);
Step by_ip_protocol(std::uint32_t number);
Step by_ppp_protocol(std::uint32_t number);

// Readers that others go on with.
Step read_ethernet(Peeling& packet);
Step read_llc(Peeling& packet);
Step read_ip(Peeling& packet);
Step read_ipv6_extension(Peeling& packet);
Step read_ipv6_fragment(Peeling& packet);
Step read_authentication(Peeling& packet);
Step read_tcp(Peeling& packet);
Step read_udp(Peeling& packet);
Step read_ppp(Peeling& packet);
Step read_cisco_hdlc(Peeling& packet);
Step read_pppoe(Peeling& packet);
Step read_mpls(Peeling& packet);
Step read_gre(Peeling& packet);
Step read_etherip(Peeling& packet);
Step read_nsh(Peeling& packet);
Step read_80211(Peeling& packet);
Step read_radiotap(Peeling& packet);
Step read_prism(Peeling& packet);
Step read_avs(Peeling& packet);
Step read_ppi(Peeling& packet);

} // namespace ethpoc::record
