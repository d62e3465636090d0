#include "peer/peer_manager.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "wire/codec.hpp"
#include "wire/reasons.hpp"

namespace ethpoc::peer {

namespace reason = wire::reason;

namespace {

HeadRef head_ref(const chain::BlockRecord& record) {
    return {record.number, record.hash};
}

constexpr std::size_t peers_told = 64; // entries in one Peers of ours
constexpr std::size_t names_kept = 256;

/// The IP address of HOST:PORT, when HOST is one.
std::optional<IpAddress> ip_of(const std::string& endpoint) {
    boost::system::error_code error;
    std::string host = host_of(endpoint);
    if (host.starts_with('[')) { host = host.substr(1, host.size() - 2); }
    const auto address = boost::asio::ip::make_address(host, error);
    if (error) { return std::nullopt; }
    IpAddress out;
    if (address.is_v4()) {
        std::ranges::copy(address.to_v4().to_bytes(), out.bytes.begin());
    } else {
        out.size = 16;
        std::ranges::copy(address.to_v6().to_bytes(), out.bytes.begin());
    }
    return out;
}

/// The chain that a peer is on. One that has not spoken yet is taken for one that says nothing of itself: in the flat
/// family Go, which counts the difficulty in our Hello its own way.
sync::PeerVersion chain_of(const Session& session, const wire::Profile& profile) {
    const auto client = session.have_hello() ? session.client() : wire::identify({}, profile.family);
    return {profile.chain_version(), client, session.remote().genesis_hash};
}

} // namespace

PeerManager::PeerManager(PeerManagerOptions options, const SessionOptions& sessions, const sync::ChainManager& heads,
                         sync::ChainProxy& chain, const Observers& observers, Transport& transport,
                         sync::Budget* budget) :
    options_(std::move(options)),
    session_options_(sessions), heads_(heads), chain_(chain), observers_(observers), transport_(transport),
    budget_(budget), book_(options_.address_book),
    dialer_(
        options_.dialer, [this](const std::string& endpoint, auto delay) { transport_.dial(*this, endpoint, delay); },
        observers, [this](const wire::Profile& row) { return heads_.head_of({row.chain_version()}).number > 0; }) {
    dialer_.end_others = [this](const std::string& endpoint, wire::ConnectionId id) { end_others(endpoint, id); };
    dialer_.is_connected = [this](BytesView node_id) { return connected_as(node_id, nullptr) != nullptr; };
}

// ---------------------------------------------------------------- connections come and go

bool PeerManager::has_room(const std::string& endpoint) const {
    const auto same_host = per_address_.find(host_of(endpoint));
    if (same_host != per_address_.end() && same_host->second >= options_.peers_per_address) { return false; }
    // Twice the peers we keep: a refused one still gets its Disconnect.
    return sessions_.size() < 2 * options_.max_peers + 1;
}

std::unique_ptr<Driver> PeerManager::connected(wire::ConnectionId id, Direction direction, std::string endpoint) {
    auto session = std::make_unique<Session>(*this, session_options_, id, direction, std::move(endpoint));
    add(*session);
    return session;
}

void PeerManager::closed(wire::ConnectionId id) {
    if (const Session* session = find(id)) { remove(*session); }
}

void PeerManager::add(Session& session) {
    sessions_[session.id()] = &session;
    const std::string host = host_of(session.endpoint());
    if (session.direction() == Direction::inbound) { ++per_address_[host]; }
    if (budget_ != nullptr) { session.set_account(budget_->account(host)); }
    observers_.tell(event::Connected{session.ref()});
}

void PeerManager::remove(const Session& session) {
    sessions_.erase(session.id());
    if (session.direction() == Direction::inbound) {
        const auto same_host = per_address_.find(host_of(session.endpoint()));
        if (--same_host->second == 0) { per_address_.erase(same_host); }
    }
    const End& end = session.how_it_ended();
    observers_.tell(event::Disconnected{session.ref(), end.by, end.reason, end.why});
    gone_.emplace_back(session.id(), session.endpoint());
    if (gone_.size() > names_kept) { gone_.pop_front(); }
    if (session.was_ready()) {
        --ready_;
        chain_.peer_down(session.id());
    }
    const bool was_ourselves = std::ranges::equal(session.node_id(), BytesView(options_.node_id));
    dialer_.gone(session, was_ourselves);
}

void PeerManager::turned_away(const std::string& endpoint) {
    observers_.tell(event::Disconnected{{0, endpoint, Direction::inbound},
                                        EndedBy::us,
                                        reason::too_many_peers,
                                        "too many connections, in all or from its address"});
}

/// Guesses that were tried beside the one that was right.
void PeerManager::end_others(const std::string& endpoint, wire::ConnectionId except) {
    std::vector<wire::ConnectionId> others;
    for (const auto& [id, session] : sessions_) {
        const bool same = session->direction() == Direction::outbound && session->endpoint() == endpoint;
        if (same && id != except) { others.push_back(id); }
    }
    for (const wire::ConnectionId id : others) {
        if (Session* session = find(id)) {
            session->end(reason::requested, "another of our guesses was right");
            transport_.flush(id);
        }
    }
}

void PeerManager::end_all(wire::Reason flat_reason, std::string_view why) {
    dialer_.stop();
    // A flush that finds the socket closed removes its session at once.
    std::vector<wire::ConnectionId> all;
    all.reserve(sessions_.size());
    for (const auto& [id, session] : sessions_) {
        all.push_back(id);
    }
    for (const wire::ConnectionId id : all) {
        if (Session* session = find(id)) {
            session->end(flat_reason, std::string(why));
            transport_.flush(id);
        }
    }
}

Session* PeerManager::find(wire::ConnectionId id) const {
    const auto at = sessions_.find(id);
    return at == sessions_.end() ? nullptr : at->second;
}

PeerRef PeerManager::ref(wire::ConnectionId id) const {
    if (const Session* session = find(id)) { return session->ref(); }
    const auto at = std::ranges::find(gone_, id, &std::pair<wire::ConnectionId, std::string>::first);
    return {id, at == gone_.end() ? std::string_view("gone") : std::string_view(at->second), Direction::inbound};
}

// ---------------------------------------------------------------- SessionHost

wire::HelloOut PeerManager::our_hello(const Session& session, const wire::Profile& profile) {
    wire::HelloOut hello;
    hello.network_id = options_.network_id;
    hello.client_id = options_.client_id;
    hello.listen_port = options_.listen_port;
    hello.node_id = options_.node_id;
    const sync::HeadInfo head = heads_.head_of(chain_of(session, profile));
    hello.total_difficulty = head.total_difficulty;
    hello.best_hash = head.hash;
    hello.genesis_hash = head.genesis;
    return hello;
}

wire::Status PeerManager::our_status(const Session& session) {
    const wire::Profile& profile = *session.profile();
    const sync::HeadInfo head = heads_.head_of(chain_of(session, profile));
    return {profile.eth_version, options_.network_id, head.total_difficulty, head.hash, head.genesis};
}

Session* PeerManager::connected_as(BytesView node_id, const Session* except) const {
    const auto at = std::ranges::find_if(sessions_, [&](const auto& entry) {
        const Session& other = *entry.second;
        const bool accepted = other.phase() == Phase::ready || (other.phase() == Phase::greeted && other.have_hello());
        return &other != except && accepted && std::ranges::equal(other.node_id(), node_id);
    });
    return at == sessions_.end() ? nullptr : at->second;
}

/// The node is connected already. When two nodes dial each other at once, both must keep the same one of the two
/// connections: that which the node with the smaller id has dialled. Our own kind does so; it must come from the
/// address that we have dialled, or anybody who knows an id could push out its node. Of all others the older one stays.
std::optional<wire::Reason> PeerManager::settle_duplicate(const Session& session) {
    Session* const older = connected_as(session.node_id(), &session);
    if (older == nullptr) { return std::nullopt; }
    const bool crossing = session.client() == wire::ClientKind::own && older->direction() != session.direction() &&
                          host_of(older->endpoint()) == host_of(session.endpoint());
    if (!crossing) { return reason::already_connected; }
    const bool ours_is_smaller = std::ranges::lexicographical_compare(BytesView(options_.node_id), session.node_id());
    const bool keep_new = (session.direction() == Direction::outbound) == ours_is_smaller;
    if (!keep_new) { return reason::already_connected; }
    older->end(reason::already_connected, "the other one of two crossing connections stays");
    transport_.flush(older->id());
    return std::nullopt;
}

std::optional<wire::Reason> PeerManager::refuse(const Session& session, const wire::Greeting& greeting) {
    const BytesView id = session.node_id();
    if (std::ranges::equal(id, BytesView(options_.node_id))) { return reason::ourselves(greeting.family); }
    if (!dialer_.allows(*greeting.profile)) { return reason::incompatible(greeting.family); }
    const bool anonymous = id.empty() || wire::quirks_for(*greeting.profile, session.client()).shared_node_id;
    if (!anonymous) {
        if (const auto why_not = settle_duplicate(session)) { return why_not; }
    }
    if (session.direction() == Direction::inbound && ready_ >= options_.max_peers) { return reason::too_many_peers; }
    return std::nullopt;
}

sync::PeerTraits PeerManager::traits_of(const Session& session) const {
    const Session::Remote& remote = session.remote();
    const wire::Profile& profile = *session.profile();
    sync::PeerTraits traits;
    traits.profile = &profile;
    traits.offsets = session.offsets();
    traits.client = session.client();
    traits.quirks = session.quirks();
    traits.total_difficulty = remote.total_difficulty;
    traits.best_hash = remote.best_hash;
    traits.genesis_hash = remote.genesis_hash;
    traits.said_head = session.said_head();
    // Go says capabilities 0 on connections that it accepts and serves its chain all the same (spec QUIRKS 2.4).
    const bool capable = profile.family == wire::Family::p2p || session.client() == wire::ClientKind::go ||
                         (remote.capabilities & wire::capability::chain) != 0;
    const Hash256 ours = heads_.genesis_of(chain_of(session, profile));
    const bool same_genesis = remote.same_network && (remote.genesis_hash.is_zero() || remote.genesis_hash == ours);
    traits.other_chain = remote.said_status && !same_genesis;
    traits.has_chain = capable && same_genesis && traits.quirks.has_chain;
    return traits;
}

void PeerManager::ready(Session& session) {
    ++ready_;
    dialer_.ready(session);
    if (session.account() != nullptr) { chain_.introduce(session.id(), session.account()); }
    chain_.peer_up(session.id(), traits_of(session));
}

std::vector<wire::PeerEntry> PeerManager::known_peers(const Session& session) {
    std::vector<wire::PeerEntry> out;
    for (const auto& [id, other] : sessions_) {
        if (out.size() == peers_told) { break; }
        const std::uint32_t port = other->remote().listen_port;
        const bool listed = other != &session && other->phase() == Phase::ready && port != 0 && port <= 0xffff;
        const auto address = listed ? ip_of(other->endpoint()) : std::nullopt;
        if (!address || !is_public(*address) || other->node_id().size() != NodeId::width) { continue; }
        out.push_back({address->bytes, address->size, static_cast<std::uint16_t>(port), other->node_id()});
    }
    return out;
}

void PeerManager::learn_peer(const Session&, const wire::PeerEntry& entry) {
    book_.add(entry);
}

// ---------------------------------------------------------------- what the chain wants done

void PeerManager::carry_out(sync::Action action) {
    std::visit([this](auto& a) { carry_out(a); }, action);
}

void PeerManager::carry_out(sync::action::Send& action) {
    Session* session = find(action.to);
    if (session == nullptr) { return; }
    session->send(action.type, std::move(action.frame), action.relay);
    transport_.flush(action.to);
}

void PeerManager::carry_out(sync::action::Relay& action) {
    for (const wire::ConnectionId id : action.to) {
        Session* session = find(id);
        if (session == nullptr) { continue; }
        session->send(action.type, action.frame, true);
        transport_.flush(id);
    }
}

void PeerManager::carry_out(sync::action::Drop& action) {
    Session* session = find(action.peer);
    if (session == nullptr) { return; }
    session->end(action.reason, std::move(action.why));
    transport_.flush(action.peer);
}

void PeerManager::carry_out(sync::action::Stored& action) {
    observers_.tell(event::Block{ref(action.peer), &action.record, action.rules, action.rlp, action.arrived});
}

void PeerManager::carry_out(sync::action::Imported& action) {
    observers_.tell(event::Imported{ref(action.peer), action.blocks, head_ref(action.head)});
}

void PeerManager::carry_out(sync::action::Reorg& action) {
    observers_.tell(event::Reorganised{head_ref(action.from), head_ref(action.to), action.left, action.joined});
}

void PeerManager::carry_out(sync::action::Synced& action) {
    observers_.tell(event::Synced{ref(action.peer), head_ref(action.head)});
}

void PeerManager::carry_out(sync::action::TransactionSeen& action) {
    observers_.tell(event::Transaction{ref(action.peer), action.hash, action.sender});
}

void PeerManager::carry_out(sync::action::Rejected& action) {
    // Offsets count from the first byte of the block or transaction; the path says which item of the message it was,
    // after the id.
    const bool transaction = action.type == wire::MessageType::Transactions;
    const std::string place = action.index ? join_path("payload", index_path(*action.index + 1))
                                           : std::string(transaction ? "transaction" : "block");
    const Error error = std::move(action.error).moved(0, place);
    observers_.tell(event::Malformed{ref(action.peer), &error, {}});
    Session* session = find(action.peer);
    if (session == nullptr || !session->note_rejected()) { return; }
    session->end(reason::useless_peer, "sends what breaks the rules");
    transport_.flush(action.peer);
}

void PeerManager::carry_out(sync::action::Mined& action) {
    observers_.tell(event::Mined{&action.record, action.transactions, action.uncles, action.head});
}

void PeerManager::carry_out(sync::action::Idle& action) {
    observers_.tell(event::MinerIdle{&action.error});
}

void PeerManager::carry_out(sync::action::StateUnknown& action) {
    observers_.tell(event::StateUnknown{head_ref(action.head), action.from, action.because});
}

void PeerManager::carry_out(sync::action::Failed& action) {
    observers_.tell(event::StoreFailed{&action.error});
}

void PeerManager::tell_queues() const {
    observers_.tell_made<event::Queues>([this] {
        event::Queues out{.to_chain = chain_.queue().bytes(), .to_chain_limit = chain_.queue().max_bytes()};
        for (const auto& [id, session] : sessions_) {
            const std::size_t waiting = session->queued_bytes();
            out.to_peers += waiting;
            out.slowest_peer = std::max(out.slowest_peer, waiting);
        }
        out.connections = sessions_.size();
        out.ready = ready_;
        return out;
    });
}

// ---------------------------------------------------------------- dialling

void PeerManager::dial_failed(const std::string& endpoint, std::string_view why) {
    observers_.tell(event::ConnectFailed{endpoint, why});
    dialer_.failed(endpoint);
}

void PeerManager::dial_discovered() {
    if (!options_.discover || ready_ >= options_.max_peers / 2) { return; }
    for (const KnownNode& node : book_.take_untried(2)) {
        const std::string host = to_text(node.address);
        const std::string endpoint =
            (node.address.size == 4 ? host : "[" + host + "]") + ":" + std::to_string(node.port);
        dialer_.want(endpoint, false);
    }
}

} // namespace ethpoc::peer
