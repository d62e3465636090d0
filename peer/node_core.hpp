// NodeCore: what a node is without sockets, threads and clocks: the two proxies, all chains, all peers. Node runs it
// with a Network and a thread for the chain, the simulator with virtual links, in virtual time.
#pragma once

#include <functional>
#include <vector>

#include "peer/node.hpp"

namespace ethpoc::peer {

/// Owns the manager of the chain and that of the peers; has no thread of its own.
class NodeCore {
  public:
    /// What the two sides tell each other, from the thread of the chain.
    struct Bells {
        std::function<void()> actions;                // carry_out() has something to do
        std::function<void(wire::ConnectionId)> room; // this connection may be read again
    };

    /// All references outlive the core; `budget` also outlives the drivers that the manager has made.
    NodeCore(const NodeOptions& options, sync::Budget& budget, Transport& transport,
             const std::vector<Observer*>& watching, Bells bells);
    NodeCore(const NodeCore&) = delete;
    NodeCore& operator=(const NodeCore&) = delete;

    /// At most `most` of what the chain wants done. False: more waits.
    bool carry_out(int most);

    Observers observers{};
    sync::NetworkProxy from_chain;
    sync::ChainProxy to_chain;
    sync::ChainManager chain;
    PeerManager manager;
};

} // namespace ethpoc::peer
