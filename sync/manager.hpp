// ChainManager: carries out what the network asks of the chain. Takes commands from the ChainProxy, finds the chain
// that each peer is on, gives actions to the NetworkProxy. Owns the store. It has no thread and no clock and never
// waits: ChainThread runs it for a node, a replay or a simulation calls drain() in its own time.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "chain/genesis.hpp"
#include "chain/store.hpp"
#include "sync/head_board.hpp"
#include "sync/hub.hpp"
#include "sync/proxy.hpp"

namespace ethpoc::sync {

/// Which chains a manager opens, and from what. Pointers outlive it.
struct ManagerOptions {
    std::string data_dir = ":memory:";
    std::optional<chain::Genesis> genesis{}; // overrides what protocol and client say
    const chain::Rules* rules = nullptr; // with `genesis`: the rules that go with it; nullptr: by the peer's protocol
    std::size_t max_chains = 8;          // open at once; one that no peer is on makes room for another
    bool any_chain = false;             // no version was asked for: each peer's says by which rules `genesis` goes, and
                                        // main_head() is that of any chain
    std::uint32_t default_version = 11; // whose chain is opened at the start: a flat or an eth version
    chain::StateCheck state = chain::StateCheck::on; // of the blocks that come
    HubOptions hub{};
};

/// What decides about the chain that a peer is on.
struct PeerVersion {
    std::uint32_t version = 0; // flat, or eth
    wire::ClientKind client = wire::ClientKind::unknown;
    Hash256 genesis{}; // as its Status or Hello named it; zero: it did not (yet)
};

/// All chains of a node, over one store. Calls come from one thread.
class ChainManager {
  public:
    /// Opens nothing yet. The proxies outlive it.
    ChainManager(ManagerOptions options, ChainProxy& in, NetworkProxy& out);
    ChainManager(const ChainManager&) = delete;
    ChainManager& operator=(const ChainManager&) = delete;

    /// Opens the store and the default chain. Call before anything else; nothing works when it fails.
    Result<void> open();
    /// Puts blocks (oldest first) into the default chain, with all checks. `wall`: seconds since 1970, against which
    /// the time of a block is held.
    chain::BatchResult seed(std::span<const BytesView> blocks, std::uint64_t wall);

    /// After open(): blocks are made on the default chain. `miner` must outlive this.
    Result<void> mine(MinerPort& miner, chain::MinerChoice choice);

    // ---- one call at a time, from one thread
    /// A slice of about 10 ms of one command (hub.hpp); what is left of it waits until the others have had their turn.
    void take(Command command, Time now, std::uint64_t wall);
    /// Does what is due: questions that were not answered, heads to tell.
    void tick(Time now);
    /// What is mined; after each take(), when the deadline has come, and when the miner has found something.
    void tick_mining(Time now, std::uint64_t wall);
    /// When to call tick() and tick_mining(); Time::max(): never.
    Time deadline() const;
    /// Everything that waits, and a tick of both.
    void drain(Time now, std::uint64_t wall);

    /// The genesis hash of the chain that a peer is on. Any thread, after open().
    Hash256 genesis_of(const PeerVersion& peer) const;
    /// The head to say to it in Hello and Status, with the total difficulty as its kind counts it. Any thread, after
    /// open(). For a chain that was never opened: its genesis.
    HeadInfo head_of(const PeerVersion& peer) const;
    /// The head of the default chain, or, while that is empty and any chain will do, of the longest one in the store.
    HeadInfo main_head() const;

  private:
    chain::GenesisCandidate choose(const PeerVersion& peer) const;
    chain::GenesisCandidate named(const PeerVersion& peer) const;
    void post_stored_heads();
    Result<ChainHub*> hub_for(const PeerVersion& peer);
    bool make_room();
    /// `served`: bytes that its sender was answered with.
    Progress carry_out(Command& command, Time now, std::uint64_t wall, std::size_t& served);

    ManagerOptions options_;
    ChainProxy& in_;
    NetworkProxy& out_;
    HeadBoard board_{};
    std::unique_ptr<chain::Store> store_{};
    std::map<Hash256, std::unique_ptr<ChainHub>> hubs_{}; // by genesis
    std::map<ConnectionId, ChainHub*> homes_{};
    ChainHub* mined_ = nullptr; // the chain that blocks are made on
};

} // namespace ethpoc::sync
