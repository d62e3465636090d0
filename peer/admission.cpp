#include "peer/admission.hpp"

#include <algorithm>

namespace ethpoc::peer {

namespace {

std::size_t count_in(const std::map<IpAddress, std::size_t>& counts, const IpAddress& key) {
    const auto at = counts.find(key);
    return at == counts.end() ? 0 : at->second;
}

void take_one(std::map<IpAddress, std::size_t>& counts, const IpAddress& key) {
    const auto at = counts.find(key);
    if (at != counts.end() && --at->second == 0) { counts.erase(at); }
}

} // namespace

std::size_t Admission::from_address(const IpAddress& ip) const {
    return count_in(by_address_, ip);
}

std::size_t Admission::from_subnet(const IpAddress& ip) const {
    return count_in(by_subnet_, subnet_of(ip));
}

/// A flood from one address is turned away until it pauses.
bool Admission::too_soon(const IpAddress& ip, Time now) {
    if (limits_.pause.count() == 0) { return false; }
    if (last_.size() >= limits_.addresses) {
        std::erase_if(last_, [&](const auto& entry) { return entry.second + limits_.pause <= now; });
    }
    if (last_.size() >= limits_.addresses && !last_.contains(ip)) { return false; } // the other limits hold
    const auto [at, first] = last_.try_emplace(ip, now);
    const bool soon = !first && now < at->second + limits_.pause;
    at->second = now;
    return soon;
}

std::optional<std::string> Admission::refuse(const std::optional<IpAddress>& from, std::size_t connections, Time now) {
    if (from && !exempt(*from) && too_soon(*from, now)) { return "connects again and again"; }
    if (from && from_address(*from) >= limits_.per_address) { return "too many connections from its address"; }
    if (from && !exempt(*from) && from_subnet(*from) >= limits_.per_subnet) {
        return "too many connections from its subnet";
    }
    if (connections >= limits_.connections) { return "too many connections"; }
    return std::nullopt;
}

void Admission::entered(const std::optional<IpAddress>& from) {
    if (!from) { return; }
    ++by_address_[*from];
    ++by_subnet_[subnet_of(*from)];
}

void Admission::left(const std::optional<IpAddress>& from) {
    if (!from) { return; }
    take_one(by_address_, *from);
    take_one(by_subnet_, subnet_of(*from));
}

} // namespace ethpoc::peer
