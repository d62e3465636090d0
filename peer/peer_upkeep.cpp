// PeerManager: what is done as time goes by: who is dialled, rounds, offences and bans, what is saved.
#include <algorithm>

#include "peer/peer_manager.hpp"
#include "wire/codec.hpp"
#include "wire/reasons.hpp"

namespace ethpoc::peer {

namespace reason = wire::reason;

namespace {

constexpr auto busy_pause = std::chrono::seconds(1);   // between two ticks while peers are wanted
constexpr auto quiet_pause = std::chrono::seconds(10); // and otherwise
constexpr WallTime ourselves_ban = 24L * 3600;
constexpr int dials_in_a_tick = 2;

} // namespace

WallTime PeerManager::wall() const noexcept {
    return wall_ + std::chrono::duration_cast<std::chrono::seconds>(transport_.now() - wall_at_).count();
}

void PeerManager::tick(WallTime wall) {
    const Time now = transport_.now();
    wall_ = wall;
    wall_at_ = now;
    if (!std::exchange(ticked_, true)) { next_round_ = now + options_.round_time; }
    bans_.expire(wall);
    for (const Ban& ban : std::exchange(fresh_bans_, {})) {
        end_banned(ban);
    }
    measure(now);
    recruit();
    ask_for_addresses(now);
    drop_some(now);
    next_tick_ = now + (needs_peers() ? std::chrono::milliseconds(busy_pause) : std::chrono::milliseconds(quiet_pause));
}

// ---------------------------------------------------------------- whom we dial

bool PeerManager::needs_peers() const {
    if (stopping_ || options_.target_peers == 0) { return false; }
    const std::size_t outbound = ready_ - ready_inbound_;
    return ready_ < options_.target_peers || outbound < std::min(options_.target_outbound, options_.target_peers);
}

bool PeerManager::may_dial(const NodeAddress& where) const {
    if (!options_.allow_private && !is_public(where.ip)) { return false; }
    if (bans_.find(where, wall()) != nullptr) { return false; }
    const std::string endpoint = to_text(where);
    if (recruits_.contains(endpoint) || dialer_.wants(endpoint)) { return false; }
    // Whoever owns a subnet does not fill all places. Private ones are our own: there is nobody to be afraid of.
    const IpAddress subnet = subnet_of(where.ip);
    const auto same_subnet = std::ranges::count_if(
        recruits_, [&](const auto& each) { return each.second.where && subnet_of(each.second.where->ip) == subnet; });
    if (is_public(where.ip) && same_subnet >= static_cast<std::ptrdiff_t>(options_.outbound_per_subnet)) {
        return false;
    }
    // It has dialled us.
    return std::ranges::none_of(sessions_, [&](const auto& each) {
        const Entry& entry = each.second;
        return entry.ip == where.ip && entry.session->have_hello() && entry.session->remote().listen_port == where.port;
    });
}

void PeerManager::recruit() {
    for (int i = 0; i < dials_in_a_tick && needs_peers(); ++i) {
        const auto under_way =
            std::ranges::count_if(recruits_, [](const auto& each) { return !each.second.was_ready; });
        if (under_way >= static_cast<std::ptrdiff_t>(options_.dialling_at_once)) { return; }
        auto choice = recruiter_.next(wall(), [this](const NodeAddress& where) { return may_dial(where); });
        if (!choice || dialer_.wants(choice->endpoint)) { return; }
        recruits_[choice->endpoint] = {choice->where};
        const AddressRow* const row = choice->where ? book_.find(*choice->where) : nullptr;
        if (row != nullptr) {
            dialer_.recall(choice->endpoint, row->works, row->refused);
            book_.attempted(*choice->where, wall());
        }
        dialer_.want(choice->endpoint, false);
    }
}

/// The dialer is through with it: it never answered, took none of our versions, or was a peer and has gone.
void PeerManager::recruit_ended(const std::string& endpoint, const std::vector<const wire::Profile*>& refused) {
    const auto at = recruits_.find(endpoint);
    if (at == recruits_.end()) { return; }
    const Recruit recruit = at->second;
    recruits_.erase(at);
    if (recruit.where && (!recruit.was_ready || recruit.was_full)) {
        book_.failed(*recruit.where, refused);
        changed_ = true;
    }
    next_tick_ = std::min(next_tick_, transport_.now() + busy_pause);
}

void PeerManager::ask_for_addresses(Time now) {
    if (options_.target_peers == 0 || stopping_ || now < next_ask_ || ready_ == 0) { return; }
    std::vector<wire::ConnectionId> among;
    for (const auto& [id, entry] : sessions_) {
        if (entry.session->phase() == Phase::ready) { among.push_back(id); }
    }
    if (among.empty()) { return; }
    std::ranges::sort(among);
    const auto chosen = among[std::uniform_int_distribution<std::size_t>(0, among.size() - 1)(random_)];
    Session& session = *find(chosen);
    constexpr auto type = wire::MessageType::GetPeers;
    session.send(type, std::make_shared<const Bytes>(wire::compose_plain(*session.profile(), type)));
    transport_.flush(chosen);
    next_ask_ = now + options_.ask_pause;
}

/// A round: who is connected changes now and then, or groups that know only each other would stay such.
void PeerManager::drop_some(Time now) {
    if (options_.round_time.count() == 0 || now < next_round_) { return; }
    next_round_ = now + options_.round_time;
    if (ready_ < options_.round_minimum || ready_ <= options_.drop_to) { return; }
    std::vector<wire::ConnectionId> among;
    for (const auto& [id, entry] : sessions_) {
        if (entry.session->phase() == Phase::ready && !is_special(*entry.session)) { among.push_back(id); }
    }
    std::ranges::sort(among);
    std::ranges::shuffle(among, random_);
    among.resize(std::min(among.size(), ready_ - options_.drop_to));
    for (const wire::ConnectionId id : among) {
        end_session(id, reason::requested, "a round: some leave, so that others may come");
    }
}

void PeerManager::measure(Time now) {
    const std::chrono::duration<double> passed = now - measured_at_;
    if (passed.count() < 1) { return; }
    for (auto& [id, entry] : sessions_) {
        const Session::Traffic& traffic = entry.session->traffic();
        const double since = std::min(passed.count(), std::chrono::duration<double>(now - entry.since).count());
        if (since > 0) {
            entry.rate_in = static_cast<double>(traffic.bytes_in - entry.before.bytes_in) / since;
            entry.rate_out = static_cast<double>(traffic.bytes_out - entry.before.bytes_out) / since;
        }
        entry.before = traffic;
    }
    measured_at_ = now;
}

// ---------------------------------------------------------------- what became of it

void PeerManager::note_ready(const Session& session) {
    if (session.direction() != Direction::outbound) { return; }
    if (const auto at = recruits_.find(session.endpoint()); at != recruits_.end()) { at->second.was_ready = true; }
    if (const auto where = parse_address(session.endpoint())) {
        book_.succeeded(*where, *session.profile(), session.node_id(), wall());
        changed_ = true;
    }
}

/// Whoever answers there is this node: nobody need dial it for a while. A special peer that says so is believed for as
/// long as we run (Dialer), and no longer: it may be another one the next time.
void PeerManager::note_ourselves(const Session& session) {
    if (session.direction() != Direction::outbound || is_special(session)) { return; }
    if (const auto where = parse_address(session.endpoint())) {
        book_.remove(*where);
        add_ban({*where, wall() + ourselves_ban, "this is ourselves"});
        changed_ = true;
    }
}

void PeerManager::note_end(const Session& session, const Entry& entry) {
    const End& end = session.how_it_ended();
    if (end.by == EndedBy::them && end.reason == reason::too_many_peers) {
        for (const NodeAddress& where : entry.told) {
            recruiter_.add_alternative(where);
        }
        if (const auto at = recruits_.find(session.endpoint()); at != recruits_.end()) { at->second.was_full = true; }
    }
    if (!entry.ip) { return; }
    if (end.by == EndedBy::us && end.reason == reason::bad_protocol) {
        scores_.add(*entry.ip, Offence::bad_protocol, transport_.now());
    } else if (end.by == EndedBy::timeout && session.direction() == Direction::inbound) {
        scores_.add(*entry.ip, Offence::stalled, transport_.now());
    }
    // Its ban, if that was too much, comes with its next connection: offended() is not called for one that has gone.
    if (scores_.of(*entry.ip, transport_.now()) >= Scores::ban_at) { ban_by_points(*entry.ip, Offence::bad_protocol); }
}

void PeerManager::offended(Session& session, Offence offence) {
    const Entry* const its = entry(session.id());
    if (its == nullptr || !its->ip || is_special(session)) { return; }
    const IpAddress ip = *its->ip;
    if (scores_.add(ip, offence, transport_.now()) >= Scores::ban_at) { ban_by_points(ip, offence); }
}

void PeerManager::ban_by_points(const IpAddress& ip, Offence offence) {
    const bool exempt = options_.exempt_loopback && is_loopback(ip);
    if (!options_.ban_by_points || exempt || stopping_) { return; }
    scores_.forgive(ip);
    // This may be called from within one of the sessions, so they end with the next tick.
    fresh_bans_.push_back({{ip, 0}, wall() + options_.ban_time.count(), std::string(row_of(offence).why)});
    add_ban(fresh_bans_.back());
    next_tick_ = transport_.now();
}

/// All sessions of its scope end, not only the one that gave the reason.
void PeerManager::end_banned(const Ban& ban) {
    const NodeAddress& scope = ban.scope;
    const auto falls_under = [&scope](const Entry& entry) {
        if (entry.ip != scope.ip) { return false; }
        const auto where = parse_address(entry.session->endpoint());
        const bool listens_there = entry.session->have_hello() && entry.session->remote().listen_port == scope.port;
        return scope.port == 0 || (where && where->port == scope.port) || listens_there;
    };
    end_where(falls_under, reason::useless_peer, "banned: " + ban.reason);
}

// ---------------------------------------------------------------- what is kept

void PeerManager::load(const PeerFile& file, WallTime wall) {
    wall_ = wall;
    wall_at_ = transport_.now();
    key_ = file.key;
    book_ = AddressBook(options_.address_book, options_.allow_private, key_);
    for (const AddressRow& row : file.addresses) {
        if (book_.load(row, wall) && row.connected) { recruiter_.add_saved(row.where); }
    }
    for (const Ban& ban : file.bans) {
        if (ban.until > wall) { bans_.add(ban); }
    }
    for (const std::string& endpoint : file.special) {
        add_peer(endpoint, true);
    }
    changed_ = changed_at_once_ = false;
}

std::optional<PeerFile> PeerManager::to_save(bool now_please) {
    const Time now = transport_.now();
    const bool due = changed_at_once_ || (changed_ && now >= saved_at_ + options_.save_pause);
    if (!now_please && !due) { return std::nullopt; }
    changed_ = changed_at_once_ = false;
    saved_at_ = now;
    PeerFile file;
    file.key = key_;
    file.special.assign(added_.begin(), added_.end());
    file.addresses = book_.rows();
    file.bans = bans_.all(wall());
    std::set<NodeAddress> connected;
    for (const auto& [endpoint, recruit] : recruits_) {
        if (recruit.was_ready && recruit.where) { connected.insert(*recruit.where); }
    }
    for (AddressRow& row : file.addresses) {
        row.connected = connected.contains(row.where);
    }
    return file;
}

} // namespace ethpoc::peer
