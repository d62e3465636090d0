// PeerManager: what people ask and order.
#include <algorithm>
#include <iterator>

#include "peer/peer_manager.hpp"
#include "wire/reasons.hpp"

namespace ethpoc::peer {

namespace reason = wire::reason;

namespace {

std::string_view phase_name(Phase phase) noexcept {
    switch (phase) {
    case Phase::waiting:
        return "waiting";
    case Phase::greeted:
        return "greeted";
    case Phase::ready:
        return "ready";
    case Phase::closing:
        return "closing";
    case Phase::ended:
        break;
    }
    return "ended";
}

} // namespace

std::vector<PeerInfo> PeerManager::peers() const {
    std::vector<PeerInfo> out;
    const Time now = transport_.now();
    for (const auto& [id, entry] : sessions_) {
        const Session& session = *entry.session;
        const Session::Traffic& traffic = session.traffic();
        PeerInfo info;
        info.id = id;
        info.endpoint = session.endpoint();
        info.direction = session.direction();
        info.client_id = session.client_id();
        if (session.profile() != nullptr) { info.protocol = session.profile()->name; }
        info.age = std::chrono::duration_cast<std::chrono::milliseconds>(now - entry.since);
        info.ready = session.phase() == Phase::ready;
        info.special = is_special(session);
        info.messages_in = traffic.messages_in;
        info.messages_out = traffic.messages_out;
        info.bytes_in = traffic.bytes_in;
        info.bytes_out = traffic.bytes_out;
        info.rate_in = entry.rate_in;
        info.rate_out = entry.rate_out;
        if (traffic.latency.count() >= 0) {
            info.latency = std::chrono::duration_cast<std::chrono::microseconds>(traffic.latency);
        }
        info.queued_bytes = session.queued_bytes();
        info.queue_limit = session_options_.send_queue;
        info.shed = traffic.shed;
        info.score = entry.ip ? scores_.of(*entry.ip, now) : 0;
        info.head_number = entry.head_number;
        info.head_hash = entry.head_number ? entry.head : session.remote().best_hash;
        info.phase = phase_name(session.phase());
        info.total_difficulty = session.remote().total_difficulty;
        info.genesis_hash = session.remote().genesis_hash;
        if (entry.last_block != Time{}) {
            info.since_last_block = std::chrono::duration_cast<std::chrono::milliseconds>(now - entry.last_block);
        }
        out.push_back(std::move(info));
    }
    std::ranges::sort(out, {}, &PeerInfo::id);
    return out;
}

std::vector<KnownAddress> PeerManager::known() const {
    std::vector<KnownAddress> out;
    for (const AddressRow& row : book_.rows()) {
        out.push_back(known_address(row));
    }
    return out;
}

std::vector<BanInfo> PeerManager::banned() const {
    std::vector<BanInfo> out;
    for (const Ban& ban : bans_.all(wall())) {
        out.push_back(ban_info(ban));
    }
    return out;
}

std::vector<std::string> PeerManager::special() const {
    std::vector<std::string> out;
    std::ranges::set_union(special_, added_, std::back_inserter(out));
    return out;
}

bool PeerManager::add_peer(const std::string& endpoint, bool special) {
    if (!is_endpoint(endpoint)) { return false; }
    if (special) {
        changed_at_once_ = added_.insert(endpoint).second || changed_at_once_;
        if (!dialer_.wants(endpoint)) { dialer_.want(endpoint); }
        return true;
    }
    const auto where = parse_address(endpoint);
    if (where) {
        AddressRow row;
        row.where = *where;
        row.source = subnet_of(where->ip);
        row.seen = wall();
        if (book_.find(*where) == nullptr) { changed_ = book_.load(row, wall()) || changed_; }
    }
    if (!dialer_.wants(endpoint)) {
        recruits_[endpoint] = {where};
        dialer_.want(endpoint, false);
    }
    return true;
}

bool PeerManager::remove_peer(const std::string& endpoint) {
    bool known = added_.erase(endpoint) > 0;
    known = special_.erase(endpoint) > 0 || known;
    known = dialer_.wants(endpoint) || known;
    dialer_.release(endpoint);
    const auto where = parse_address(endpoint);
    if (where) { known = book_.remove(*where) || known; }
    changed_at_once_ = known || changed_at_once_;
    const auto of_it = [&endpoint](const Entry& each) { return each.session->endpoint() == endpoint; };
    known = known || std::ranges::any_of(sessions_, [&](const auto& each) { return of_it(each.second); });
    end_where(of_it, reason::requested, "removed by an order");
    return known;
}

void PeerManager::add_ban(const Ban& ban) {
    bans_.add(ban);
    changed_at_once_ = true;
    observers_.tell_made<event::Banned>([scope = scope_text(ban.scope), &ban] {
        return event::Banned{scope, ban.reason, ban.until};
    });
}

bool PeerManager::ban(std::string_view scope, std::chrono::seconds duration, std::string_view why) {
    const auto where = parse_scope(scope);
    if (!where) { return false; }
    const Ban ban{*where, wall() + duration.count(), printable(why)};
    add_ban(ban);
    end_banned(ban);
    return true;
}

bool PeerManager::unban(std::string_view scope) {
    const auto where = parse_scope(scope);
    if (!where || !bans_.remove(*where)) { return false; }
    scores_.forgive(where->ip);
    changed_at_once_ = true;
    return true;
}

} // namespace ethpoc::peer
