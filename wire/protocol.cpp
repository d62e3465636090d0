#include "wire/protocol.hpp"

#include <variant>

namespace ethpoc::wire {
namespace {

/// One overload per row of messages.def; std::visit refuses to compile when one is missing. No overload is a template,
/// so that nothing is taken in by accident.
struct Handlers {
    PeerPort& peer;
    ChainPort& chain;

    // The session itself.
    void operator()(const Hello& message) const { peer.receive_hello(message); }
    void operator()(const Disconnect& message) const { peer.receive_disconnect(message); }
    void operator()(const Status& message) const { peer.receive_status(message); }
    void operator()(const Ping&) const { peer.send_pong(); }
    void operator()(const Pong&) const { peer.receive_pong(); }

    // Other peers.
    void operator()(const GetPeers&) const { peer.send_peers(); }
    void operator()(const Peers& message) const { peer.add_peers(message); }

    // What the other side has.
    void operator()(const Transactions& message) const { chain.add_transactions(peer.connection(), message); }
    void operator()(const Blocks& message) const { chain.add_blocks(peer.connection(), message); }
    void operator()(const NewBlock& message) const { chain.add_new_block(peer.connection(), message); }
    void operator()(const BlockHashes& message) const { chain.add_block_hashes(peer.connection(), message); }
    void operator()(const NotInChain& message) const { chain.not_in_chain(peer.connection(), message); }

    // What it wants.
    void operator()(const GetChain& message) const { chain.request_chain(peer.connection(), message); }
    void operator()(const GetBlockHashes& message) const { chain.request_block_hashes(peer.connection(), message); }
    void operator()(const GetBlocks& message) const { chain.request_blocks(peer.connection(), message); }
    void operator()(const GetTransactions&) const { chain.request_transactions(peer.connection()); }

    // Whisper is read and not spoken: the dispatcher drops it.
    void operator()(const ShhStatus&) const {}
    void operator()(const ShhMessages&) const {}

    void operator()(const Unknown& message) const { peer.receive_unknown(message); }
};

} // namespace

void WireProtocol::dispatch(PeerPort& peer, ChainPort& chain, const Message& message) {
    std::visit(Handlers{peer, chain}, message);
}

} // namespace ethpoc::wire
