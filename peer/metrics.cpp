#include "peer/metrics.hpp"

#include <algorithm>

#include "wire/client.hpp"
#include "wire/frame.hpp"

namespace ethpoc::peer {

namespace {

constexpr std::array<std::string_view, 2> ways{"in", "out"};
constexpr std::array<std::string_view, 2> directions{"inbound", "outbound"};
constexpr std::array<std::string_view, 4> enders{"us", "them", "timeout", "error"};

double number(std::uint64_t value) {
    return static_cast<double>(value);
}

wire::ClientKind kind_of(const PeerInfo& peer) {
    const wire::Profile* const row = wire::find_profile(peer.protocol);
    return row == nullptr ? wire::ClientKind::unknown : wire::identify(peer.client_id, row->family);
}

/// One value of each peer that has it.
template <class Get>
std::vector<double> values_of(const Census& now, Get get) {
    std::vector<double> out;
    for (const PeerInfo& peer : now.peers) {
        if (const std::optional<double> value = get(peer)) { out.push_back(*value); }
    }
    return out;
}

void write_kinds(Exposition& page, const Census& now) {
    std::map<std::pair<std::string_view, std::string_view>, std::size_t> kinds; // client, direction
    std::map<std::string_view, std::size_t> protocols;
    std::size_t special = 0;
    for (const PeerInfo& peer : now.peers) {
        special += peer.special ? 1 : 0;
        const wire::Profile* const row = wire::find_profile(peer.protocol);
        if (!peer.ready || row == nullptr) { continue; }
        ++kinds[{wire::name_of(kind_of(peer)), directions[static_cast<std::size_t>(peer.direction)]}];
        ++protocols[row->name];
    }
    page.family("ethpoc_peers", "gauge", "Connections by state.");
    page.sample(label("state", "ready"), number(now.node.ready));
    page.sample(label("state", "greeting"),
                number(now.node.connections - std::min(now.node.ready, now.node.connections)));
    page.family("ethpoc_peers_by_client", "gauge", "Ready peers by the program that they run and by who dialled.");
    for (const auto& [names, count] : kinds) {
        page.sample(label("client", names.first) + "," + label("direction", names.second), number(count));
    }
    page.family("ethpoc_peers_by_protocol", "gauge", "Ready peers by the protocol version that is spoken.");
    for (const auto& [name, count] : protocols) {
        page.sample(label("protocol", name), number(count));
    }
    page.single("ethpoc_special_peers", "gauge", "Connections to special peers.", number(special));
}

void write_spreads(Exposition& page, const Census& now) {
    std::array<std::vector<double>, 2> rates{
        values_of(now, [](const PeerInfo& p) { return std::optional(p.rate_in); }),
        values_of(now, [](const PeerInfo& p) { return std::optional(p.rate_out); })};
    page.family("ethpoc_bytes_per_second", "gauge", "Bytes of frames a second, lately, of all peers.");
    for (std::size_t way = 0; way < ways.size(); ++way) {
        double all = 0;
        for (const double rate : rates[way]) {
            all += rate;
        }
        page.sample(label("direction", ways[way]), all);
    }
    page.family("ethpoc_peer_bytes_per_second", "gauge", "Bytes of frames a second, lately, of single peers.");
    for (std::size_t way = 0; way < ways.size(); ++way) {
        page.spread(label("direction", ways[way]), rates[way]);
    }
    auto latencies = values_of(now, [](const PeerInfo& p) {
        return p.latency ? std::optional(std::chrono::duration<double>(*p.latency).count()) : std::nullopt;
    });
    page.family("ethpoc_peer_latency_seconds", "gauge", "Time to the last Pong of single peers.");
    page.spread({}, latencies);
    auto fills = values_of(now, [](const PeerInfo& p) {
        return std::optional(p.queue_limit == 0 ? 0.0 : number(p.queued_bytes) / number(p.queue_limit));
    });
    page.family("ethpoc_peer_queue_fill_ratio", "gauge", "How full the send queues of single peers are; 1 is full.");
    page.spread({}, fills);
    auto scores = values_of(now, [](const PeerInfo& p) { return std::optional(static_cast<double>(p.score)); });
    page.family("ethpoc_peer_score", "gauge", "Penalty points of the addresses of peers; 100 are a ban.");
    page.spread({}, scores);
    auto shed = values_of(now, [](const PeerInfo& p) { return std::optional(number(p.shed)); });
    page.family("ethpoc_peer_shed_messages", "gauge", "Relayed messages that single peers did not get.");
    page.spread({}, shed);
}

void write_node(Exposition& page, const Census& now) {
    const NodeInfo& node = now.node;
    page.single("ethpoc_queue_bytes", "gauge", "Bytes that wait for the chain thread.", number(node.to_chain));
    page.single("ethpoc_queue_limit_bytes", "gauge", "Bytes that may wait for the chain thread.",
                number(node.to_chain_limit));
    page.single("ethpoc_send_queue_bytes", "gauge", "Bytes that wait for the sockets of peers.", number(node.to_peers));
    page.single("ethpoc_memory_bytes", "gauge", "Bytes that peers make the node hold.", number(node.memory));
    page.single("ethpoc_memory_limit_bytes", "gauge", "Bytes that peers may make the node hold.",
                number(node.memory_limit));
    page.family("ethpoc_known_addresses", "gauge", "Addresses in the book by table.");
    page.sample(label("table", "tried"), number(now.tried));
    page.sample(label("table", "new"), number(now.fresh));
    page.single("ethpoc_bans", "gauge", "Addresses that are banned.", number(now.bans));
    page.single("ethpoc_head_number", "gauge", "Number of the head of the default chain.", number(node.head_number));
    page.single("ethpoc_uptime_seconds", "gauge", "Time since the node was started.",
                static_cast<double>(node.uptime.count()) / 1000);
    page.single("ethpoc_healthy", "gauge", "1 when the node is well, as /health says; else 0.", now.well ? 1 : 0);
}

} // namespace

void Metrics::on(const event::Message& message) {
    const auto way = static_cast<std::size_t>(message.way);
    ++messages_[way][static_cast<std::size_t>(message.type)];
    bytes_[way] += wire::frame_header_size + message.payload.size();
}

void Metrics::write_traffic(Exposition& page) const {
    page.family("ethpoc_messages_total", "counter", "Messages by type and direction.");
    for (std::size_t way = 0; way < ways.size(); ++way) {
        for (std::size_t type = 0; type < messages_[way].size(); ++type) {
            if (messages_[way][type] == 0) { continue; }
            const auto name = wire::name_of(static_cast<wire::MessageType>(type));
            page.sample(label("type", name) + "," + label("direction", ways[way]), number(messages_[way][type]));
        }
    }
    page.family("ethpoc_bytes_total", "counter", "Bytes of whole frames by direction.");
    for (std::size_t way = 0; way < ways.size(); ++way) {
        page.sample(label("direction", ways[way]), number(bytes_[way]));
    }
    page.family("ethpoc_decode_errors_total", "counter", "Malformed input by error code.");
    for (const auto& [code, count] : malformed_) {
        page.sample(label("code", code), number(count));
    }
    page.single("ethpoc_relay_shed_total", "counter", "Relayed messages that slow peers did not get.", number(shed_));
    page.single("ethpoc_requests_delayed_total", "counter",
                "Messages after which a peer that was too fast is read later.", number(delayed_));
    page.histogram("ethpoc_pong_wait_seconds", "Time from a Ping of ours to its Pong.", pong_wait_);
    std::uint64_t pongs = 0;
    for (const std::uint64_t count : pong_wait_.in) {
        pongs += count;
    }
    page.single("ethpoc_pongs_total", "counter", "Pings of ours that were answered.", number(pongs));
}

void Metrics::write_connections(Exposition& page) const {
    page.family("ethpoc_connections_total", "counter", "Connections that were made, by who dialled.");
    for (std::size_t direction = 0; direction < directions.size(); ++direction) {
        page.sample(label("direction", directions[direction]), number(connections_[direction]));
    }
    page.family("ethpoc_disconnects_total", "counter", "Connections that ended, by who ended them.");
    for (std::size_t by = 0; by < enders.size(); ++by) {
        page.sample(label("initiator", enders[by]), number(ended_[by]));
    }
    page.single("ethpoc_dials_total", "counter", "Peers that were looked for.", number(dials_));
    page.single("ethpoc_dial_failures_total", "counter", "Dials that reached nobody.", number(dial_failures_));
}

void Metrics::write_chain(Exposition& page) const {
    page.single("ethpoc_blocks_imported_total", "counter", "Blocks verified and stored.", number(blocks_));
    page.single("ethpoc_reorgs_total", "counter", "Times that the head moved to another branch.", number(reorgs_));
    page.single("ethpoc_transactions_total", "counter", "New transactions seen.", number(transactions_));
}

std::string Metrics::text(const Census& now) const {
    Exposition page;
    write_traffic(page);
    write_connections(page);
    write_chain(page);
    write_kinds(page, now);
    write_spreads(page, now);
    write_node(page, now);
    return page.take();
}

} // namespace ethpoc::peer
