#include "peer/control_file.hpp"

#include <algorithm>

namespace ethpoc::peer {

std::vector<KnownAddress> FilePort::known() const {
    std::vector<KnownAddress> out;
    out.reserve(file_.addresses.size());
    for (const AddressRow& row : file_.addresses) {
        out.push_back(known_address(row));
    }
    return out;
}

std::vector<BanInfo> FilePort::bans() const {
    std::vector<BanInfo> out;
    for (const Ban& ban : file_.bans) {
        if (ban.until > now_) { out.push_back(ban_info(ban)); }
    }
    return out;
}

ControlPort::Done FilePort::add(const std::string& endpoint, bool special) {
    const auto where = parse_address(endpoint);
    if (special) {
        if (std::ranges::find(file_.special, endpoint) == file_.special.end()) { file_.special.push_back(endpoint); }
    } else if (!where) {
        return std::unexpected(endpoint + " has a name for its host, and while the node is stopped only an IP address "
                                          "can be noted; start the node first, or give --special");
    } else if (std::ranges::find(file_.addresses, *where, &AddressRow::where) == file_.addresses.end()) {
        file_.addresses.push_back({.where = *where, .source = subnet_of(where->ip), .seen = now_});
    }
    changed_ = true;
    return {};
}

ControlPort::Done FilePort::remove(const std::string& endpoint) {
    auto gone = std::erase(file_.special, endpoint);
    if (const auto where = parse_address(endpoint)) {
        gone += std::erase_if(file_.addresses, [&](const AddressRow& row) { return row.where == *where; });
    }
    if (gone == 0) { return std::unexpected(endpoint + " is not known"); }
    changed_ = true;
    return {};
}

ControlPort::Done FilePort::ban(const NodeAddress& scope, std::chrono::seconds length, const std::string& reason) {
    std::erase_if(file_.bans, [&](const Ban& ban) { return ban.scope == scope; });
    file_.bans.push_back({scope, now_ + length.count(), reason});
    changed_ = true;
    return {};
}

ControlPort::Done FilePort::unban(const NodeAddress& scope) {
    if (std::erase_if(file_.bans, [&](const Ban& ban) { return ban.scope == scope; }) == 0) {
        return std::unexpected(scope_text(scope) + " is not banned");
    }
    changed_ = true;
    return {};
}

} // namespace ethpoc::peer
