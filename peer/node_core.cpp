#include "peer/node_core.hpp"

namespace ethpoc::peer {

NodeCore::NodeCore(const NodeOptions& options, sync::Budget& budget, Transport& transport,
                   const std::vector<Observer*>& watching, Bells bells) :
    from_chain(options.network_queue, std::move(bells.actions)),
    to_chain(options.chain_queue, std::move(bells.room)), chain(options.chain, to_chain, from_chain),
    manager(options.peers, options.session, chain, to_chain, observers, transport, &budget) {
    for (Observer* observer : watching) {
        observers.add(*observer);
    }
    if (observers.want<event::Block>()) { from_chain.want_blocks(); }
}

bool NodeCore::carry_out(int most) {
    for (int i = 0; i < most; ++i) {
        auto action = from_chain.try_pop();
        if (!action) { return true; }
        manager.carry_out(std::move(*action));
    }
    return false;
}

} // namespace ethpoc::peer
