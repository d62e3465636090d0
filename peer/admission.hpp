// Admission: how many connections are accepted, from where, and how fast. No clock, no sockets.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "peer/address.hpp"
#include "peer/driver.hpp"

namespace ethpoc::peer {

/// What Admission holds a newcomer against.
struct AdmissionLimits {
    std::size_t connections = 51;           // of all kinds: some above those that stay hear why they do not
    std::size_t per_address = 8;            // accepted
    std::size_t per_subnet = 16;            // accepted
    std::chrono::milliseconds pause{1'000}; // between two from one address
    std::size_t addresses = 4096;           // whose last connection is remembered
    bool exempt_loopback = true;            // from all but `connections` and `per_address`
};

/// Counts connections by address and by subnet. Bounded by them and by AdmissionLimits::addresses.
class Admission {
  public:
    /// Nobody is connected yet.
    explicit Admission(AdmissionLimits limits) : limits_(limits) {}

    /// Those who are in stay; newcomers are held against these.
    void set_limits(const AdmissionLimits& limits) noexcept { limits_ = limits; }

    /// Nothing: let it in. Else a clause for people why not. It was not let in before; asking counts as its try.
    std::optional<std::string> refuse(const std::optional<IpAddress>& from, std::size_t connections, Time now);
    /// A connection was let in; `from` nothing: its address is not known.
    void entered(const std::optional<IpAddress>& from);
    /// It has ended; `from` as with entered().
    void left(const std::optional<IpAddress>& from);

    /// Accepted connections that are open, of this address.
    std::size_t from_address(const IpAddress& ip) const;
    /// The same of its whole subnet.
    std::size_t from_subnet(const IpAddress& ip) const;

  private:
    bool exempt(const IpAddress& ip) const noexcept { return limits_.exempt_loopback && is_loopback(ip); }
    bool too_soon(const IpAddress& ip, Time now);

    AdmissionLimits limits_;
    std::map<IpAddress, std::size_t> by_address_{}; // accepted, as long as they are connected
    std::map<IpAddress, std::size_t> by_subnet_{};
    std::map<IpAddress, Time> last_{}; // try of each address; what is older than the pause is forgotten now and then
};

} // namespace ethpoc::peer
