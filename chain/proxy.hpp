// The two proxies between the network thread and the chain thread, named as in the Python client of 2014: the network
// talks to a ChainProxy, the chain talks to a NetworkProxy, and each is a bounded queue to the other.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "chain/queue.hpp"
#include "chain/store.hpp"
#include "rlp/bytes.hpp"
#include "rlp/error.hpp"
#include "wire/profile.hpp"
#include "wire/protocol.hpp"

namespace ethpoc::chain {

using wire::ConnectionId;

/// One whole frame, shared by all connections that it goes to.
using SharedFrame = std::shared_ptr<const Bytes>;

/// What the chain must know of a peer to talk to it. The numbers come from the quirk table of peer/.
struct PeerTraits {
    const wire::Profile* profile = nullptr;
    wire::IdOffsets offsets{};
    std::string client_id;
    bool has_chain = true;              // false: a peer server, or a client of another chain: its blocks are not ours
    U256 total_difficulty{};            // as announced; 0 when the version does not say
    Hash256 best_hash{};                // as announced; zero when the version does not say
    Hash256 genesis_hash{};             // as announced; zero when the version does not say
    std::uint32_t max_blocks = 32;      // in one answer to it
    std::uint32_t max_answer_bytes = 0; // of one answer to it; 0: the usual
    std::uint32_t ask_hashes = 256;     // how many hashes one GetBlockHashes asks it for
    std::uint32_t ask_blocks = 128;     // how many blocks one GetBlocks asks it for
    bool hashes_include_start = false;  // it wants the asked hash first in BlockHashes
    bool announce = true;               // tell it of new heads
    bool never_empty_hashes = false;    // an empty BlockHashes makes it ask again for ever
    bool denies_genesis = false;        // without blocks: asks GetChain without a hash, and has the genesis NotInChain
};

// ---------------------------------------------------------------- network -> chain

namespace command {
struct PeerUp {
    PeerTraits traits;
};
struct PeerDown {};
struct Transactions {
    Bytes items; // RLP items, one behind the other
    std::size_t count = 0;
};
struct Blocks {
    Bytes items;
    std::size_t count = 0;
};
struct NewBlock {
    Bytes block;
    U256 total_difficulty{};
};
struct BlockHashes {
    std::vector<Hash256> hashes;
};
struct NotInChain {
    Hash256 hash{};
};
struct GetChain {
    std::vector<Hash256> hashes;
    std::uint64_t count = 0;
};
struct GetBlockHashes {
    Hash256 hash{};
    std::uint64_t limit = 0;
};
struct GetBlocks {
    std::vector<Hash256> hashes;
};
struct GetTransactions {};
} // namespace command

using CommandBody = std::variant<command::PeerUp, command::PeerDown, command::Transactions, command::Blocks,
                                 command::NewBlock, command::BlockHashes, command::NotInChain, command::GetChain,
                                 command::GetBlockHashes, command::GetBlocks, command::GetTransactions>;

struct Command {
    ConnectionId from = 0;
    CommandBody body;
    std::size_t cost = 0; // in the queue, in bytes
};

/// The views of items that stand one behind the other, as ChainProxy copied them.
std::vector<BytesView> split_items(const Bytes& items, std::size_t count);

/// The network's side. Copies what it is given, so frames may go away. All calls from the network thread.
class ChainProxy final : public wire::ChainPort {
  public:
    /// `on_room`: called from the chain thread when the queue was full and has room again.
    explicit ChainProxy(std::size_t max_bytes, std::function<void()> on_room = {}) :
        on_room_(std::move(on_room)), max_share_(max_bytes / shares), queue_(max_bytes, on_room_) {}

    void peer_up(ConnectionId peer, PeerTraits traits);
    void peer_down(ConnectionId peer);

    void add_transactions(ConnectionId from, const wire::Transactions& transactions) override;
    void add_blocks(ConnectionId from, const wire::Blocks& blocks) override;
    void add_new_block(ConnectionId from, const wire::NewBlock& block) override;
    void add_block_hashes(ConnectionId from, const wire::BlockHashes& hashes) override;
    void not_in_chain(ConnectionId from, const wire::NotInChain& message) override;
    void request_chain(ConnectionId from, const wire::GetChain& request) override;
    void request_block_hashes(ConnectionId from, const wire::GetBlockHashes& request) override;
    void request_blocks(ConnectionId from, const wire::GetBlocks& request) override;
    void request_transactions(ConnectionId from) override;

    /// True: stop reading from this peer until on_room. One peer fills a share of the queue only, so that others go on.
    bool full(ConnectionId peer) const;
    /// From the chain thread: this command has been carried out.
    void done(const Command& command);
    BoundedQueue<Command>& queue() noexcept { return queue_; }

  private:
    static constexpr std::size_t shares = 8;
    struct Share {
        std::size_t bytes = 0;
        bool was_full = false;
    };
    void push(ConnectionId from, CommandBody body, std::size_t bytes);

    const std::function<void()> on_room_;
    const std::size_t max_share_;
    mutable std::mutex mutex_{};
    mutable std::map<ConnectionId, Share> shares_{}; // of connections that have something in the queue
    BoundedQueue<Command> queue_;
};

// ---------------------------------------------------------------- chain -> network

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
struct Drop {
    ConnectionId peer = 0;
    std::uint32_t reason = 0; // Disconnect reason
    std::string why;
};
struct Imported {
    ConnectionId peer = 0;
    std::size_t blocks = 0;
    BlockRecord head{};
};
struct Reorg {
    BlockRecord from{};
    BlockRecord to{};
    std::uint64_t depth = 0;
};
struct Synced {
    ConnectionId peer = 0;
    BlockRecord head{};
};
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
};
struct Failed {
    Error error; // the store cannot go on
};
} // namespace action

using Action = std::variant<action::Send, action::Relay, action::Drop, action::Imported, action::Reorg, action::Synced,
                            action::TransactionSeen, action::Rejected, action::Failed>;

/// The chain's side. All calls from the chain thread; the network thread drains it with try_pop().
class NetworkProxy {
  public:
    /// `on_ready`: called from the chain thread when the first action was put into an empty queue.
    NetworkProxy(std::size_t max_bytes, std::function<void()> on_ready) :
        on_ready_(std::move(on_ready)), queue_(max_bytes) {}

    /// Waits while the network is behind; the network never waits for the chain, so this ends.
    void put(Action action);
    std::optional<Action> try_pop() { return queue_.try_pop(); }
    void close() { queue_.close(); }

  private:
    std::function<void()> on_ready_;
    BoundedQueue<Action> queue_;
};

} // namespace ethpoc::chain
