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
    virtual ConnectionId connection() const noexcept = 0;
    virtual void receive_hello(const Hello& hello) = 0;
    virtual void receive_disconnect(const Disconnect& disconnect) = 0;
    virtual void receive_status(const Status& status) = 0;
    virtual void receive_pong() = 0;
    virtual void receive_unknown(const Unknown& unknown) = 0;
    virtual void add_peers(const Peers& peers) = 0;
    virtual void send_pong() = 0;
    virtual void send_peers() = 0;
};

/// What the dispatcher hands to the chain. Everything is a view into the frame; the port copies what it keeps.
class ChainPort {
  public:
    virtual ~ChainPort() = default;
    virtual void add_transactions(ConnectionId from, const Transactions& transactions) = 0;
    virtual void add_blocks(ConnectionId from, const Blocks& blocks) = 0;
    virtual void add_new_block(ConnectionId from, const NewBlock& block) = 0;
    virtual void add_block_hashes(ConnectionId from, const BlockHashes& hashes) = 0;
    virtual void not_in_chain(ConnectionId from, const NotInChain& message) = 0;
    virtual void request_chain(ConnectionId from, const GetChain& request) = 0;
    virtual void request_block_hashes(ConnectionId from, const GetBlockHashes& request) = 0;
    virtual void request_blocks(ConnectionId from, const GetBlocks& request) = 0;
    virtual void request_transactions(ConnectionId from) = 0;
};

class WireProtocol {
  public:
    /// Calls the one handler for `message`. Exhaustive: a row in messages.def without a handler does not compile.
    static void dispatch(PeerPort& peer, ChainPort& chain, const Message& message);
};

} // namespace ethpoc::wire
