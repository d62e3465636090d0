#include "peer/versions.hpp"

#include <array>
#include <string_view>
#include <vector>

namespace ethpoc::peer {

namespace {

// The releases of the clients that stay silent when they accept, the long-lived ones first; then every other version.
constexpr std::array<std::string_view, 14> releases{
    "12", "8",          "9",          "11",         "15",         "17",         "19",
    "23", "p2p0/eth33", "p2p2/eth49", "p2p2/eth38", "p2p2/eth52", "p2p3/eth54", "28"};

} // namespace

std::span<const wire::Profile* const> guesses() noexcept {
    static const std::vector<const wire::Profile*> order = [] {
        std::vector<const wire::Profile*> out;
        for (const std::string_view name : releases) {
            if (const wire::Profile* row = wire::find_profile(name)) { out.push_back(row); }
        }
        return out;
    }();
    return order;
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
