#include "sync/manager.hpp"

#include <algorithm>

#include "chain/named_genesis.hpp"
#include "sync/implementation.hpp"

namespace ethpoc::sync {

ChainManager::ChainManager(ManagerOptions options, ChainProxy& in, NetworkProxy& out) :
    options_(std::move(options)), in_(in), out_(out) {}

/// The genesis that the user named. Where no version goes with it, the peer's says by which rules and which hash; those
/// that came with the name are for versions that cannot read it.
chain::GenesisCandidate ChainManager::named(const PeerVersion& peer) const {
    const chain::Genesis& genesis = *options_.genesis;
    const chain::Implementation by = implementation_of(peer.client);
    if (options_.rules != nullptr && !options_.any_chain) { return {genesis, options_.rules}; }
    if (auto own = chain::fit_genesis({genesis.name, genesis.rlp, by, {}, genesis.premine}, peer.version)) {
        return *std::move(own);
    }
    return {genesis, options_.rules != nullptr ? options_.rules : &chain::rules_for(peer.version, by)};
}

/// The genesis that the other side named, if we know it; else the one in force for its version and client.
chain::GenesisCandidate ChainManager::choose(const PeerVersion& peer) const {
    if (options_.genesis) { return named(peer); }
    if (!peer.genesis.is_zero()) {
        if (auto named = chain::find_genesis_by_hash(peer.version, peer.genesis, implementation_of(peer.client))) {
            return *std::move(named);
        }
    }
    return std::move(chain::genesis_candidates(peer.version, implementation_of(peer.client)).front());
}

Result<void> ChainManager::open() {
    auto store = chain::Store::open(options_.data_dir);
    if (!store) { return std::unexpected(std::move(store.error())); }
    store_ = std::move(*store);
    post_stored_heads();
    const auto hub = hub_for({options_.default_version});
    if (!hub) { return std::unexpected(hub.error()); }
    return {};
}

/// So that a peer hears at once what we have, also of a chain on which nobody has been since the start.
void ChainManager::post_stored_heads() {
    for (const chain::ChainRow& row : store_->chains()) {
        const auto head = store_->head(row.id);
        const auto genesis = store_->canonical(row.id, 0);
        if (!head || !genesis) { continue; }
        board_.post({row.genesis, head->hash, head->number, head->total_difficulty, genesis->difficulty,
                     chain::find_rules(row.rules)});
    }
}

Result<ChainHub*> ChainManager::hub_for(const PeerVersion& peer) {
    const chain::GenesisCandidate chosen = choose(peer);
    if (const auto at = hubs_.find(chosen.genesis.hash); at != hubs_.end()) { return at->second.get(); }
    if (!make_room()) {
        return std::unexpected(Error{
            &chain::errors::too_many_chains, 0, 0, {}, std::to_string(hubs_.size()) + " are open and have peers"});
    }
    auto chain = chain::Blockchain::open(*store_, chosen.genesis, *chosen.rules, options_.state);
    if (!chain) { return std::unexpected(std::move(chain.error())); }
    auto hub = std::make_unique<ChainHub>(std::move(*chain), out_, board_, options_.hub);
    return (hubs_[chosen.genesis.hash] = std::move(hub)).get();
}

/// Closes a chain that no peer is on when as many are open as may be. Its blocks stay in the store.
bool ChainManager::make_room() {
    if (hubs_.size() < options_.max_chains) { return true; }
    return std::erase_if(hubs_, [this](const auto& entry) {
               return entry.second->members() == 0 && entry.second.get() != mined_;
           }) > 0;
}

chain::BatchResult ChainManager::seed(std::span<const BytesView> blocks, std::uint64_t wall) {
    const auto hub = hub_for({options_.default_version});
    if (!hub) {
        chain::BatchResult failed;
        failed.store_error = hub.error();
        return failed;
    }
    chain::BatchResult result = (*hub)->chain().import(blocks, wall);
    (*hub)->post_head();
    return result;
}

Hash256 ChainManager::genesis_of(const PeerVersion& peer) const {
    return choose(peer).genesis.hash;
}

HeadInfo ChainManager::head_of(const PeerVersion& peer) const {
    const chain::GenesisCandidate chosen = choose(peer);
    HeadInfo head{chosen.genesis.hash, chosen.genesis.hash, 0, {}, {}, chosen.rules};
    if (const auto known = board_.find(chosen.genesis.hash)) {
        head = *known;
    } else if (const auto block = chain::decode_block(*chosen.rules, chosen.genesis.rlp)) {
        head.total_difficulty = head.genesis_difficulty = block->header.difficulty;
    }
    head.total_difficulty = chain::announced_total_difficulty(
        head.total_difficulty, head.genesis_difficulty, chain::rules_for(peer.version, implementation_of(peer.client)));
    return head;
}

HeadInfo ChainManager::main_head() const {
    const HeadInfo head = head_of({options_.default_version});
    const auto longest = board_.longest();
    return options_.any_chain && head.number == 0 && longest ? *longest : head;
}

Time ChainManager::deadline() const {
    Time next = Time::max();
    for (const auto& [genesis, hub] : hubs_) {
        next = std::min({next, hub->deadline(), hub->mining_deadline()});
    }
    return next;
}

void ChainManager::tick(Time now) {
    for (const auto& [genesis, hub] : hubs_) {
        hub->tick(now);
    }
}

Result<void> ChainManager::mine(MinerPort& miner, chain::MinerChoice choice) {
    const auto hub = hub_for({options_.default_version});
    if (!hub) { return std::unexpected(hub.error()); }
    mined_ = *hub;
    mined_->mine(miner, std::move(choice));
    return {};
}

void ChainManager::tick_mining(Time now, std::uint64_t wall) {
    if (mined_ != nullptr) { mined_->tick_mining(now, wall); }
}

void ChainManager::drain(Time now, std::uint64_t wall) {
    while (auto command = in_.queue().try_pop()) {
        take(std::move(*command), now, wall);
    }
    tick(now);
    tick_mining(now, wall);
}

void ChainManager::take(Command command, Time now, std::uint64_t wall) {
    std::size_t served = 0;
    const Progress progress = carry_out(command, now, wall, served);
    if (progress == Progress::more) { return in_.queue().put_back(std::move(command), served); }
    in_.queue().done(command, served);
}

Progress ChainManager::carry_out(Command& command, Time now, std::uint64_t wall, std::size_t& served) {
    if (const auto* up = std::get_if<command::PeerUp>(&command.body)) {
        const auto hub = hub_for({up->traits.profile->chain_version(), up->traits.client, up->traits.genesis_hash});
        if (!hub && hub.error().code == &chain::errors::too_many_chains) {
            out_.put(action::Drop{command.from, wire::reason::useless_peer, hub.error().message()});
            return Progress::done;
        }
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
    const Progress progress = home->second->handle(command, now, wall);
    served = home->second->served();
    return progress;
}

} // namespace ethpoc::sync
