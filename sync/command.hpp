// What the network asks of the chain, as values, and what the chain must know of a peer to talk to it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "rlp/bytes.hpp"
#include "wire/client.hpp"
#include "wire/profile.hpp"
#include "wire/protocol.hpp"
#include "wire/quirks.hpp"

namespace ethpoc::sync {

/// Numbers of connections, as the wire has them.
using wire::ConnectionId;
/// A moment of a clock that only goes forward; never the time of day.
using Time = std::chrono::steady_clock::time_point;

/// What the chain must know of a peer to talk to it.
struct PeerTraits {
    const wire::Profile* profile = nullptr;
    wire::IdOffsets offsets{};
    wire::ClientKind client = wire::ClientKind::unknown;
    wire::Quirks quirks{};
    bool special = false;  // one that we were told to keep: it is never left out of what is told to some peers only
    bool has_chain = true; // false: a peer server, or a client of another chain: its blocks are not ours
    /// Its Status names another genesis, network or eth version: nothing is asked of it, and nothing that it sends is
    /// read or answered (wire/PROTOCOL.md 2.15.5 to 2.15.7). Then has_chain is false too.
    bool other_chain = false;
    U256 total_difficulty{}; // as announced; 0 when the version does not say
    Hash256 best_hash{};     // as announced; zero when the version does not say
    Hash256 genesis_hash{};  // as announced; zero when the version does not say
    Hash256 said_head{};     // what our own Hello or Status said; zero when the version does not say
};

// ---------------------------------------------------------------- network -> chain

/// What the network asks of the chain, one struct each.
namespace command {
/// The peer has shaken hands.
struct PeerUp {
    PeerTraits traits;
};
/// The peer has gone.
struct PeerDown {};
/// Its Transactions, copied.
struct Transactions {
    Bytes items; // RLP items, one after the other
    std::size_t count = 0;
};
/// Its Blocks, copied: RLP items, one after the other, and how many.
struct Blocks {
    Bytes items;
    std::size_t count = 0;
};
/// Its NewBlock, copied.
struct NewBlock {
    Bytes block;
    U256 total_difficulty{};
};
/// Its BlockHashes, newest first.
struct BlockHashes {
    std::vector<Hash256> hashes;
};
/// It knows none of the hashes that we named.
struct NotInChain {
    Hash256 hash{};
};
/// It asks for at most `count` blocks above the first of `hashes` that is ours.
struct GetChain {
    std::vector<Hash256> hashes;
    std::uint64_t count = 0;
};
/// It asks for hashes downwards.
struct GetBlockHashes {
    Hash256 hash{};
    std::uint64_t limit = 0;
};
/// It asks for these blocks.
struct GetBlocks {
    std::vector<Hash256> hashes;
};
/// It asks for what waits in the pool.
struct GetTransactions {};
} // namespace command

/// One thing that a peer wants of the chain.
using CommandBody = std::variant<command::PeerUp, command::PeerDown, command::Transactions, command::Blocks,
                                 command::NewBlock, command::BlockHashes, command::NotInChain, command::GetChain,
                                 command::GetBlockHashes, command::GetBlocks, command::GetTransactions>;

/// What waits in the lanes. Owns its bytes.
struct Command {
    ConnectionId from = 0;
    CommandBody body;
    std::size_t cost = 0; // in the queue, in bytes
    Time arrived{};       // when the message was read from the connection
};

} // namespace ethpoc::sync
