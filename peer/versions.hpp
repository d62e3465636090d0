// Which version to say to whom: what was asked for on the command line, what worked at an address before, and else a
// list of guesses.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>

#include "wire/profile.hpp"

namespace ethpoc::peer {

/// The order in which versions are tried with a peer that says nothing. Only clients that wait for our Hello ever hear
/// a guess: Python, js, and Go 0.8; none of them dies of a wrong one (spec WIRE 1.4, CLIENTS 3).
/// `spoke_first`: it has sent something before our Hello, as only py-v8 and v9 do.
std::span<const wire::Profile* const> guesses(bool spoke_first = false) noexcept;

/// The version that worked (or is to be tried next) at an address. Bounded; the oldest entry leaves.
class VersionMemory {
  public:
    explicit VersionMemory(std::size_t max_entries) : max_(max_entries) {}

    const wire::Profile* find(const std::string& endpoint) const;
    void remember(const std::string& endpoint, const wire::Profile& profile);
    void forget(const std::string& endpoint) { known_.erase(endpoint); }

  private:
    std::size_t max_;
    std::unordered_map<std::string, const wire::Profile*> known_{};
};

} // namespace ethpoc::peer
