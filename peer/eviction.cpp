#include "peer/eviction.hpp"

#include <algorithm>
#include <functional>
#include <map>

#include "rlp/split_mix.hpp"

namespace ethpoc::peer {

namespace {

using Candidates = std::vector<EvictionCandidate>;
using Better = std::function<bool(const EvictionCandidate&, const EvictionCandidate&)>;

/// Takes the best `most` out, of those that have any claim to it.
void protect(Candidates& among, std::size_t most, const Better& better,
             const std::function<bool(const EvictionCandidate&)>& claims) {
    std::ranges::stable_sort(among, better);
    std::size_t taken = 0;
    std::erase_if(among, [&](const EvictionCandidate& each) {
        const bool takes = taken < most && claims(each);
        taken += takes ? 1 : 0;
        return takes;
    });
}

/// A value of the subnet that nobody can foresee without the key.
std::uint64_t keyed(const IpAddress& ip, std::uint64_t key) {
    const IpAddress subnet = subnet_of(ip);
    std::uint64_t out = key;
    for (const std::uint8_t byte : subnet.view()) {
        out = SplitMix64::mix(out + SplitMix64::step + byte);
    }
    return out;
}

/// One of each subnet, those that come first by the key.
void protect_subnets(Candidates& among, std::size_t most, std::uint64_t key) {
    std::map<std::uint64_t, const EvictionCandidate*> first;
    for (const EvictionCandidate& each : among) {
        first.try_emplace(keyed(each.ip, key), &each);
    }
    std::vector<wire::ConnectionId> ids;
    for (const auto& [value, each] : first) {
        if (ids.size() == most) { break; }
        ids.push_back(each->id);
    }
    std::erase_if(among, [&](const EvictionCandidate& each) { return std::ranges::count(ids, each.id) > 0; });
}

} // namespace

std::optional<wire::ConnectionId> choose_to_evict(Candidates among, const IpAddress& newcomer, std::uint64_t key) {
    std::map<IpAddress, std::size_t> in_subnet;
    for (const EvictionCandidate& each : among) {
        ++in_subnet[subnet_of(each.ip)];
    }
    const std::size_t share = among.size() / 8; // for each of four rules; half of the rest for the fifth
    const auto anybody = [](const EvictionCandidate&) { return true; };
    std::ranges::stable_sort(among, {}, &EvictionCandidate::connected);
    protect_subnets(among, share, key);
    protect(
        among, share,
        [](const auto& a, const auto& b) {
            return a.latency.value_or(Time::duration::max()) < b.latency.value_or(Time::duration::max());
        },
        [](const auto& each) { return each.latency.has_value(); });
    protect(
        among, share, [](const auto& a, const auto& b) { return a.last_block > b.last_block; },
        [](const auto& each) { return each.last_block != Time{}; });
    protect(
        among, share, [](const auto& a, const auto& b) { return a.last_transaction > b.last_transaction; },
        [](const auto& each) { return each.last_transaction != Time{}; });
    protect(
        among, among.size() / 2, [](const auto& a, const auto& b) { return a.connected < b.connected; }, anybody);
    if (among.empty()) { return std::nullopt; }
    const auto worst = std::ranges::max_element(among, {}, &EvictionCandidate::score);
    if (worst->score > 0) { return worst->id; }
    const auto rank = [&](const EvictionCandidate& each) {
        return std::pair(in_subnet[subnet_of(each.ip)], each.connected);
    };
    const auto crowded = std::ranges::max_element(among, {}, rank);
    const bool fairer = rank(*crowded).first > in_subnet[subnet_of(newcomer)] + 1;
    return fairer ? std::optional(crowded->id) : std::nullopt;
}

} // namespace ethpoc::peer
