#include "peer/peer_manager.hpp"

#include <algorithm>

#include "wire/codec.hpp"
#include "wire/reasons.hpp"

namespace ethpoc::peer {

namespace reason = wire::reason;

namespace {

constexpr std::size_t names_kept = 256;

AdmissionLimits admission_limits(const PeerManagerOptions& options) {
    AdmissionLimits out;
    // Twice the peers we keep: a refused one still hears why.
    out.connections = 2 * options.max_peers + 1;
    out.per_address = options.peers_per_address;
    out.per_subnet = options.peers_per_subnet;
    out.pause = options.accept_pause;
    out.exempt_loopback = options.exempt_loopback;
    return out;
}

} // namespace

PeerManager::PeerManager(PeerManagerOptions options, const SessionOptions& sessions, const sync::ChainManager& heads,
                         sync::ChainProxy& chain, const Observers& observers, Transport& transport,
                         sync::Budget* budget) :
    options_(std::move(options)),
    session_options_(sessions), heads_(heads), chain_(chain), observers_(observers), transport_(transport),
    budget_(budget), random_(options_.seed), book_(options_.address_book, options_.allow_private),
    admission_(admission_limits(options_)), recruiter_(book_, random_),
    dialer_(
        options_.dialer, [this](const std::string& endpoint, auto delay) { transport_.dial(*this, endpoint, delay); },
        observers, [this](const wire::Profile& row) { return heads_.head_of({row.chain_version()}).number > 0; }) {
    dialer_.end_others = [this](const std::string& endpoint, wire::ConnectionId id) { end_others(endpoint, id); };
    dialer_.is_connected = [this](BytesView node_id) { return connected_as(node_id, nullptr) != nullptr; };
    dialer_.ended = [this](const std::string& endpoint, const auto& refused) { recruit_ended(endpoint, refused); };
}

void PeerManager::want(const std::string& endpoint) {
    special_.insert(endpoint);
    dialer_.want(endpoint);
}

void PeerManager::reload(const PeerManagerOptions& options, const std::vector<std::string>& special) {
    PeerManagerOptions fresh = options;
    fresh.dialer = options_.dialer; // who we are, and how versions are found, stays as it is
    fresh.client_id = options_.client_id;
    fresh.node_id = options_.node_id;
    fresh.listen_port = options_.listen_port;
    fresh.network_id = options_.network_id;
    fresh.address_book = options_.address_book;
    fresh.allow_private = options_.allow_private;
    fresh.seed = options_.seed;
    options_ = std::move(fresh);
    admission_.set_limits(admission_limits(options_));
    const std::set<std::string> wanted(special.begin(), special.end());
    for (const std::string& endpoint : std::exchange(special_, wanted)) {
        if (!wanted.contains(endpoint) && !added_.contains(endpoint)) { dialer_.release(endpoint); }
    }
    for (const std::string& endpoint : wanted) {
        if (!dialer_.wants(endpoint)) { dialer_.want(endpoint); }
    }
}

// ---------------------------------------------------------------- connections come and go

bool PeerManager::has_room(const std::string& endpoint) {
    const auto from = parse_address(endpoint);
    const Time now = transport_.now();
    if (from) {
        if (const Ban* const ban = bans_.find(*from, wall())) {
            refused_why_ = "banned: " + ban->reason;
            return false;
        }
    }
    const auto why_not = admission_.refuse(from ? std::optional(from->ip) : std::nullopt, sessions_.size(), now);
    refused_why_ = why_not.value_or("");
    return !why_not;
}

void PeerManager::turned_away(const std::string& endpoint) {
    observers_.tell(
        event::Disconnected{{0, endpoint, Direction::inbound}, EndedBy::us, reason::too_many_peers, refused_why_});
}

std::unique_ptr<Driver> PeerManager::connected(wire::ConnectionId id, Direction direction, std::string endpoint) {
    auto session = std::make_unique<Session>(*this, session_options_, id, direction, std::move(endpoint));
    add(*session);
    return session;
}

void PeerManager::closed(wire::ConnectionId id) {
    if (const Session* session = find(id)) { remove(*session); }
}

bool PeerManager::still_wanted(const std::string& endpoint) {
    const auto where = parse_address(endpoint);
    if (where && bans_.find(*where, wall()) != nullptr) {
        dialer_.release(endpoint);
        dialer_.failed(endpoint);
        return false;
    }
    return dialer_.still_wanted(endpoint);
}

void PeerManager::dial_failed(const std::string& endpoint, std::string_view why) {
    observers_.tell(event::ConnectFailed{endpoint, why});
    dialer_.failed(endpoint);
}

void PeerManager::add(Session& session) {
    Entry entry;
    entry.session = &session;
    entry.since = transport_.now();
    if (const auto where = parse_address(session.endpoint())) { entry.ip = where->ip; }
    if (session.direction() == Direction::inbound) { admission_.entered(entry.ip); }
    if (budget_ != nullptr) { session.set_account(budget_->account(host_of(session.endpoint()))); }
    sessions_[session.id()] = std::move(entry);
    observers_.tell(event::Connected{session.ref()});
}

void PeerManager::remove(const Session& session) {
    const auto at = sessions_.find(session.id());
    const Entry entry = std::move(at->second);
    sessions_.erase(at);
    if (session.direction() == Direction::inbound) { admission_.left(entry.ip); }
    const End& end = session.how_it_ended();
    observers_.tell(event::Disconnected{session.ref(), end.by, end.reason, end.why});
    gone_.emplace_back(session.id(), session.endpoint());
    if (gone_.size() > names_kept) { gone_.pop_front(); }
    if (session.was_ready()) {
        --ready_;
        if (session.direction() == Direction::inbound) { --ready_inbound_; }
        chain_.peer_down(session.id());
    }
    note_end(session, entry);
    const bool was_ourselves = std::ranges::equal(session.node_id(), BytesView(options_.node_id));
    dialer_.gone(session, was_ourselves);
}

void PeerManager::end_session(wire::ConnectionId id, wire::Reason reason, std::string why) {
    if (Session* session = find(id)) {
        session->end(reason, std::move(why));
        transport_.flush(id);
    }
}

/// A flush that finds the socket closed removes its session at once, so they are looked up one by one.
void PeerManager::end_where(const std::function<bool(const Entry&)>& applies, wire::Reason reason,
                            const std::string& why) {
    std::vector<wire::ConnectionId> all;
    for (const auto& [id, entry] : sessions_) {
        if (applies(entry)) { all.push_back(id); }
    }
    std::ranges::sort(all);
    for (const wire::ConnectionId id : all) {
        end_session(id, reason, why);
    }
}

/// Guesses that were tried beside the one that was right.
void PeerManager::end_others(const std::string& endpoint, wire::ConnectionId except) {
    const auto other = [&](const Entry& entry) {
        const Session& session = *entry.session;
        return session.direction() == Direction::outbound && session.endpoint() == endpoint && session.id() != except;
    };
    end_where(other, reason::requested, "another of our guesses was right");
}

void PeerManager::end_all(wire::Reason flat_reason, std::string_view why) {
    stopping_ = true;
    dialer_.stop();
    end_where([](const Entry&) { return true; }, flat_reason, std::string(why));
}

/// One that dials us is special too when it says that it listens where a special peer does.
bool PeerManager::is_special(const Session& session) const {
    const auto listed = [this](const std::string& endpoint) {
        return special_.contains(endpoint) || added_.contains(endpoint);
    };
    if (session.direction() == Direction::outbound) { return listed(session.endpoint()); }
    return session.have_hello() &&
           listed(host_of(session.endpoint()) + ":" + std::to_string(session.remote().listen_port));
}

Session* PeerManager::find(wire::ConnectionId id) const {
    const auto at = sessions_.find(id);
    return at == sessions_.end() ? nullptr : at->second.session;
}

PeerManager::Entry* PeerManager::entry(wire::ConnectionId id) {
    const auto at = sessions_.find(id);
    return at == sessions_.end() ? nullptr : &at->second;
}

PeerRef PeerManager::ref(wire::ConnectionId id) const {
    if (const Session* session = find(id)) { return session->ref(); }
    const auto at = std::ranges::find(gone_, id, &std::pair<wire::ConnectionId, std::string>::first);
    return {id, at == gone_.end() ? std::string_view("gone") : std::string_view(at->second), Direction::inbound};
}

void PeerManager::tell_queues() const {
    observers_.tell_made<event::Queues>([this] {
        event::Queues out{.to_chain = chain_.queue().bytes(), .to_chain_limit = chain_.queue().max_bytes()};
        for (const auto& [id, entry] : sessions_) {
            const std::size_t waiting = entry.session->queued_bytes();
            out.to_peers += waiting;
            out.slowest_peer = std::max(out.slowest_peer, waiting);
        }
        out.connections = sessions_.size();
        out.ready = ready_;
        return out;
    });
}

} // namespace ethpoc::peer
