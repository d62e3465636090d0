// Hashes of January 2014: what is hashed is the item-counted form (rlp/legacy.hpp), though blocks reach this room in
// today's RLP. Internal to chain/. Only the genesis of that time is known from a running client (spec CLIENTS 1); that
// blocks were hashed in the same way as it is inferred.
#pragma once

#include "chain/block.hpp"

namespace ethpoc::chain {

/// What the bytes are of which the hash is wanted: it says which strings in them were numbers.
enum class CountedPart : std::uint8_t { block, header_without_nonce, transactions, uncles };

/// Keccak of the item-counted form of `modern`. All zeros, which no block has, when a number in it begins with a zero
/// byte: it has no such form.
Hash256 counted_hash(CountedPart part, BytesView modern);

} // namespace ethpoc::chain
