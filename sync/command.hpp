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

namespace ethpoc::sync {

using wire::ConnectionId;
using Time = std::chrono::steady_clock::time_point;

/// What the chain must know of a peer to talk to it. The numbers come from the quirk table of peer/.
struct PeerTraits {
    const wire::Profile* profile = nullptr;
    wire::IdOffsets offsets{};
    wire::ClientKind client = wire::ClientKind::unknown;
    bool has_chain = true;              // false: a peer server, or a client of another chain: its blocks are not ours
    U256 total_difficulty{};            // as announced; 0 when the version does not say
    Hash256 best_hash{};                // as announced; zero when the version does not say
    Hash256 genesis_hash{};             // as announced; zero when the version does not say
    Hash256 said_head{};                // what our own Hello or Status said; zero when the version does not say
    std::uint32_t max_blocks = 32;      // in one answer to it
    std::uint32_t max_answer_bytes = 0; // of one answer to it; 0: the usual
    std::uint32_t ask_hashes = 256;     // how many hashes one GetBlockHashes asks it for
    std::uint32_t ask_blocks = 128;     // how many blocks one GetBlocks asks it for
    bool hashes_include_start = false;  // it wants the asked hash first in BlockHashes
    bool announce = true;               // tell it of new heads
    bool never_empty_hashes = false;    // an empty BlockHashes makes it ask again for ever
    bool denies_genesis = false;        // without blocks: asks GetChain without a hash, and has the genesis NotInChain
    bool silent_at_head = false;        // answers GetChain of its head, or of what it has nothing above, with nothing
    bool serves = true;                 // it answers questions for blocks; false: it is not asked
    bool asks_on = false;               // reads Blocks with something new: asks GetChain at once; until then no others
    bool announce_from_last = false;    // a new head comes with all blocks since the last one that it has
    bool ask_first = false;             // no Blocks of ours before it has answered our GetChain, and none that do not
                                        // follow its head
    bool no_not_in_chain = false;       // empty Blocks instead of NotInChain
    bool takes_transactions = true;     // false: only an empty list, as an answer
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
    Time arrived{};       // when the message was read from the connection
};

} // namespace ethpoc::sync
