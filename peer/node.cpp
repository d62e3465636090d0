#include "peer/node.hpp"

#include <atomic>
#include <boost/asio/post.hpp>

#include "peer/network.hpp"
#include "peer/node_core.hpp"
#include "peer/operations.hpp"
#include "peer/peer_file_writer.hpp"
#include "peer/seed_source.hpp"
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
        core(options, budget, network, list,
             {[this] { wake(); },
              [this](wire::ConnectionId id) { asio::post(io, [this, id] { network.resume(id); }); }}) {}

    /// From the chain thread: there are actions. Posted once however many come.
    void wake() {
        if (!woken.exchange(true)) {
            asio::post(io, [this] { drain(); });
        }
    }

    void drain() {
        woken = false;
        if (!core.carry_out(actions_per_turn)) { wake(); }
    }

    void open_peer_file(const std::string& path);

    /// Looks once a second whether the manager has something to do.
    void tick_manager() {
        PeerManager& manager = core.manager;
        if (manager.deadline() <= network.now()) { manager.tick(static_cast<WallTime>(sync::wall_seconds())); }
        if (seeds) { seeds->tick(network.now()); }
        if (auto file = peer_file ? manager.to_save() : std::nullopt) { peer_file->write(std::move(*file)); }
        upkeep.expires_after(upkeep_pause);
        upkeep.async_wait([this](const auto& error) {
            if (!error) { tick_manager(); }
        });
    }

    /// While somebody wants to know.
    void tell_queues() {
        if (!core.observers.want<event::Queues>()) { return; }
        core.manager.tell_queues();
        figures.expires_after(queues_pause);
        figures.async_wait([this](const auto& error) {
            if (!error) { tell_queues(); }
        });
    }

    sync::Budget budget; // before io, whose handlers hold the last connections
    asio::io_context io{1};
    Network network;
    NodeCore core;
    std::unique_ptr<sync::Miner> miner{}; // the chain knows it
    sync::ChainThread chain_thread{core.chain, core.to_chain, core.from_chain};
    std::unique_ptr<PeerFileWriter> peer_file{};
    std::unique_ptr<SeedSource> seeds{};
    Operations operations{{io, core.observers, core.manager, core.chain, core.to_chain, chain_thread, budget}};
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
    if (auto opened = impl_->core.chain.open(); !opened) { return opened; }
    if (options_.mine) {
        impl_->miner =
            std::make_unique<sync::Miner>(options_.mine->threads, [this] { impl_->core.to_chain.queue().wake(); });
        if (auto ready = impl_->core.chain.mine(*impl_->miner, options_.mine->choice); !ready) { return ready; }
    }
    if (options_.listen_host) {
        auto address = impl_->network.listen(impl_->core.manager, *options_.listen_host, options_.listen_port);
        if (!address) { return std::unexpected(std::move(address.error())); }
        listen_address_ = std::move(*address);
        const auto port = std::stoul(listen_address_.substr(listen_address_.rfind(':') + 1));
        impl_->core.manager.set_listen_port(static_cast<std::uint16_t>(port));
    }
    return impl_->operations.open(options_, listen_address_);
}

const std::string& Node::control_problem() const noexcept {
    return impl_->operations.control_problem();
}

/// A file that cannot be read costs the addresses, not the node.
void Node::Impl::open_peer_file(const std::string& path) {
    auto file = read_peer_file(path);
    if (!file) {
        core.observers.tell(event::PeerFileFailed{&file.error(), 0});
        return;
    }
    if (file->damaged > 0) { core.observers.tell(event::PeerFileFailed{nullptr, file->damaged}); }
    core.manager.load(*file, static_cast<WallTime>(sync::wall_seconds()));
    peer_file = std::make_unique<PeerFileWriter>(path, [this](Error error) {
        asio::post(io, [this, error = std::move(error)] { core.observers.tell(event::PeerFileFailed{&error, 0}); });
    });
}

chain::BatchResult Node::seed(std::span<const BytesView> blocks) {
    return impl_->core.chain.seed(blocks, sync::wall_seconds());
}

void Node::run() {
    if (!listen_address_.empty()) { impl_->core.observers.tell(event::Listening{listen_address_}); }
    impl_->chain_thread.start();
    if (!options_.peer_file.empty()) { impl_->open_peer_file(options_.peer_file); }
    impl_->core.manager.set_seeds(options_.seeds);
    if (options_.seed_url) {
        impl_->seeds =
            std::make_unique<SeedSource>(impl_->io, *options_.seed_url, impl_->core.manager, impl_->core.observers);
    }
    for (const std::string& endpoint : options_.dial) {
        impl_->core.manager.want(endpoint);
    }
    impl_->tick_manager();
    impl_->tell_queues();
    const auto stay = asio::make_work_guard(impl_->io);
    impl_->io.run();
    impl_->chain_thread.stop();
    if (impl_->miner) { impl_->miner->set(nullptr); }
    if (impl_->peer_file) { impl_->peer_file->write(*impl_->core.manager.to_save(true)); }
    impl_->peer_file.reset(); // writes it
}

void Node::stop(std::string why) {
    asio::post(impl_->io, [this, why = std::move(why)] {
        if (impl_->stopping) { return; }
        impl_->stopping = true;
        impl_->network.close_doors();
        impl_->network.stop_listening();
        impl_->operations.stop();
        impl_->upkeep.cancel();
        impl_->seeds.reset();
        impl_->figures.cancel();
        impl_->core.manager.end_all(wire::reason::client_quitting, why);
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

void Node::reload(NodeOptions options) {
    asio::post(impl_->io, [this, options = std::move(options)] {
        const auto network_id = options_.session.network_id;
        options_.session = options.session; // which all sessions read
        options_.session.network_id = network_id;
        if (!impl_->stopping) { impl_->core.manager.reload(options.peers, options.dial); }
    });
}

void Node::after(std::chrono::milliseconds delay, std::function<void()> call) {
    auto timer = std::make_shared<asio::steady_timer>(impl_->io, delay);
    timer->async_wait([timer, call = std::move(call)](const auto& error) {
        if (!error) { call(); }
    });
}

sync::HeadInfo Node::head() const {
    return impl_->core.chain.main_head();
}

const PeerManager& Node::peers() const noexcept {
    return impl_->core.manager;
}

} // namespace ethpoc::peer
