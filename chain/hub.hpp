// ChainHub: one chain and the peers that are on it. Imports what they send, asks them for what is missing, answers
// their requests, tells them of new heads and transactions. Runs on the chain thread; time comes in, actions go out.
#pragma once

#include <deque>
#include <map>
#include <memory>

#include "chain/blockchain.hpp"
#include "chain/head_board.hpp"
#include "chain/member.hpp"
#include "chain/pool.hpp"
#include "chain/proxy.hpp"

namespace ethpoc::chain {

struct Received;

/// Whether a command is finished, or wants another turn.
enum class Progress : std::uint8_t { done, more };

struct HubOptions {
    std::size_t pool_bytes = 4u << 20;         // of waiting transactions, for each layout
    std::size_t transaction_bytes = 64u << 10; // of one transaction
    std::chrono::seconds answer_timeout{20};   // then the question is asked again, or another peer is asked
    unsigned max_fruitless = 3;                // answers without progress before a peer is left alone
    std::size_t max_invalid = 64;              // of one message; the network ends who sends more, so the rest may stay
};

class ChainHub {
  public:
    /// `out` and `board` must outlive it.
    ChainHub(std::unique_ptr<Blockchain> chain, NetworkProxy& out, HeadBoard& board, const HubOptions& options = {});

    Blockchain& chain() noexcept { return *chain_; }
    std::size_t members() const noexcept { return members_.size(); }

    void peer_up(ConnectionId id, PeerTraits traits, Time now);
    void peer_down(ConnectionId id, Time now);
    /// Every command but PeerUp and PeerDown. `wall` is the time of day in Unix seconds, for the rule against blocks
    /// from the future.
    Progress handle(Command& command, Time now, std::uint64_t wall);
    void tick(Time now);
    /// Writes the head to the board; import() from outside the hub must be followed by it.
    void post_head();
    /// When tick() has something to do; Time::max() if never.
    Time deadline() const;

  private:
    friend class ChainSync;
    friend class HashSync;

    void on(Member& from, const command::Transactions& message);
    void on(Member& from, const command::Blocks& message, Time now, std::uint64_t wall);
    void on(Member& from, const command::NewBlock& message, Time now, std::uint64_t wall);
    void on(Member& from, const command::BlockHashes& message, Time now);
    void on(Member& from, const command::NotInChain& message, Time now);
    void on(Member& from, const command::GetChain& message);
    void on(Member& from, const command::GetBlockHashes& message);
    void on(Member& from, const command::GetBlocks& message);
    void on(Member& from, const command::GetTransactions& message);

    void receive_blocks(Member& from, std::vector<BytesView> as_sent, Time now, std::uint64_t wall);
    std::optional<Received> import(Member& from, std::span<const BytesView> oldest_first, std::uint64_t wall);
    void note(Member& from, const BatchResult& result, Received& received);
    void report(Member& from, const BatchResult& result);
    void drop_included(const BatchResult& result, std::span<const BytesView> blocks);
    void announce_head(ConnectionId except);
    Bytes announcement(wire::MessageType type, const PeerTraits& to, BytesView block) const;
    bool announce_branch(Member& member);
    bool place(Member& member, const Hash256& hash);
    TransactionPool& pool_of(TransactionLayout layout);
    void relay_transaction(TransactionLayout layout, const Hash256& hash, BytesView item);

    // Asking: one peer at a time, so that the same blocks are not fetched twice.
    void want(Member& member, Time now);
    void finish(Member& member, SyncPhase how, Time now);
    void begin(Member& member, Time now);
    void begin_next(Time now);
    void send(const Member& to, wire::MessageType type, Bytes frame, bool relay = false);

    std::unique_ptr<Blockchain> chain_;
    NetworkProxy& out_;
    HeadBoard& board_;
    HubOptions options_;
    std::map<TransactionLayout, TransactionPool> pools_{};
    std::map<ConnectionId, Member> members_{};
    std::deque<ConnectionId> waiting_{}; // want to be asked
    ConnectionId leader_ = 0;            // is being asked; 0: nobody
};

} // namespace ethpoc::chain
