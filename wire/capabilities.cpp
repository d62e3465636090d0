#include "wire/capabilities.hpp"

#include <algorithm>
#include <vector>

namespace ethpoc::wire {
namespace {

using Rows = std::span<const Profile* const>;

bool lists_eth(std::span<const Capability> theirs, const Profile& row) {
    return std::ranges::any_of(
        theirs, [&](const Capability& one) { return one.name == "eth" && one.version == row.eth_version; });
}

/// The newest row of this p2p version among `rows` that `wanted` takes.
template <class Wanted>
const Profile* newest(Rows rows, std::uint32_t p2p_version, Wanted wanted) {
    const Profile* found = nullptr;
    for (const Profile* row : rows) {
        const bool fits = row->family == Family::p2p && row->version == p2p_version && wanted(*row);
        if (fits && (found == nullptr || row->eth_version > found->eth_version)) { found = row; }
    }
    return found;
}

Rows all_rows() {
    static const auto pointers = [] {
        std::vector<const Profile*> out;
        for (const Profile& row : profiles()) {
            out.push_back(&row);
        }
        return out;
    }();
    return pointers;
}

/// The newest version in which `name` is listed; an entry without one counts as 0. Nothing: it is not listed.
std::optional<std::uint32_t> newest_listed(std::span<const Capability> theirs, std::string_view name) {
    std::optional<std::uint32_t> out;
    for (const Capability& one : theirs) {
        if (one.name == name) { out = std::max(out.value_or(0), one.version.value_or(0)); }
    }
    return out;
}

/// What the walk counts as ours.
std::vector<Capability> our_list(std::span<const Capability> theirs, const Profile& row, Rows offered) {
    std::vector<Capability> out;
    for (const Profile* own : offered) {
        if (own->version == row.version) { out.push_back({"eth", own->eth_version}); }
    }
    if (!offered.empty()) { return out; }
    out.push_back({"eth", lists_eth(theirs, row) ? row.eth_version : newest_listed(theirs, "eth")});
    out.push_back({"shh", newest_listed(theirs, "shh")});
    return out;
}

IdOffsets assign_ids(std::span<const Capability> theirs, std::span<const Capability> ours, std::uint32_t eth_version) {
    IdOffsets out{.eth = 0, .shh = 0};
    std::uint16_t next = first_sub_protocol_id;
    for (const Capability& one : theirs) {
        const bool shared = std::ranges::any_of(ours, [&](const Capability& own) {
            return own.name == one.name && own.version == one.version.value_or(0);
        });
        if (!shared) { continue; }
        const bool eth = one.name == "eth";
        if (!eth) { out.shh = next; }
        if (eth && one.version.value_or(0) == eth_version) { out.eth = next; }
        next = static_cast<std::uint16_t>(next + (eth ? eth_id_count : shh_id_count));
    }
    return out;
}

} // namespace

Negotiation negotiate(std::uint32_t version, std::span<const Capability> theirs, Rows offered) {
    theirs = theirs.first(std::min(theirs.size(), most_capabilities));
    const auto any = [](const Profile&) { return true; };
    const auto listed = [&](const Profile& row) { return lists_eth(theirs, row); };
    const Rows rows = offered.empty() ? all_rows() : offered;

    const Profile* const shared = newest(rows, version, listed);
    const Profile* const by_list = shared != nullptr ? shared : newest(all_rows(), version, listed);
    const Profile* const by_p2p = newest(rows, version, any);
    Negotiation out;
    out.profile = by_list != nullptr ? by_list : by_p2p != nullptr ? by_p2p : newest(all_rows(), version, any);
    if (out.profile == nullptr) {
        out = negotiate(nearest_profile(Family::p2p, version).version, theirs, {});
        out.profile = nullptr;
        out.shared = false;
        return out;
    }
    out.reading = out.profile;
    if (out.profile->capabilities == CapabilityForm::names) {
        out.shared = by_p2p != nullptr; // fixed ids; which eth version it is, Status will say
        return out;
    }
    out.shared = shared != nullptr;
    const auto ours = our_list(theirs, *out.profile, offered);
    const bool unknown = offered.empty() && shared == nullptr; // an eth version that no row has, but ids all the same
    out.offsets = assign_ids(theirs, ours, unknown ? ours.front().version.value_or(0) : out.profile->eth_version);
    return out;
}

} // namespace ethpoc::wire
