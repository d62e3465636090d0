#include "peer/node.hpp"

#include <atomic>
#include <boost/asio/post.hpp>

#include "peer/metrics.hpp"
#include "peer/metrics_server.hpp"
#include "peer/network.hpp"
#include "sync/chain_thread.hpp"

namespace ethpoc::peer {

namespace asio = boost::asio;

namespace {
constexpr int actions_per_turn = 256; // from the chain, before sockets get their turn
constexpr auto discovery_pause = std::chrono::seconds(2);
constexpr auto queues_pause = std::chrono::seconds(1); // between two event::Queues
} // namespace

struct Node::Parts {
    explicit Parts(NodeOptions& options, const std::vector<Observer*>& list) :
        budget(options.memory, options.session.frames.max_payload), network(io, options.connect_timeout),
        from_chain(options.network_queue, [this] { wake(); }),
        to_chain(options.chain_queue,
                 [this](wire::ConnectionId id) { asio::post(io, [this, id] { network.resume(id); }); }),
        chain(options.chain, to_chain, from_chain),
        manager(options.peers, options.session, chain, to_chain, observers, network, &budget) {
        for (Observer* observer : list) {
            observers.add(*observer);
        }
        if (observers.want<event::Block>()) { from_chain.want_blocks(); }
    }

    /// From the chain thread: there are actions. Posted once however many come.
    void wake() {
        if (!woken.exchange(true)) {
            asio::post(io, [this] { drain(); });
        }
    }

    void drain() {
        woken = false;
        for (int i = 0; i < actions_per_turn; ++i) {
            auto action = from_chain.try_pop();
            if (!action) { return; }
            manager.carry_out(std::move(*action));
        }
        wake();
    }

    void discover() {
        manager.dial_discovered();
        discovery.expires_after(discovery_pause);
        discovery.async_wait([this](const auto& error) {
            if (!error) { discover(); }
        });
    }

    /// While somebody wants to know.
    void tell_queues() {
        if (!observers.want<event::Queues>()) { return; }
        manager.tell_queues();
        figures.expires_after(queues_pause);
        figures.async_wait([this](const auto& error) {
            if (!error) { tell_queues(); }
        });
    }

    sync::Budget budget; // before io, whose handlers hold the last connections
    asio::io_context io{1};
    Observers observers{};
    Network network;
    sync::NetworkProxy from_chain;
    sync::ChainProxy to_chain;
    sync::ChainManager chain;
    sync::ChainThread chain_thread{chain, to_chain, from_chain};
    PeerManager manager;
    Metrics metrics{};
    std::unique_ptr<MetricsServer> metrics_server{};
    asio::steady_timer discovery{io};
    asio::steady_timer figures{io};
    asio::steady_timer last_word{io};
    std::atomic<bool> woken = false;
    bool stopping = false;
};

Node::Node(NodeOptions options, const std::vector<Observer*>& observers) : options_(std::move(options)) {
    options_.peers.node_id = options_.key.id;
    options_.session.network_id = options_.peers.network_id;
    parts_ = std::make_unique<Parts>(options_, observers);
}

Node::~Node() {
    parts_->chain_thread.stop();
}

Result<void> Node::open() {
    if (auto opened = parts_->chain.open(); !opened) { return opened; }
    if (options_.listen_host) {
        auto address = parts_->network.listen(parts_->manager, *options_.listen_host, options_.listen_port);
        if (!address) { return std::unexpected(std::move(address.error())); }
        listen_address_ = std::move(*address);
        const auto port = std::stoul(listen_address_.substr(listen_address_.rfind(':') + 1));
        parts_->manager.set_listen_port(static_cast<std::uint16_t>(port));
    }
    if (options_.metrics) {
        parts_->observers.add(parts_->metrics);
        parts_->metrics_server = std::make_unique<MetricsServer>(parts_->io, [this] {
            parts_->manager.tell_queues();
            return parts_->metrics.text(head().number);
        });
        if (auto up = parts_->metrics_server->listen(options_.metrics->first, options_.metrics->second); !up) {
            return up;
        }
    }
    return {};
}

chain::BatchResult Node::seed(std::span<const BytesView> blocks) {
    return parts_->chain.seed(blocks, sync::wall_seconds());
}

void Node::run() {
    if (!listen_address_.empty()) { parts_->observers.tell(event::Listening{listen_address_}); }
    parts_->chain_thread.start();
    for (const std::string& endpoint : options_.dial) {
        parts_->manager.want(endpoint);
    }
    if (options_.peers.discover) { parts_->discover(); }
    parts_->tell_queues();
    const auto stay = asio::make_work_guard(parts_->io);
    parts_->io.run();
    parts_->chain_thread.stop();
}

void Node::stop(std::string why) {
    asio::post(parts_->io, [this, why = std::move(why)] {
        if (parts_->stopping) { return; }
        parts_->stopping = true;
        parts_->network.close_doors();
        parts_->network.stop_listening();
        if (parts_->metrics_server) { parts_->metrics_server->stop(); }
        parts_->discovery.cancel();
        parts_->figures.cancel();
        parts_->manager.end_all(wire::reason::client_quitting, why);
        // Connections close as their peers do; those that never do are closed when the time is over.
        const auto deadline = std::chrono::steady_clock::now() + options_.shutdown;
        const auto look = [this, deadline](const auto& again) -> void {
            if (parts_->network.connections() == 0 || std::chrono::steady_clock::now() >= deadline) {
                parts_->network.abort_all();
                parts_->io.stop();
                return;
            }
            parts_->last_word.expires_after(std::chrono::milliseconds(10));
            parts_->last_word.async_wait([again](const auto&) { again(again); });
        };
        look(look);
    });
}

void Node::after(std::chrono::milliseconds delay, std::function<void()> call) {
    auto timer = std::make_shared<asio::steady_timer>(parts_->io, delay);
    timer->async_wait([timer, call = std::move(call)](const auto& error) {
        if (!error) { call(); }
    });
}

sync::HeadInfo Node::head() const {
    return parts_->chain.main_head();
}

const PeerManager& Node::peers() const noexcept {
    return parts_->manager;
}

} // namespace ethpoc::peer
