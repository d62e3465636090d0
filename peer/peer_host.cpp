// PeerManager: what sessions ask of it.
#include <algorithm>

#include "peer/peer_manager.hpp"
#include "rlp/hex.hpp"
#include "wire/reasons.hpp"

namespace ethpoc::peer {

namespace reason = wire::reason;

namespace {

/// The chain that a peer is on. One that has not spoken yet is taken for one that says nothing of itself: in the flat
/// family Go, which counts the difficulty in our Hello its own way.
sync::PeerVersion chain_of(const Session& session, const wire::Profile& profile) {
    const auto client = session.have_hello() ? session.client() : wire::identify({}, profile.family);
    return {profile.chain_version(), client, session.remote().genesis_hash};
}

} // namespace

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
        const Session& other = *entry.second.session;
        const bool accepted = other.phase() == Phase::ready || (other.phase() == Phase::greeted && other.have_hello());
        return &other != except && accepted && std::ranges::equal(other.node_id(), node_id);
    });
    return at == sessions_.end() ? nullptr : at->second.session;
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
    end_session(older->id(), reason::already_connected, "the other one of two crossing connections stays");
    return std::nullopt;
}

std::optional<wire::Reason> PeerManager::refuse(const Session& session, const wire::Greeting& greeting) {
    const BytesView id = session.node_id();
    if (std::ranges::equal(id, BytesView(options_.node_id))) {
        note_ourselves(session);
        return reason::ourselves(greeting.family);
    }
    if (!dialer_.allows(*greeting.profile)) {
        const std::string_view ours = options_.dialer.among.front()->name;
        observers_.tell(event::Differs{session.ref(), Difference::version, ours, greeting.profile->name});
        return reason::incompatible(greeting.family);
    }
    const bool anonymous = id.empty() || wire::quirks_for(*greeting.profile, session.client()).shared_node_id;
    if (!anonymous) {
        if (const auto why_not = settle_duplicate(session)) { return why_not; }
    }
    return has_place_for(session) || make_room(session) ? std::nullopt : std::optional(reason::too_many_peers);
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
    traits.special = is_special(session);
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
    if (session.direction() == Direction::inbound) { ++ready_inbound_; }
    note_ready(session);
    dialer_.ready(session);
    if (session.account() != nullptr) { chain_.introduce(session.id(), session.account()); }
    const sync::PeerTraits traits = traits_of(session);
    // Most of 2014 name no genesis, and pay for no look at ours.
    const Hash256 ours =
        traits.genesis_hash.is_zero() ? Hash256{} : heads_.genesis_of(chain_of(session, *traits.profile));
    if (traits.genesis_hash != ours) {
        const std::string our_hash = to_hex(ours);
        const std::string their_hash = to_hex(traits.genesis_hash);
        observers_.tell(event::Differs{session.ref(), Difference::genesis, our_hash, their_hash});
    }
    chain_.peer_up(session.id(), traits);
}

// ---------------------------------------------------------------- places

bool PeerManager::has_place_for(const Session& session) const {
    if (session.direction() == Direction::outbound || is_special(session)) { return true; }
    const std::size_t most_inbound = options_.max_inbound == 0 ? options_.max_peers : options_.max_inbound;
    return ready_ < options_.max_peers && ready_inbound_ < most_inbound;
}

/// All places are taken: the worst accepted peer may have to leave for this one.
bool PeerManager::make_room(const Session& newcomer) {
    const Entry* const its = entry(newcomer.id());
    if (!options_.evict || its == nullptr || !its->ip) { return false; }
    std::vector<EvictionCandidate> among;
    for (const auto& [id, other] : sessions_) {
        const Session& session = *other.session;
        const bool accepted = session.direction() == Direction::inbound && session.phase() == Phase::ready;
        if (!accepted || !other.ip || is_special(session)) { continue; }
        EvictionCandidate each{id, *other.ip, other.since, {}, other.last_block, other.last_transaction};
        if (session.traffic().latency.count() >= 0) { each.latency = session.traffic().latency; }
        each.score = scores_.of(*other.ip, transport_.now());
        among.push_back(each);
    }
    std::ranges::sort(among, {}, &EvictionCandidate::id);
    const auto worst = choose_to_evict(std::move(among), *its->ip, options_.seed);
    if (!worst) { return false; }
    end_session(*worst, reason::too_many_peers, "made room for a peer of a subnet with fewer connections");
    return true;
}

// ---------------------------------------------------------------- addresses

/// Of peers that are connected, and then of those that once were; in random order.
std::vector<wire::PeerEntry> PeerManager::tell_addresses(const Session& to, std::size_t most) {
    std::vector<wire::PeerEntry> out;
    std::set<NodeAddress> connected;
    const auto may_tell = [this](const IpAddress& ip) { return options_.allow_private || is_public(ip); };
    for (const auto& [id, other] : sessions_) {
        const std::uint32_t port = other.session->remote().listen_port;
        if (other.ip) { connected.insert({*other.ip, static_cast<std::uint16_t>(port)}); }
        if (const auto where = parse_address(other.session->endpoint())) { connected.insert(*where); }
        const bool listed =
            other.session != &to && other.session->phase() == Phase::ready && port != 0 && port <= 0xffff;
        const bool identified = other.session->node_id().size() == NodeId::width;
        if (!listed || !identified || !other.ip || !may_tell(*other.ip)) { continue; }
        out.push_back({other.ip->bytes, other.ip->size, static_cast<std::uint16_t>(port), other.session->node_id()});
    }
    std::ranges::sort(out, {}, &wire::PeerEntry::address);
    std::ranges::shuffle(out, random_);
    if (out.size() > most) { out.resize(most); }
    for (const AddressRow* const row : book_.sample(most - out.size(), wall(), random_)) {
        if (!may_tell(row->where.ip) || connected.contains(row->where)) { continue; }
        out.push_back({row->where.ip.bytes, row->where.ip.size, row->where.port, row->node_id});
    }
    return out;
}

std::vector<wire::PeerEntry> PeerManager::known_peers(const Session& session) {
    return tell_addresses(session, options_.peers_told);
}

std::vector<wire::PeerEntry> PeerManager::alternatives(const Session& session) {
    return tell_addresses(session, options_.alternatives);
}

void PeerManager::learn_peer(const Session& session, const wire::PeerEntry& entry) {
    constexpr std::size_t most_told = 16;
    Entry* const from = this->entry(session.id());
    if (from == nullptr || std::ranges::equal(entry.node_id, BytesView(options_.node_id))) { return; }
    const NodeAddress where{{entry.address, entry.address_size}, entry.port};
    if (where.port == 0 || (!options_.allow_private && !is_public(where.ip))) { return; }
    changed_ = book_.add(entry, from->ip.value_or(IpAddress{}), wall()) || changed_;
    if (session.direction() == Direction::outbound && from->told.size() < most_told) { from->told.push_back(where); }
}

} // namespace ethpoc::peer
