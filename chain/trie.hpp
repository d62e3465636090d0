// Root of a Merkle Patricia trie over pairs that are all known at once (spec CHAIN 7). Nothing is stored; the
// trie that changes is trie_map.hpp, the nodes of both are in trie_node.hpp.
#pragma once

#include <optional>
#include <span>

#include "chain/rules.hpp"
#include "rlp/decode.hpp"

namespace ethpoc::chain {

/// Views: the owner of the bytes keeps them.
struct TrieEntry {
    BytesView key{};   // at most 32 bytes
    BytesView value{}; // as it is put into the leaf, not empty
};

/// Keccak of the root node, also when that node is short. Keys must differ. `entries` are put into order. Nothing for
/// no entries: how an empty trie is written depends on the version, see empty_root().
std::optional<Hash256> trie_root(std::span<TrieEntry> entries);

/// "Nothing" as a header writes it: 32 zero bytes, no bytes, or a hash (of 80 for tries, of c0 for uncles).
BytesView empty_root(EmptyHash form) noexcept;
/// The same for a list of uncles that is empty.
BytesView empty_uncles(EmptyHash form) noexcept;

/// What a header must name for a block's transactions, as `how` says. `out` is 32 bytes for list_hash and for a trie
/// that is not empty.
struct Root {
    Hash256 hash{};
    BytesView view{}; // into hash, or of static storage
};
/// Hashes all transactions of a block; the result goes into `out`.
void transactions_root(const Rules& rules, TransactionsRoot how, const rlp::Items& entries, Root& out);

} // namespace ethpoc::chain
