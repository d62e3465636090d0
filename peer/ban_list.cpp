#include "peer/ban_list.hpp"

#include <algorithm>

namespace ethpoc::peer {

std::string scope_text(const NodeAddress& scope) {
    return scope.port == 0 ? to_text(scope.ip) : to_text(scope);
}

std::optional<NodeAddress> parse_scope(std::string_view text) {
    if (const auto address = parse_address(text)) { return address; }
    const auto ip = parse_ip(text);
    return ip ? std::optional(NodeAddress{*ip, 0}) : std::nullopt;
}

void BanList::add(Ban ban) {
    const auto at = bans_.find(ban.scope);
    if (at != bans_.end()) {
        if (at->second.until < ban.until) { at->second = std::move(ban); }
        return;
    }
    if (bans_.size() >= most_) {
        bans_.erase(std::ranges::min_element(bans_, {}, [](const auto& entry) { return entry.second.until; }));
    }
    bans_.emplace(ban.scope, std::move(ban));
}

bool BanList::remove(const NodeAddress& scope) {
    return bans_.erase(scope) > 0;
}

const Ban* BanList::alive(const NodeAddress& scope, WallTime now) const {
    const auto at = bans_.find(scope);
    return at == bans_.end() || at->second.until <= now ? nullptr : &at->second;
}

const Ban* BanList::find(const NodeAddress& where, WallTime now) const {
    if (const Ban* of_all = alive({where.ip, 0}, now)) { return of_all; }
    return alive(where, now);
}

void BanList::expire(WallTime now) {
    std::erase_if(bans_, [now](const auto& entry) { return entry.second.until <= now; });
}

std::vector<Ban> BanList::all(WallTime now) const {
    std::vector<Ban> out;
    for (const auto& [scope, ban] : bans_) {
        if (ban.until > now) { out.push_back(ban); }
    }
    return out;
}

} // namespace ethpoc::peer
