// Fragments: IP packets that were sent in pieces, put together again. Memory is bounded; what never completes is
// counted.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <list>
#include <map>

#include "rlp/bytes.hpp"

namespace ethpoc::record {

/// What the fragments of one IP packet have in common (RFC 791: addresses, identification, protocol).
struct FragmentKey {
    std::array<std::uint8_t, 16> from{};
    std::array<std::uint8_t, 16> to{};
    std::uint32_t id = 0;
    std::uint8_t version = 4;
    std::uint8_t protocol = 0;
    friend auto operator<=>(const FragmentKey&, const FragmentKey&) = default;
};

/// One fragment of an IPv4 or IPv6 packet.
struct Fragment {
    FragmentKey key{};
    std::size_t offset = 0; // of its data in the packet
    bool more = false;      // it is not the last one
    BytesView data{};
    std::int64_t time = 0;       // nanoseconds; 0: not known
    std::size_t packet_size = 0; // of the captured packet that brought it, for the count
};

/// Packets that are not complete yet, at most max_packets, max_bytes and max_pieces of them.
class Fragments {
  public:
    static constexpr std::size_t max_packets = 1024; // that are waited for at once
    static constexpr std::size_t max_bytes = 16u << 20;
    static constexpr std::size_t max_pieces = 65'536;
    /// Numbers come again: a piece that is younger by this belongs to another packet (RFC 791 has a timer, too).
    static constexpr std::int64_t max_age = 60'000'000'000;

    /// What became of a fragment.
    enum class Outcome : std::uint8_t {
        waits,
        whole,       // `out` is the packet
        repeated,    // it was here before
        conflicting, // other bytes at a place that was heard; it is left out
        impossible,  // beyond 65535 bytes, beyond the end, or not a multiple of 8
    };
    /// Takes one fragment; `out` is set only when its packet is whole.
    Outcome take(const Fragment& fragment, Bytes& out);
    /// Nothing more will come.
    void finish();

    /// Fragments of one fate: how many, and the bytes of the captured packets that brought them.
    struct Count {
        std::size_t packets = 0;
        std::uint64_t bytes = 0;
    };
    const Count& joined() const noexcept { return joined_; }         // their bytes came out with the last one
    const Count& unfinished() const noexcept { return unfinished_; } // they were given up

  private:
    struct Pending {
        FragmentKey key{};
        std::map<std::size_t, Bytes> pieces{}; // do not overlap
        std::size_t bytes = 0;
        std::size_t end = 0; // 0: the last one has not come
        std::int64_t time = 0;
        Count count{};
    };
    using Place = std::list<Pending>::iterator;

    static bool differs(const Pending& pending, const Fragment& fragment);
    std::size_t add(Pending& pending, const Fragment& fragment);
    void drop(Place place, Count& to);
    void keep_bounds();

    std::list<Pending> pending_{}; // the oldest first
    std::map<FragmentKey, Place> by_key_{};
    std::size_t bytes_ = 0;
    std::size_t pieces_ = 0;
    Count joined_{};
    Count unfinished_{};
};

} // namespace ethpoc::record
