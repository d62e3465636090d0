#include "sim/virtual_node.hpp"

#include <filesystem>
#include <limits>

namespace ethpoc::sim {

using namespace std::chrono_literals;

namespace {

constexpr auto tending = 1s; // between two looks for peers, as a node does
constexpr unsigned node_bits = 2;

} // namespace

/// Its blocks come when the run says so; the work in them is done, and is right.
class VirtualMiner final : public sync::MinerPort {
  public:
    void set(sync::SharedWork work) override { work_ = std::move(work); }
    std::optional<Found> take() override { return std::exchange(found_, std::nullopt); }
    /// False: there is nothing to work on.
    bool find(Hash256 nonce) {
        if (work_ == nullptr) { return false; }
        std::uint64_t left = std::numeric_limits<std::uint64_t>::max();
        const auto good = chain::search(*work_, nonce, left);
        if (!good) { return false; }
        found_ = Found{work_, chain::seal(*work_, *good)};
        work_ = nullptr;
        return true;
    }

  private:
    sync::SharedWork work_{};
    std::optional<Found> found_{};
};

/// Writes the journal of one node, and tells the ledger.
class Watch final : public peer::ObserverOf<Watch> {
  public:
    Watch(Surroundings& around, HostId host) : around_(around), host_(host) {}

    bool somebody_left = false;

    void on(const peer::event::Connecting& event) { line("connecting").add("to", event.endpoint); }
    void on(const peer::event::ConnectFailed& event) {
        line("connect_failed").add("to", event.endpoint).add("why", event.why);
    }
    void on(const peer::event::Hello& event) {
        line("hello").add("peer", number(event.peer)).add("protocol", event.profile->name);
    }
    void on(const peer::event::Disconnected& event) {
        somebody_left = true;
        static constexpr std::array<std::string_view, 4> by{"us", "them", "timeout", "error"};
        line("disconnected")
            .add("peer", number(event.peer))
            .add("by", by[static_cast<std::size_t>(event.by)])
            .add("reason", event.reason);
    }
    void on(const peer::event::Malformed& event) {
        line("malformed").add("peer", number(event.peer)).add("code", event.error->code->word);
    }
    void on(const peer::event::Message& event) {
        if (event.way == peer::Way::out) { around_.ledger.sent(event.type, event.payload.size()); }
    }
    void on(const peer::event::Mined& event) {
        const chain::BlockRecord& block = *event.record;
        around_.ledger.made(block.hash, block.parent, block.number, host_);
        line("mined").add("number", block.number).add("hash", short_hash(block.hash));
    }
    void on(const peer::event::Block& event) {
        around_.ledger.stored(event.record->hash, host_);
        line("block").add("number", event.record->number).add("hash", short_hash(event.record->hash));
    }
    void on(const peer::event::Reorganised& event) {
        line("reorg").add("to", event.to.number).add("hash", short_hash(event.to.hash)).add("depth", event.left.size());
    }
    void on(const peer::event::MinerIdle& event) { line("miner_idle").add("why", event.error->message()); }
    void on(const peer::event::StoreFailed& event) { line("store_failed").add("why", event.error->message()); }

  private:
    Journal::Line line(std::string_view word) { return around_.journal.line(host_, word); }
    std::uint64_t number(const peer::PeerRef& peer) const {
        return around_.network.other_host(peer.id).value_or(std::numeric_limits<HostId>::max());
    }
    static std::string short_hash(const Hash256& hash) { return to_hex(BytesView(hash).first(8)); }

    Surroundings& around_;
    HostId host_;
};

/// What a crash ends.
struct VirtualNode::Process {
    Process(Surroundings& around, HostId host, peer::NodeOptions given) :
        options(std::move(given)), budget(options.memory, options.session.frames.max_payload), watch(around, host),
        core(options, budget, around.network.door(host), {&watch},
             {{}, [&around](wire::ConnectionId id) { around.network.resume(id); }}) {}

