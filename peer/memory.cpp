// What a node holds at most: one term for each bound.
#include "chain/orphan_pool.hpp"
#include "peer/network.hpp"
#include "peer/node.hpp"

namespace ethpoc::peer {

namespace {
constexpr std::size_t program = 24u << 20; // libraries, tables, SQLite's caches, the queues of lines to print
constexpr std::size_t layouts = 3;         // of transactions on one chain, each with its pool
constexpr std::size_t overhead = 2;        // a small transaction takes twice its bytes in a pool
} // namespace

std::size_t most_memory(const NodeOptions& options) noexcept {
    // A peer beyond its account still has what it may always hold, and one read that could not be taken apart.
    const std::size_t connections = 2 * options.peers.max_peers + 1;
    constexpr std::size_t address = 512; // of the book, with what is remembered of it
    const std::size_t always =
        options.peers.address_book * address + connections * (options.session.free_memory + Network::read_buffer_size);
    const std::size_t hub = layouts * overhead * options.chain.hub.pool_bytes + chain::OrphanPool::usual_bytes +
                            2 * sizeof(Hash256) * options.chain.hub.max_wanted_of_all;
    return program + options.memory + always + options.network_queue + options.chain.max_chains * hub;
}

} // namespace ethpoc::peer
