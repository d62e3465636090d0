// What peers ask of our chain, and how it is answered. No state of its own; each function composes at most one frame.
#pragma once

#include <optional>
#include <span>

#include "chain/blockchain.hpp"
#include "sync/proxy.hpp"

namespace ethpoc::sync {

/// One answer: which message, and its frame.
struct Answer {
    wire::MessageType type{};
    Bytes frame;
};

/// GetChain, as C++ answers it (spec WIRE 5.6): the blocks right above the first hash that is on our branch, newest
/// first; empty Blocks when that is the head or the count is 0; NotInChain of the last hash when none is ours; nothing
/// when no hash was given.
std::optional<Answer> answer_get_chain(chain::Blockchain& chain, const PeerTraits& peer,
                                       std::span<const Hash256> hashes, std::uint64_t count);

/// The same in three parts, for a request whose look-ups are done in slices. C++ named at most 4,096 hashes, and that
/// for some weeks only (spec WIRE 5.6); half a million fit into a frame.
inline constexpr std::size_t max_chain_lookups = 4'096;
/// The first of `hashes` that is a block of our branch; nothing: none is.
std::optional<chain::BlockRecord> first_on_branch(chain::Blockchain& chain, std::span<const Hash256> hashes);
/// `sent`: how many blocks.
Answer answer_above(chain::Blockchain& chain, const PeerTraits& peer, const chain::BlockRecord& common,
                    std::uint64_t count, std::uint64_t* sent = nullptr);
/// `hashes`: the whole request. Nothing when it is empty. An empty Blocks for a peer that takes no NotInChain.
std::optional<Answer> answer_not_in_chain(const PeerTraits& peer, std::span<const Hash256> hashes);

/// GetBlockHashes: youngest to oldest, genesis included; from the parent of `hash` on, or from `hash` itself for
/// clients that expect it (spec WIRE 6, 8).
std::optional<Answer> answer_get_block_hashes(chain::Blockchain& chain, const PeerTraits& peer, const Hash256& hash,
                                              std::uint64_t limit);

/// GetBlocks: in the order asked, unknown ones skipped.
std::optional<Answer> answer_get_blocks(chain::Blockchain& chain, const PeerTraits& peer,
                                        std::span<const Hash256> hashes);

/// GetTransactions: `transactions` in one message; empty when there are none, as Go answers.
Answer answer_get_transactions(std::span<const BytesView> transactions, const PeerTraits& peer);

/// The size that an answer may have, in bytes of payload; a block above it goes alone. Go before 2014-07-29 misreads
/// lengths of three bytes, and no 2014 client likes large answers (spec WIRE 2.2).
inline constexpr std::size_t most_answer_bytes = 60'000;

} // namespace ethpoc::sync