    const peer::NodeOptions options;
    sync::Budget budget;
    Watch watch;
    VirtualMiner miner{};
    peer::NodeCore core;
};

VirtualNode::VirtualNode(Surroundings& around, HostId host, const Group& group, Random random) :
    Machine(around, host, group), random_(random), id_(random_.bytes<NodeId::width>()) {
    const double part = 2 * random_.unit() - 1;
    kept_.key = random_.bytes<16>().bytes;
    skew_ = std::chrono::seconds(static_cast<std::int64_t>(part * static_cast<double>(group.skew.count()) / 1000));
}

VirtualNode::~VirtualNode() = default;

peer::NodeOptions VirtualNode::options() const {
    peer::NodeOptions out = group_.options;
    out.key.id = id_;
    out.peers.node_id = id_;
    out.peers.dialer.protocol = group_.protocol;
    out.peers.dialer.seed = out.peers.seed = out.chain.hub.seed = Random(random_).next();
    out.session.network_id = out.peers.network_id;
    out.chain.genesis = around_.genesis;
    out.chain.rules = &around_.rules;
    out.chain.default_version = around_.scenario.protocol->chain_version();
    const bool replays = around_.scenario.state || group_.role == Role::miner; // a miner must know the accounts
    out.chain.state = replays ? chain::StateCheck::on : chain::StateCheck::off;
    if (group_.keeps_store) { out.chain.data_dir = folder(); }
    return out;
}

Result<void> VirtualNode::start(const std::vector<std::string>& known) {
    std::error_code ignored; // the store says what is wrong with it
    if (group_.keeps_store) { std::filesystem::create_directories(folder(), ignored); }
    process_ = std::make_unique<Process>(around_, host_, options());
    ++life_;
    chain_due_ = Time::max();
    sync::ChainManager& chain = process_->core.chain;
    if (auto opened = chain.open(); !opened) { return opened; }
    if (group_.role == Role::miner) {
        const Address coinbase = Address::right_aligned(id_);
        if (auto ready = chain.mine(process_->miner, {.coinbase = coinbase}); !ready) { return ready; }
        find_later();
    }
    around_.network.start(host_, *this);
    around_.journal.line(host_, "started").add("head", head().number);
    process_->core.manager.load(kept_, static_cast<peer::WallTime>(wall()));
    if (!around_.scenario.special) { process_->core.manager.set_seeds(known); }
    for (const std::string& endpoint : around_.scenario.special ? known : std::vector<std::string>{}) {
        process_->core.manager.want(endpoint);
    }
    tend_peers();
    need_chain(around_.agenda.now());
    return {};
}

void VirtualNode::stop() {
    process_.reset();
    ++life_;
}

peer::DriverOwner& VirtualNode::owner() {
    return process_->core.manager;
}

sync::HeadInfo VirtualNode::head() const {
    return process_->core.chain.main_head();
}

// ---------------------------------------------------------------- what a node's threads and timers do

void VirtualNode::put_down(Time when, What what) {
    around_.agenda.at(when, *this, life_ << node_bits | static_cast<std::uint64_t>(what));
}

void VirtualNode::act(std::uint64_t what) {
    if (what >> node_bits != life_ || process_ == nullptr) { return; }
    switch (static_cast<What>(what & ((1u << node_bits) - 1))) {
    case What::chain:
        if (around_.agenda.now() >= chain_due_) { run_chain(); }
        break;
    case What::peers:
        if (around_.agenda.now() >= peers_due_) { tend_peers(); }
        break;
    case What::find:
        find_block();
        break;
    }
}

void VirtualNode::stirred() {
    if (process_->core.manager.deadline() < peers_due_) {
        peers_due_ = std::max(process_->core.manager.deadline(), around_.agenda.now());
        put_down(peers_due_, What::peers);
    }
    if (process_->core.to_chain.queue().bytes() == 0 && !process_->watch.somebody_left) { return; }
    process_->watch.somebody_left = false;
    need_chain(around_.agenda.now());
}

void VirtualNode::need_chain(Time when) {
    if (when >= chain_due_) { return; } // the earlier one will look again
    chain_due_ = when;
    put_down(when, What::chain);
}

/// What the thread of the chain does, and then what the network's does with its actions.
void VirtualNode::run_chain() {
    constexpr auto look_again = 1ms; // a deadline that has passed already comes again after it
    const Time now = around_.agenda.now();
    chain_due_ = Time::max();
    process_->core.chain.drain(now, wall());
    process_->core.carry_out(std::numeric_limits<int>::max());
    const Time deadline = process_->core.chain.deadline();
    if (deadline != Time::max()) { need_chain(std::max(deadline, now + look_again)); }
    stirred();
}

/// What the peer manager does by itself. Its deadline may come nearer meanwhile; a node looks once a second, too.
void VirtualNode::tend_peers() {
    peer::PeerManager& manager = process_->core.manager;
    if (manager.deadline() <= around_.agenda.now()) { manager.tick(static_cast<peer::WallTime>(wall())); }
    if (group_.keeps_store) {
        if (auto file = manager.to_save()) { kept_ = *std::move(file); }
    }
    peers_due_ = std::max(manager.deadline(), around_.agenda.now() + tending);
    put_down(peers_due_, What::peers);
}

void VirtualNode::find_block() {
    if (process_->miner.find(random_.bytes<Hash256::width>())) { run_chain(); }
    find_later();
}

void VirtualNode::find_later() {
    const double ms = random_.exponential(static_cast<double>(group_.block_time.count()));
    put_down(around_.agenda.now() + std::chrono::microseconds(static_cast<std::int64_t>(ms * 1000)), What::find);
}

} // namespace ethpoc::sim
