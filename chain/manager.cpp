#include "chain/manager.hpp"

#include <algorithm>

namespace ethpoc::chain {

namespace {

std::uint64_t wall_seconds() {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count());
}

} // namespace

ChainManager::ChainManager(ManagerOptions options, ChainProxy& in, NetworkProxy& out) :
    options_(std::move(options)), in_(in), out_(out) {}

ChainManager::~ChainManager() {
    stop();
}

Genesis ChainManager::choose_genesis(std::uint32_t version, std::string_view client_id) const {
    return options_.genesis ? *options_.genesis : genesis_for(version, client_id);
}

const Rules& ChainManager::choose_rules(std::uint32_t version, std::string_view client_id) const {
    return options_.rules != nullptr ? *options_.rules : rules_for(version, client_id);
}

Result<void> ChainManager::open() {
    auto store = Store::open(options_.data_dir);
    if (!store) { return std::unexpected(std::move(store.error())); }
    store_ = std::move(*store);
    const auto hub = hub_for(options_.default_version, {});
    if (!hub) { return std::unexpected(hub.error()); }
    return {};
}

Result<ChainHub*> ChainManager::hub_for(std::uint32_t version, std::string_view client_id) {
    const Genesis genesis = choose_genesis(version, client_id);
    if (const auto at = hubs_.find(genesis.hash); at != hubs_.end()) { return at->second.get(); }
    auto chain = Blockchain::open(*store_, genesis, choose_rules(version, client_id));
    if (!chain) { return std::unexpected(std::move(chain.error())); }
    auto hub = std::make_unique<ChainHub>(std::move(*chain), out_, board_, options_.hub);
    return (hubs_[genesis.hash] = std::move(hub)).get();
}

BatchResult ChainManager::seed(std::span<const BytesView> blocks) {
    const auto hub = hub_for(options_.default_version, {});
    if (!hub) {
        BatchResult failed;
        failed.store_error = hub.error();
        return failed;
    }
    BatchResult result = (*hub)->chain().import(blocks, wall_seconds());
    (*hub)->post_head();
    return result;
}

Hash256 ChainManager::genesis_of(std::uint32_t version, std::string_view client_id) const {
    return choose_genesis(version, client_id).hash;
}

HeadInfo ChainManager::head_of(std::uint32_t version, std::string_view client_id) const {
    const Genesis genesis = choose_genesis(version, client_id);
    if (const auto head = board_.find(genesis.hash)) { return *head; }
    const Rules& rules = choose_rules(version, client_id);
    HeadInfo head{genesis.hash, genesis.hash, 0, {}};
    if (const auto block = decode_block(rules, genesis.rlp); block && rules.count_genesis_difficulty) {
        head.total_difficulty = block->header.difficulty;
    }
    return head;
}

void ChainManager::start() {
    thread_ = std::thread([this] { run(); });
}

void ChainManager::stop() {
    in_.queue().close();
    out_.close();
    if (thread_.joinable()) { thread_.join(); }
}

Time ChainManager::next_deadline() const {
    // Woken at least this often, so that a clock that was set or a missed tick does no harm.
    Time next = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    for (const auto& [genesis, hub] : hubs_) {
        next = std::min(next, hub->deadline());
    }
    return next;
}

void ChainManager::run() {
    while (!in_.queue().closed()) {
        auto command = in_.queue().pop(next_deadline());
        if (in_.queue().closed()) { return; }
        if (command) { take(std::move(*command), std::chrono::steady_clock::now()); }
        for (const auto& [genesis, hub] : hubs_) {
            hub->tick(std::chrono::steady_clock::now());
        }
    }
}

void ChainManager::drain(Time now) {
    while (auto command = in_.queue().try_pop()) {
        take(std::move(*command), now);
    }
    for (const auto& [genesis, hub] : hubs_) {
        hub->tick(now);
    }
}

/// One slice of a command; what is left of it waits until the others have had their turn.
void ChainManager::take(Command command, Time now) {
    if (carry_out(command, now) == Progress::more) { return in_.queue().put_back(std::move(command)); }
    in_.queue().done(command);
}

Progress ChainManager::carry_out(Command& command, Time now) {
    if (const auto* up = std::get_if<command::PeerUp>(&command.body)) {
        const auto hub = hub_for(up->traits.profile->chain_version(), up->traits.client_id);
        if (!hub) {
            out_.put(action::Failed{hub.error()});
            return Progress::done;
        }
        homes_[command.from] = *hub;
        (*hub)->peer_up(command.from, up->traits, now);
        return Progress::done;
    }
    const auto home = homes_.find(command.from);
    if (home == homes_.end()) { return Progress::done; }
    if (std::holds_alternative<command::PeerDown>(command.body)) {
        home->second->peer_down(command.from, now);
        homes_.erase(home);
        return Progress::done;
    }
    return home->second->handle(command, now, wall_seconds());
}

} // namespace ethpoc::chain
