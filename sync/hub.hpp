// ChainHub: one chain and the peers that are on it. Imports what they send, asks them for what is missing, answers
// their requests, tells them of new heads and transactions. Runs on the chain thread; time comes in, actions go out.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>

#include "chain/blockchain.hpp"
#include "chain/pool.hpp"
#include "sync/fanout.hpp"
#include "sync/head_board.hpp"
#include "sync/member.hpp"
#include "sync/miner.hpp"
#include "sync/proxy.hpp"

namespace ethpoc::sync {

/// A transaction of our own, and the layout that it is in: peers of another one are not told.
struct OwnTransaction {
    chain::TransactionLayout layout{};
    Bytes rlp;
};

/// How one hub fetches, relays and mines. Times are of the clock that comes in.
struct HubOptions {
    std::vector<OwnTransaction> own_transactions{}; // told to each peer that comes
    std::size_t pool_bytes = 4u << 20;              // of waiting transactions, for each layout
    std::size_t transaction_bytes = 64u << 10;      // of one transaction
    std::chrono::seconds answer_timeout{20};        // then the question is asked again, or another peer is asked
    std::chrono::seconds silence{10};        // ... of a peer that says nothing where it has no more (silent_at_head)
    unsigned max_fruitless = 3;              // answers without progress before a peer is left alone
    std::chrono::seconds patience{2};        // without an imported block; then the next peer is asked too
    std::chrono::seconds turn{30};           // the same, however many blocks came
    std::chrono::seconds rest{5};            // before a peer that was asked in vain is asked again
    std::size_t first_asked = 3;             // peers asked at once until the first block was imported
    std::size_t max_wanted = 65'536;         // hashes kept of one peer, 32 bytes each; the oldest, if it has more
    std::size_t max_wanted_of_all = 131'072; // of all peers together
    std::uint64_t store_bytes = 0;           // what the store may grow to; 0: no limit
    std::uint64_t side_bytes = chain::SideBudget::usual_bytes; // of which side chains that cost little work may have
    RelayMode relay = RelayMode::all;                          // who is told of a new head or transaction
    std::size_t relay_fanout = 8;                              // of those that may wait, so many at once
    std::chrono::milliseconds relay_later{30'000}; // then the others, if nothing newer came and they lack it
    std::uint64_t seed = 0;                        // of the choice
    std::chrono::seconds store_retry{60};          // after the store failed no block is looked at for so long
    std::chrono::milliseconds hold{2000};          // a peer's question after our Blocks is awaited (Quirks::asks_on)
    std::chrono::milliseconds quiet{1500};    // without question or Blocks; then an echo of an old head is answered
    std::chrono::milliseconds piece_gap{200}; // between the pieces of a long branch (Quirks::announce_from_last)
    std::uint32_t branch_blocks = 1000;       // ... of so many blocks, as C++ PoC-6 does
    std::size_t max_invalid = 64;             // of one message; the network ends a peer that sends more
};

/// done: the command was carried out. more: a slice of it was; call again with the same command.
enum class Progress : std::uint8_t { done, more };

/// One chain with its members. Owns the chain; calls come from one thread.
class ChainHub {
  public:
    /// `out` and `board` must outlive it.
    ChainHub(std::unique_ptr<chain::Blockchain> chain, NetworkProxy& out, HeadBoard& board, HubOptions options = {});

    chain::Blockchain& chain() noexcept { return *chain_; }
    std::size_t members() const noexcept { return members_.size(); }

    /// Hashes that are kept of all peers, of blocks to fetch.
    std::size_t wanted() const;

    /// The peer is on this chain: it may be asked, and is told of what is new.
    void peer_up(ConnectionId id, PeerTraits traits, Time now);
    /// Its questions are over, and another peer is asked in its place.
    void peer_down(ConnectionId id, Time now);
    /// Every command but PeerUp and PeerDown: at most one slice of it, of about 10 ms. After `more` the next command of
    /// this peer must be the same one, whose bytes have not moved; other peers may have their turn in between. Not to
    /// finish it is safe if the peer goes down. When it is done, the bytes of a lone block may have been taken out of
    /// it. `wall` is the time of day in Unix seconds, for the rule against blocks from the future.
    Progress handle(Command& command, Time now, std::uint64_t wall);
    /// Bytes that the last handle() has sent to the peer whose command it was, beside what many are told.
    std::size_t served() const noexcept { return served_; }
    /// Whatever time brings: answers that do not come, turns, peers that lack something.
    void tick(Time now);
    /// Writes the head to the board; import() from outside the hub must be followed by it.
    void post_head();
    /// When tick() has something to do; Time::max() if never.
    Time deadline() const;

    /// From now on blocks are made here too: `miner`, which must outlive this, is given work above the head whenever it
    /// has moved, and now and then.
    void mine(MinerPort& miner, chain::MinerChoice choice);
    /// After each command, and when it is due or the miner has found something. `wall` as in handle().
    void tick_mining(Time now, std::uint64_t wall);
    /// When tick_mining() has something to do; Time::max() if never.
    Time mining_deadline() const;

  private:
    friend class ChainSync;
    friend class HashSync;

