// Peeler: a captured packet taken apart, layer by layer, down to TCP; what is in the way is named.
//
//   Ethernet | VLAN | IPv4 | UDP | VXLAN | Ethernet | IPv6 | TCP        one step each, 64 at most
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "record/layer.hpp"

namespace ethpoc::record {

/// What became of a packet. Exactly one of: a segment, a reason, or it waits for other fragments.
struct Peeled {
    std::optional<TcpSegment> segment{}; // its data is valid until the next call of peel()
    std::optional<Stop> stop{};
};

/// Takes packets apart, and keeps the fragments that wait for others.
class Peeler {
  public:
    static constexpr std::size_t max_layers = 64;

    /// `size`: bytes on the wire. `time`: nanoseconds, for fragments that come too late.
    Peeled peel(std::uint32_t link_type, BytesView packet, std::size_t size, std::int64_t time);
    /// Nothing more will come: fragments that wait are given up.
    void finish() { fragments_.finish(); }
    const Fragments& fragments() const noexcept { return fragments_; }

  private:
    Fragments fragments_{};
    std::vector<Bytes> whole_{}; // packets put together from fragments, of one call
};

/// "Ethernet"; empty: not one that is understood.
std::string_view link_name(std::uint32_t link_type) noexcept;
/// The same, or "link type 147".
std::string link_text(std::uint32_t link_type);

} // namespace ethpoc::record
