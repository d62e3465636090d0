// The two proxies between the network thread and the chain thread, named as in the Python client of 2014: the network
// talks to a ChainProxy, the chain talks to a NetworkProxy, and each is a bounded queue to the other.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "chain/rules.hpp"
#include "chain/store.hpp"
#include "rlp/bytes.hpp"
#include "rlp/error.hpp"
#include "sync/command.hpp"
#include "sync/lanes.hpp"
#include "sync/queue.hpp"
#include "wire/profile.hpp"
#include "wire/protocol.hpp"
#include "wire/reasons.hpp"

namespace ethpoc::sync {

/// One whole frame, shared by all connections that it goes to.
using SharedFrame = std::shared_ptr<const Bytes>;

/// The views of items that stand one after the other, as ChainProxy copied them.
std::vector<BytesView> split_items(const Bytes& items, std::size_t count);

/// The network's side. Copies what it is given, so frames may go away. All calls from the network thread, but those
/// that say otherwise.
class ChainProxy final : public wire::ChainPort {
  public:
    /// `on_room`: called from the chain thread when a peer that was full() has room again.
    explicit ChainProxy(std::size_t max_bytes, std::function<void(ConnectionId)> on_room = {}) :
        lanes_(max_bytes, std::move(on_room)) {}

    /// Whose memory the commands of `peer` count with; right before peer_up, until peer_down.
    void introduce(ConnectionId peer, std::shared_ptr<Account> account) { lanes_.open(peer, std::move(account)); }
    /// The handshake is done: the chain may ask it and answer it.
    void peer_up(ConnectionId peer, PeerTraits traits);
    /// The connection has ended; nothing of it is taken any more.
    void peer_down(ConnectionId peer) { lanes_.leave(peer); }

    void add_transactions(ConnectionId from, const wire::Transactions& transactions) override;
    void add_blocks(ConnectionId from, const wire::Blocks& blocks) override;
    void add_new_block(ConnectionId from, const wire::NewBlock& block) override;
    void add_block_hashes(ConnectionId from, const wire::BlockHashes& hashes) override;
    void not_in_chain(ConnectionId from, const wire::NotInChain& message) override;
    void request_chain(ConnectionId from, const wire::GetChain& request) override;
    void request_block_hashes(ConnectionId from, const wire::GetBlockHashes& request) override;
    void request_blocks(ConnectionId from, const wire::GetBlocks& request) override;
    void request_transactions(ConnectionId from) override;

    /// When what is handed over next came: Command::arrived.
    void arriving(Time now) noexcept { arriving_ = now; }

    /// True: stop reading from this peer until on_room.
    bool full(ConnectionId peer) const { return lanes_.full(peer); }
    /// What waits; the chain thread takes from it.
    CommandLanes& queue() noexcept { return lanes_; }
    const CommandLanes& queue() const noexcept { return lanes_; }

  private:
    void push(ConnectionId from, CommandBody body, wire::MessageType type, std::size_t bytes);

