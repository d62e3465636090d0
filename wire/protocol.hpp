// WireProtocol: the stateless dispatcher. One handler per message; it talks to two ports and keeps nothing.
#pragma once

#include <cstdint>

#include "wire/message.hpp"

namespace ethpoc::wire {

/// One connection's number, unique while the process lives.
using ConnectionId = std::uint64_t;

/// What the dispatcher needs of the connection that the message came from, and of the peer manager behind it.
class PeerPort {
  public:
    virtual ~PeerPort() = default;
    /// The number of this connection.
    virtual ConnectionId connection() const noexcept = 0;
    /// First message of a session; any later one is for the session to judge.
    virtual void receive_hello(const Hello& hello) = 0;
    /// The other side has said that it hangs up.
    virtual void receive_disconnect(const Disconnect& disconnect) = 0;
    /// eth Status, after a p2p Hello.
    virtual void receive_status(const Status& status) = 0;
    /// The answer to a Ping of ours.
    virtual void receive_pong() = 0;
    /// An id that the version does not have.
    virtual void receive_unknown(const Unknown& unknown) = 0;
    /// Addresses that the peer tells of.
    virtual void add_peers(const Peers& peers) = 0;
    /// A Ping came: answer it.
    virtual void send_pong() = 0;
    /// GetPeers came: answer it.
    virtual void send_peers() = 0;
};

/// What the dispatcher hands to the chain. Everything is a view into the frame; the port copies what it keeps.
class ChainPort {
  public:
    virtual ~ChainPort() = default;
    /// Transactions, asked for or not.
    virtual void add_transactions(ConnectionId from, const Transactions& transactions) = 0;
    /// Blocks: an answer, or a new one in the versions that announce so.
    virtual void add_blocks(ConnectionId from, const Blocks& blocks) = 0;
    /// A new block with its difficulty.
    virtual void add_new_block(ConnectionId from, const NewBlock& block) = 0;
    /// The answer to GetBlockHashes.
    virtual void add_block_hashes(ConnectionId from, const BlockHashes& hashes) = 0;
    /// The other side knows none of the hashes that we named.
    virtual void not_in_chain(ConnectionId from, const NotInChain& message) = 0;
    /// Asks for blocks above the first hash that we have.
    virtual void request_chain(ConnectionId from, const GetChain& request) = 0;
    /// Asks for hashes downwards.
    virtual void request_block_hashes(ConnectionId from, const GetBlockHashes& request) = 0;
    /// Asks for blocks by hash.
    virtual void request_blocks(ConnectionId from, const GetBlocks& request) = 0;
    /// Asks for what waits in the pool.
    virtual void request_transactions(ConnectionId from) = 0;
};

/// Has one function and no state.
class WireProtocol {
  public:
    /// Calls the one handler for `message`. Exhaustive: a row in messages.def without a handler does not compile.
    static void dispatch(PeerPort& peer, ChainPort& chain, const Message& message);
};

} // namespace ethpoc::wire