    Progress on(Member& from, const command::Transactions& message);
    Progress on(Member& from, const command::Blocks& message, Time now, std::uint64_t wall);
    Progress on(Member& from, const command::NewBlock& message, Time now, std::uint64_t wall);
    void on(Member& from, const command::BlockHashes& message, Time now);
    void on(Member& from, const command::NotInChain& message, Time now);
    Progress on(Member& from, const command::GetChain& message);
    void on(Member& from, const command::GetBlockHashes& message);
    void on(Member& from, const command::GetBlocks& message);
    void on(Member& from, const command::GetTransactions& message);

    // hub_blocks.cpp: what is in Blocks, slice by slice.
    Progress receive_slice(Member& from, Time now, std::uint64_t wall);
    bool import(Member& from, std::span<const BytesView> oldest_first, Time now, std::uint64_t wall);
    void conclude(Member& from, Received received, Time now);
    void note(Member& from, const chain::BatchResult& result, Received& received);
    /// `slice`: how many blocks of its message were just read.
    void report(Member& from, chain::BatchResult& result, std::size_t slice);
    /// `from` 0: it was mined here.
    void tell_imported(ConnectionId from, chain::BatchResult& result);
    void tell_gap();
    void drop_included(const chain::BatchResult& result, std::span<const BytesView> blocks);
    void store_failed(Error error, Time now);

    // hub_relay.cpp: what peers are told without having asked.
    Bytes announcement(wire::MessageType type, const PeerTraits& to, BytesView block) const;
    class Relay;
    bool interested(const Member& member) const;
    void announce_to(Member& member, Relay& news);
    std::optional<BytesView> head_rlp();
    void keep_head(CommandBody& body);
    chain::TransactionPool& pool_of(chain::TransactionLayout layout);
    void tell_own(Member& member);
    void send_pool(Member& member, bool relay);

    // hub_fanout.cpp: who of them is told at once.
    bool may_wait(const Member& member) const;
    bool lacks_head(const Member& member) const;
    void announce_head(ConnectionId except);
    void relay_transaction(chain::TransactionLayout layout, const Hash256& hash, BytesView item);
    void tell_left_out();

    // hub_mining.cpp
    struct Mining {
        MinerPort& miner;
        chain::MinerChoice choice;
        Hash256 on{}; // the head that it works on
        Time made_at{};
        bool told = false; // why there is no work
        bool news = false; // a transaction has come since
    };
    Time next_work() const;
    void set_work(std::uint64_t wall);
    void import_mined(const MinerPort::Found& found, std::uint64_t wall);
    void repool(const chain::HeadChange& change);

    // hub_lagging.cpp: what a peer has, and what it is sent unasked because it will not ask for it.
    bool place(Member& member, const Hash256& hash);
    std::optional<chain::BlockRecord> common_with(Member& member);
    bool send_branch(Member& member);
    void tell(Member& member);
    bool may_tell(const Member& member) const;
    void release(Member& member);
    void wake(Member& member, Time at);
    void wake_due();
    void echo(Member& member, const Received& received);
    void note_question(Member& member, std::span<const Hash256> named);
    void note_answer(Member& member, const chain::BlockRecord& common, std::uint64_t sent);
    void note_fetched(Member& member, std::span<const Hash256> hashes);

    // hub_asking.cpp: who is asked, and when.
    void want(Member& member);
    void begin(Member& member, Time now);
    void queue(Member& member);
    bool give_way(Member& member, Time now);
    void finish(Member& member, SyncPhase how, Time now);
    /// `end`: the oldest of what it has.
    void tell_no_common(const Member& member, std::optional<Hash256> end);
    void timed_out(Member& member, Time now);
    Time answer_due(const Member& member) const;
    void settle(Time now);
    bool leads(const Member& member, Time now) const;
    void limit_wanted(Member& member);
    const std::vector<Hash256>& locator();
    void send(const Member& to, wire::MessageType type, Bytes frame, bool relay = false);

    std::unique_ptr<chain::Blockchain> chain_;
    NetworkProxy& out_;
    HeadBoard& board_;
    HubOptions options_;
    std::map<chain::TransactionLayout, chain::TransactionPool> pools_{};
    std::map<ConnectionId, Member> members_{};
    std::deque<ConnectionId> waiting_{};              // want to be asked
    std::set<ConnectionId> asking_{};                 // are being asked
    Time next_turn_ = Time::max();                    // when one of those that wait may be asked
    bool verified_ = false;                           // a block was imported from a peer that was asked
    std::optional<Time> store_retry_{};               // the store failed; until then blocks are not looked at
    std::set<std::pair<Time, ConnectionId>> wakes_{}; // Member::wake_at
    Time now_{};
    Time arrived_{};           // Command::arrived of what is being carried out
    BytesView arrived_head_{}; // the block of the head, while the command that brought it is carried out
    Bytes head_rlp_{};         // the block of head_rlp_of_, for peers that are told of it later
    Hash256 head_rlp_of_{};
    std::vector<Hash256> locator_{};
    Hash256 locator_of_{}; // the head
    std::optional<Mining> mining_{};
    bool told_gap_ = false;                     // that the accounts are not known
    std::optional<chain::StateStatus> state_{}; // when the head last moved
    SplitMix64 chance_;
    Time head_later_ = Time::max();         // then those are told that were left out
    Time transactions_later_ = Time::max(); // ... of transactions
    ConnectionId handled_ = 0;              // whose command is carried out
    std::size_t served_ = 0;                // bytes of answers in the command that is carried out
};

} // namespace ethpoc::sync
