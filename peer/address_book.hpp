// AddressBook: where other nodes are said to listen. Bounded; what is no use is not taken.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "wire/message.hpp"

namespace ethpoc::peer {

/// An IP address, 4 or 16 bytes in network order.
struct IpAddress {
    std::array<std::uint8_t, 16> bytes{};
    std::uint8_t size = 4;

    friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
    BytesView view() const noexcept { return BytesView(bytes).first(size); }
};

/// False for 0/8, 10/8, 127/8, 169.254/16, 172.16/12, 192.168/16, 224/4 and up, and their IPv6 kin: C++ ignores them as
/// well (spec WIRE 5.4).
bool is_public(const IpAddress& address) noexcept;

/// "192.0.2.1", "2001:db8::1".
std::string to_text(const IpAddress& address);

struct KnownNode {
    IpAddress address{};
    std::uint16_t port = 0;
    NodeId node_id{};
    /// The node id does not count: what is dialled is the address.
    friend std::strong_ordering operator<=>(const KnownNode& a, const KnownNode& b) noexcept {
        return std::tie(a.address, a.port) <=> std::tie(b.address, b.port);
    }
    friend bool operator==(const KnownNode& a, const KnownNode& b) noexcept { return (a <=> b) == 0; }
};

/// add() is at most logarithmic: peers tell of thousands of addresses in one message.
class AddressBook {
  public:
    explicit AddressBook(std::size_t max_entries, bool allow_private = false) :
        max_(max_entries), allow_private_(allow_private) {}

    /// False: private, without a port, or known already. When the book is full, the oldest entry leaves for it.
    bool add(const wire::PeerEntry& entry);
    /// Entries that were never tried, oldest first, at most `limit`; they count as tried from then on.
    std::vector<KnownNode> take_untried(std::size_t limit);
    std::size_t size() const noexcept { return entries_.size(); }

  private:
    struct Row {
        KnownNode node;
        bool tried = false;
    };
    std::size_t max_;
    bool allow_private_;
    std::vector<Row> entries_{};  // a ring once it is full
    std::set<KnownNode> known_{}; // the same nodes; ordered, since peers choose them
    std::size_t next_ = 0;
};

} // namespace ethpoc::peer
