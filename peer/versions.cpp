#include "peer/versions.hpp"

#include <array>
#include <string_view>
#include <vector>

namespace ethpoc::peer {

namespace {

// The clients that stay silent when they accept, long-lived releases first. In the p2p family any eth version will do:
// their Hello then says which one is meant.
constexpr std::array<std::string_view, 12> silent{"12", "23", "19",         "15",         "17",         "p2p0/eth33",
                                                  "11", "28", "p2p2/eth49", "p2p3/eth54", "p2p1/eth34", "30"};
// Those that send GetPeers and wait (spec WIRE 4.1).
constexpr std::array<std::string_view, 2> talkative{"8", "9"};

template <std::size_t N>
std::vector<const wire::Profile*> rows(const std::array<std::string_view, N>& names) {
    std::vector<const wire::Profile*> out;
    for (const std::string_view name : names) {
        if (const wire::Profile* row = wire::find_profile(name)) { out.push_back(row); }
    }
    return out;
}

} // namespace

std::span<const wire::Profile* const> guesses(bool spoke_first) noexcept {
    static const auto for_silent = rows(silent);
    static const auto for_talkative = rows(talkative);
    return spoke_first ? for_talkative : for_silent;
}

const wire::Profile* VersionMemory::find(const std::string& endpoint) const {
    const auto at = known_.find(endpoint);
    return at == known_.end() ? nullptr : at->second;
}

void VersionMemory::remember(const std::string& endpoint, const wire::Profile& profile) {
    if (known_.size() >= max_ && !known_.contains(endpoint)) { known_.erase(known_.begin()); }
    known_[endpoint] = &profile;
}

} // namespace ethpoc::peer