    CommandLanes lanes_;
    Time arriving_{};
};

// ---------------------------------------------------------------- chain -> network

/// What the chain wants of the network, one struct each.
namespace action {
/// A frame for one peer. `relay` frames may be shed when the peer is slow; answers to its own requests may not.
struct Send {
    ConnectionId to = 0;
    wire::MessageType type{};
    SharedFrame frame;
    bool relay = false;
};
/// The same frame for many peers, each of which may shed it.
struct Relay {
    wire::MessageType type{};
    SharedFrame frame;
    std::vector<ConnectionId> to;
};
/// Hangs up on this peer, with this reason; `why` is for people.
struct Drop {
    ConnectionId peer = 0;
    wire::Reason reason{};
    std::string why;
};
/// One verified and stored block, when NetworkProxy::wants_blocks().
struct Stored {
    ConnectionId peer = 0;
    const chain::Rules* rules = nullptr;
    chain::BlockRecord record{};
    Bytes rlp;
    Time arrived{}; // the message that it came in, or, for one that waited, that its parent came in
};
/// So many new blocks that a peer sent were stored; `head` is the head after them.
struct Imported {
    ConnectionId peer = 0;
    std::size_t blocks = 0;
    chain::BlockRecord head{};
};
/// The head moved to another branch.
struct Reorg {
    chain::BlockRecord from{};
    chain::BlockRecord to{};
    std::vector<Hash256> left;   // newest first
    std::vector<Hash256> joined; // oldest first
};
/// We have all that this peer offers.
struct Synced {
    ConnectionId peer = 0;
    chain::BlockRecord head{};
};
/// What it has does not stand on our genesis: its blocks go down to `end`, which has no parent here, or, without `end`,
/// it says that it does not know the genesis.
struct NoCommonBlock {
    ConnectionId peer = 0;
    Hash256 genesis{}; // ours
    std::optional<Hash256> end{};
};
/// A transaction that a peer sent is new in the pool.
struct TransactionSeen {
    ConnectionId peer = 0;
    Hash256 hash{};
    std::optional<Address> sender{};
};
/// A block or a transaction that was taken apart and found wrong.
struct Rejected {
    ConnectionId peer = 0;
    wire::MessageType type{};
    Error error;
    std::optional<std::size_t> index{}; // of the block or transaction in its message; none: it came in an earlier one
};
/// What a peer sent kept us busy, cost it little and was of no use: blocks that are not kept, or that pushed out others
/// of its own. Nothing in it breaks a rule.
struct Useless {
    ConnectionId peer = 0;
    std::size_t items = 0;
    std::string_view why; // a few words for people, for ever
};
/// A block of our own, stored. Before its Stored, whose `peer` is 0; there is no Imported.
struct Mined {
    chain::BlockRecord record{};
    std::size_t transactions = 0;
    std::size_t uncles = 0;
    bool head = false; // it became the head; otherwise another block was faster
};
/// Nothing can be mined now, and why.
struct Idle {
    Error error;
};
/// From block `from` on nobody here knows the accounts of the chain whose head this is; why is a clause for people.
struct StateUnknown {
    chain::BlockRecord head{};
    std::uint64_t from = 0;
    std::string because;
};
/// Nothing is stored any more.
struct Failed {
    Error error; // the store cannot go on
};
} // namespace action

/// One thing that the chain wants of the network.
using Action = std::variant<action::Send, action::Relay, action::Drop, action::Stored, action::Imported, action::Reorg,
                            action::Synced, action::NoCommonBlock, action::TransactionSeen, action::Rejected,
                            action::Useless, action::Mined, action::Idle, action::StateUnknown, action::Failed>;

/// The chain's side. The network drains it with try_pop(), from a thread of its own if it likes.
class NetworkProxy {
  public:
    /// `max_bytes`: wait_for_room() waits from there on. `on_ready`: called when the first action was put into an empty
    /// queue, from the thread that put it.
    NetworkProxy(std::size_t max_bytes, std::function<void()> on_ready) :
        on_ready_(std::move(on_ready)), queue_(max_bytes) {}

    /// From then on every block that is stored is told with its bytes. Before a chain is opened.
    void want_blocks() noexcept { wants_blocks_ = true; }
    bool wants_blocks() const noexcept { return wants_blocks_; }

    /// Never waits. What one slice of a command puts may exceed `max_bytes`.
    void put(Action action);
    /// Returns when less than `max_bytes` are there, or it was closed.
    void wait_for_room() { queue_.wait_for_room(); }
    std::optional<Action> try_pop() { return queue_.try_pop(); }
    /// Wakes whoever waits in wait_for_room().
    void close() { queue_.close(); }

  private:
    std::function<void()> on_ready_;
    BoundedQueue<Action> queue_;
    bool wants_blocks_ = false;
};

} // namespace ethpoc::sync
