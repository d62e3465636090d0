// Which version to say to whom: what was asked for on the command line, what worked at an address before, and else a
// list of guesses.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>

#include "peer/observer.hpp"
#include "wire/profile.hpp"

namespace ethpoc::peer {

/// The order in which versions are tried with a peer that says nothing, each row once: only clients that wait for our
/// Hello ever hear a guess (Python, JavaScript, Go 0.8), and in this order none of them is harmed by a wrong one (spec
/// WIRE 1.4, CLIENTS 3). `heard`: the id of what it said before its Hello. GetPeers has one id in the flat family
/// and another in p2p, so it tells the family; of the flat ones only py-v8 and v9 speak first.
std::span<const wire::Profile* const> guesses(Direction direction, std::optional<std::uint64_t> heard = {}) noexcept;

/// A client of this version is known that says nothing until it has heard our Hello when it is dialled.
bool may_wait_for_hello(const wire::Profile& profile) noexcept;

/// "192.0.2.1" of "192.0.2.1:30303", "[2001:db8::1]" of "[2001:db8::1]:30303".
std::string host_of(const std::string& endpoint);

/// The version that worked (or is to be tried next) at an address. Bounded; when it is full, any entry leaves.
class VersionMemory {
  public:
    /// At most `max_entries` addresses.
    explicit VersionMemory(std::size_t max_entries) : max_(max_entries) {}

    /// nullptr: nothing is known of HOST:PORT.
    const wire::Profile* find(const std::string& endpoint) const;
    /// This version worked at HOST:PORT.
    void remember(const std::string& endpoint, const wire::Profile& profile);
    /// What worked there works no longer.
    void forget(const std::string& endpoint) { known_.erase(endpoint); }

  private:
    std::size_t max_;
    std::unordered_map<std::string, const wire::Profile*> known_{};
};

} // namespace ethpoc::peer
