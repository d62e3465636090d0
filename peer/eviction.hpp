// Eviction: which accepted peer makes room for a new one when all places are taken, as Bitcoin Core chooses it. Each
// rule below protects some peers by what an attacker cannot have at will, so that whoever fills the places with his own
// connections loses those first:
//
//   subnets that a secret key picks · the lowest latency · the newest blocks · the newest transactions · half of what
//   is left, the longest connected
//
// Of the rest, the one with the most points against it goes; if none has any, the youngest one of the subnet with the
// most connections, as long as the new one is of a subnet with fewer: newcomers of everywhere do not push each other
// out, and nobody gains a place by coming once more.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "peer/address.hpp"
#include "peer/driver.hpp"

namespace ethpoc::peer {

/// What the rules look at in one accepted peer.
struct EvictionCandidate {
    wire::ConnectionId id = 0;
    IpAddress ip{};
    Time connected{};
    std::optional<Time::duration> latency{}; // nothing: never answered a Ping
    Time last_block{};                       // it brought one that we had not got; the epoch: never
    Time last_transaction{};
    int score = 0;
};

/// Nothing: the new one is turned down. `key` is secret. Only what may be ended is given in.
std::optional<wire::ConnectionId> choose_to_evict(std::vector<EvictionCandidate> among, const IpAddress& newcomer,
                                                  std::uint64_t key);

} // namespace ethpoc::peer
