// Reading what was heard: messages taken apart by the profile, for expectations and checks. Inside of this room only.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "chain/rules.hpp"
#include "conform/facts.hpp"
#include "conform/heard.hpp"
#include "rlp/decode.hpp"

namespace ethpoc::conform {

/// The hash that a text of cases.def names: head, anc1 .. anc31, genesis, unknown1, unknown2, h'..' of 32 bytes.
/// Errors: script.syntax, script.unknown_fact, with offset 0.
Result<Hash256> hash_named(std::string_view name, const Facts& facts);

/// The payload in today's RLP, which it mostly is already; `scratch` owns a translation.
BytesView todays_payload(const HeardMessage& message, const Facts& facts, Bytes& scratch);
/// Its items, the id first, and what stands behind the list up to `wanted` items (C++ protocols 2 to 4). Empty: no
/// list.
rlp::Items items_heard(BytesView payload, std::size_t wanted = 0);
/// As wire::decode(). Views into the message or `scratch`. Nothing: it cannot be read.
std::optional<wire::Message> message_heard(const HeardMessage& message, const Facts& facts, Bytes& scratch);

/// Entries of Blocks, BlockHashes, Peers and Transactions; nothing for others.
std::optional<std::size_t> entries_heard(const HeardMessage& message, const Facts& facts);
/// The RLP of each: of Blocks, NewBlock, Transactions. Copies.
std::vector<Bytes> things_heard(const HeardMessage& message, const Facts& facts);
/// The transactions and blocks that a stimulus says on its first connection, in whole frames.
std::vector<Bytes> things_told(const Script& script, const Facts& facts);
/// Of BlockHashes.
std::vector<Hash256> hashes_heard(const HeardMessage& message, const Facts& facts);

/// Of blocks of this version as the target's client has them.
const chain::Rules& rules_of(const Facts& facts) noexcept;
/// Whether the block has the hash, by the rules of one of the clients that spoke this version.
bool hashes_to(BytesView block, const Hash256& hash, const Facts& facts);
/// The first field of its header. Nothing: it is no block.
std::optional<Hash256> parent_named_by(BytesView block);

/// What a target says without being asked, as often as it likes; what is left over are answers. Its Hello is not among
/// them.
bool is_own_talk(const HeardMessage& message, const Facts& facts);
/// Ended, and not by us.
bool ended_by_target(const HeardLine& line) noexcept;

} // namespace ethpoc::conform
