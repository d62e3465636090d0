// TrieMap: a Merkle Patricia trie that changes (spec CHAIN 7), as the accounts of a chain do. A copy costs nothing: two
// maps share what is the same in both, so the states of the last blocks cost only what each has changed. What hangs
// below a node that has not changed is not hashed again.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "rlp/bytes.hpp"

namespace ethpoc::chain {

/// Copies may be changed and dropped in any order, but by one thread: they share nodes.
class TrieMap {
  public:
    /// As it was put; valid until this map changes or ends. Nothing: there is no such key.
    std::optional<BytesView> find(BytesView key) const;
    /// Adds or replaces. `value` is not empty. Takes O(length of the key) steps.
    void put(BytesView key, BytesView value);
    /// Keccak of the root node, as trie_root() of the same pairs. Nothing when it is empty. Hashes what has changed
    /// since it was asked last, also through a copy.
    std::optional<Hash256> root() const;

    std::size_t size() const noexcept { return size_; }
    /// Every pair in the order of the keys. The views are valid during the call.
    void for_each(const std::function<void(BytesView key, BytesView value)>& take) const;

    /// How many nodes were encoded by root(), of all maps of this thread: what a root costs, for tests.
    static std::uint64_t encoded() noexcept;

  private:
    struct Node;
    using Link = std::shared_ptr<Node>;

    static Node& own(Link& at);
    bool put_below(Link& at, std::size_t from, BytesView key, BytesView value);
    static Bytes encode(const Node& node, std::size_t from);
    static void walk(const Node& node, const std::function<void(BytesView, BytesView)>& take);

    Link root_{};
    std::size_t size_ = 0;
};

} // namespace ethpoc::chain
