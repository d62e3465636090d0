#include "peer/node.hpp"

#include <atomic>
#include <boost/asio/post.hpp>

#include "peer/metrics.hpp"
#include "peer/metrics_server.hpp"
#include "peer/network.hpp"
#include "sync/chain_thread.hpp"
#include "sync/miner.hpp"

namespace ethpoc::peer {

namespace asio = boost::asio;

namespace {
constexpr int actions_per_turn = 256; // from the chain, before sockets get their turn
constexpr auto upkeep_pause = std::chrono::seconds(1);
constexpr auto queues_pause = std::chrono::seconds(1); // between two event::Queues
} // namespace

struct Node::Impl {
    explicit Impl(NodeOptions& options, const std::vector<Observer*>& list) :
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

    /// Looks once a second whether the manager has something to do.
    void tick_manager() {
        if (manager.deadline() <= network.now()) { manager.tick(static_cast<WallTime>(sync::wall_seconds())); }
        upkeep.expires_after(upkeep_pause);
        upkeep.async_wait([this](const auto& error) {
            if (!error) { tick_manager(); }
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
    std::unique_ptr<sync::Miner> miner{}; // the chain knows it
    sync::ChainThread chain_thread{chain, to_chain, from_chain};
    PeerManager manager;
    Metrics metrics{};
    std::unique_ptr<MetricsServer> metrics_server{};
    asio::steady_timer upkeep{io};
    asio::steady_timer figures{io};
    asio::steady_timer last_word{io};
    std::atomic<bool> woken = false;
    bool stopping = false;
};

Node::Node(NodeOptions options, const std::vector<Observer*>& observers) : options_(std::move(options)) {
    options_.peers.node_id = options_.key.id;
    options_.session.network_id = options_.peers.network_id;
    impl_ = std::make_unique<Impl>(options_, observers);
}

Node::~Node() {
    impl_->chain_thread.stop();
}

Result<void> Node::open() {
    if (auto opened = impl_->chain.open(); !opened) { return opened; }
    if (options_.mine) {
        impl_->miner =
            std::make_unique<sync::Miner>(options_.mine->threads, [this] { impl_->to_chain.queue().wake(); });
        if (auto ready = impl_->chain.mine(*impl_->miner, options_.mine->choice); !ready) { return ready; }
    }
    if (options_.listen_host) {
        auto address = impl_->network.listen(impl_->manager, *options_.listen_host, options_.listen_port);
        if (!address) { return std::unexpected(std::move(address.error())); }
        listen_address_ = std::move(*address);
        const auto port = std::stoul(listen_address_.substr(listen_address_.rfind(':') + 1));
        impl_->manager.set_listen_port(static_cast<std::uint16_t>(port));
    }
    if (options_.metrics) {
        impl_->observers.add(impl_->metrics);
        impl_->metrics_server = std::make_unique<MetricsServer>(impl_->io, [this] {
            impl_->manager.tell_queues();
            return impl_->metrics.text(head().number);
        });
        if (auto up = impl_->metrics_server->listen(options_.metrics->first, options_.metrics->second); !up) {
            return up;
        }
    }
    return {};
}

chain::BatchResult Node::seed(std::span<const BytesView> blocks) {
    return impl_->chain.seed(blocks, sync::wall_seconds());
}

void Node::run() {
    if (!listen_address_.empty()) { impl_->observers.tell(event::Listening{listen_address_}); }
    impl_->chain_thread.start();
    for (const std::string& endpoint : options_.dial) {
        impl_->manager.want(endpoint);
    }
    impl_->tick_manager();
    impl_->tell_queues();
    const auto stay = asio::make_work_guard(impl_->io);
    impl_->io.run();
    impl_->chain_thread.stop();
    if (impl_->miner) { impl_->miner->set(nullptr); }
}

void Node::stop(std::string why) {
    asio::post(impl_->io, [this, why = std::move(why)] {
        if (impl_->stopping) { return; }
        impl_->stopping = true;
        impl_->network.close_doors();
        impl_->network.stop_listening();
        if (impl_->metrics_server) { impl_->metrics_server->stop(); }
        impl_->upkeep.cancel();
        impl_->figures.cancel();
        impl_->manager.end_all(wire::reason::client_quitting, why);
        // Connections close as their peers do; those that never do are closed when the time is over.
        const auto deadline = std::chrono::steady_clock::now() + options_.shutdown;
        const auto look = [this, deadline](const auto& again) -> void {
            if (impl_->network.connections() == 0 || std::chrono::steady_clock::now() >= deadline) {
                impl_->network.abort_all();
                impl_->io.stop();
                return;
            }
            impl_->last_word.expires_after(std::chrono::milliseconds(10));
            impl_->last_word.async_wait([again](const auto&) { again(again); });
        };
        look(look);
    });
}

void Node::after(std::chrono::milliseconds delay, std::function<void()> call) {
    auto timer = std::make_shared<asio::steady_timer>(impl_->io, delay);
    timer->async_wait([timer, call = std::move(call)](const auto& error) {
        if (!error) { call(); }
    });
}

sync::HeadInfo Node::head() const {
    return impl_->chain.main_head();
}

const PeerManager& Node::peers() const noexcept {
    return impl_->manager;
}

} // namespace ethpoc::peer
