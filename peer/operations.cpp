#include "peer/operations.hpp"

#include "peer/sync_progress.hpp"

namespace ethpoc::peer {

Result<void> Operations::open(const NodeOptions& options, const std::string& listen_address) {
    client_id_ = options.peers.client_id;
    listen_address_ = listen_address;
    state_check_ = options.chain.state;
    started_ = std::chrono::steady_clock::now();
    if (!options.control_socket.empty()) {
        auto control = std::make_unique<ControlServer>(parts_.io, static_cast<ControlPort&>(*this));
        if (const auto up = control->listen(options.control_socket)) {
            control_ = std::move(control);
        } else {
            control_problem_ = "no control socket, so that `ethpoc peers` does not reach this node: " + up.error();
        }
    }
    if (!options.metrics) { return {}; }
    parts_.observers.add(metrics_);
    parts_.observers.add(health_);
    metrics_server_ = std::make_unique<MetricsServer>(
        parts_.io, [this] { return metrics_.text(census()); }, [this] { return health(); });
    return metrics_server_->listen(options.metrics->first, options.metrics->second);
}

void Operations::stop() {
    if (metrics_server_) { metrics_server_->stop(); }
    if (control_) { control_->stop(); }
}

Health::Verdict Operations::health() const {
    return health_.judge({.chain_silent = std::chrono::steady_clock::now() - parts_.chain_thread.last_turn(),
                          .listen = listen_address_,
                          .peers = parts_.manager.ready_peers(),
                          .head = parts_.chain.main_head().number});
}

Census Operations::census() const {
    Census out;
    out.node = node();
    out.peers = peers();
    out.tried = out.node.known_tried;
    out.fresh = out.node.known_new;
    out.bans = out.node.bans;
    out.well = health().well;
    return out;
}

// ---------------------------------------------------------------- ControlPort

NodeInfo Operations::node() const {
    NodeInfo out;
    out.client_id = client_id_;
    out.uptime = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started_);
    out.listen = listen_address_;
    const sync::HeadInfo head = parts_.chain.main_head();
    out.head_number = head.number;
    out.head_hash = head.hash;
    out.total_difficulty = head.total_difficulty;
    if (head.rules != nullptr) { out.rules = head.rules->name; }
    const std::vector<PeerInfo> connected = peers();
    out.connections = connected.size();
    out.ready = parts_.manager.ready_peers();
    for (const PeerInfo& peer : connected) {
        out.to_peers += peer.queued_bytes;
        ++(peer.direction == Direction::inbound ? out.inbound : out.outbound);
    }
    out.bans = bans().size();
    out.known_tried = parts_.manager.book().tried();
    out.known_new = parts_.manager.book().size() - out.known_tried;
    out.sync = sync_progress(connected, head);
    out.state = state_progress(head, state_check_);
    out.to_chain = parts_.to_chain.queue().bytes();
    out.to_chain_limit = parts_.to_chain.queue().max_bytes();
    out.memory = parts_.budget.held();
    out.memory_limit = parts_.budget.limit();
    return out;
}

std::vector<PeerInfo> Operations::peers() const {
    return parts_.manager.peers();
}
std::vector<std::string> Operations::special() const {
    return parts_.manager.special();
}
std::vector<KnownAddress> Operations::known() const {
    return parts_.manager.known();
}
std::vector<BanInfo> Operations::bans() const {
    return parts_.manager.banned();
}

ControlPort::Done Operations::add(const std::string& endpoint, bool special) {
    if (parts_.manager.add_peer(endpoint, special)) { return {}; }
    return std::unexpected(endpoint + " is not HOST:PORT");
}
ControlPort::Done Operations::remove(const std::string& endpoint) {
    if (parts_.manager.remove_peer(endpoint)) { return {}; }
    return std::unexpected(endpoint + " is neither connected nor known");
}
ControlPort::Done Operations::ban(const NodeAddress& scope, std::chrono::seconds length, const std::string& reason) {
    if (parts_.manager.ban(scope_text(scope), length, reason)) { return {}; }
    return std::unexpected(scope_text(scope) + " cannot be banned");
}
ControlPort::Done Operations::unban(const NodeAddress& scope) {
    if (parts_.manager.unban(scope_text(scope))) { return {}; }
    return std::unexpected(scope_text(scope) + " is not banned");
}

} // namespace ethpoc::peer
