#include "peer/versions.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace ethpoc::peer {

namespace {

using Names = std::span<const std::string_view>;

// Those that wait for our Hello when they accept (spec CLIENTS 3). Three are said side by side, and Python takes two to
// three seconds to refuse a version and one to three to answer its own: its slow ones are the first two times three, so
// that each has answered within 8 s; v11, the rarest, is the next. What is refused at once can come later. A thread of
// py-poc5 dies of a Hello of p2p (it has no version of a protocol where it looks for one), so 23 is in the first three
// and no row of p2p is. In the p2p family any eth version will do, but for JavaScript: their Hello then says which one
// is meant.
constexpr auto silent = std::to_array<std::string_view>(
    {"12", "19", "23", "15", "17", "p2p0/eth33", "11", "9", "p2p2/eth38", "p2p2/eth36", "8"});
// Of these no client is known that waits. Its siblings might.
constexpr auto unlikely = std::to_array<std::string_view>({"p2p3/eth54", "p2p2/eth49", "28", "30", "29", "p2p1/eth34"});
// A peer that has dialled and waits for our Hello is JavaScript of September and October 2014 (spec CLIENTS 3a).
constexpr auto silent_dialer =
    std::to_array<std::string_view>({"p2p2/eth36", "p2p0/eth33", "p2p2/eth49", "8", "12", "15"});
// Those that send GetPeers and wait (spec WIRE 4.1).
constexpr auto talkative = std::to_array<std::string_view>({"8", "9"});

/// The rows of `first`, then the other guesses, all of one family if one is named.
std::vector<const wire::Profile*> rows(Names first, std::optional<wire::Family> family = {}) {
    std::vector<const wire::Profile*> out;
    for (const Names names : {first, Names(silent), Names(unlikely)}) {
        for (const std::string_view name : names) {
            const wire::Profile* const row = wire::find_profile(name);
            const bool fits = row != nullptr && (!family || row->family == *family);
            if (fits && std::ranges::find(out, row) == out.end()) { out.push_back(row); }
        }
    }
    return out;
}

} // namespace

std::span<const wire::Profile* const> guesses(Direction direction, std::optional<std::uint64_t> heard) noexcept {
    static const auto outbound = rows({});
    static const auto inbound = rows(silent_dialer);
    static const auto flat = rows(talkative, wire::Family::flat);
    static const auto p2p = rows({}, wire::Family::p2p);
    constexpr std::uint64_t base_get_peers = 0x04;
    constexpr std::uint64_t base_peers = 0x05;
    if (heard) { return *heard == base_get_peers || *heard == base_peers ? p2p : flat; }
    return direction == Direction::outbound ? outbound : inbound;
}

bool may_wait_for_hello(const wire::Profile& profile) noexcept {
    return std::ranges::find(silent, profile.name) != silent.end();
}

std::string host_of(const std::string& endpoint) {
    return endpoint.substr(0, endpoint.rfind(':'));
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
