// TrieMap: a Merkle Patricia trie that changes (spec CHAIN 7), as the accounts of a chain do. A copy costs nothing: two
// maps share what is the same in both, so the states of the last blocks cost only what each has changed. What hangs
// below a node that has not changed is not hashed again.
#pragma once

#include <functional>
#include <optional>
#include <utility>

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
    /// A counted pointer to a node. Not atomic, as all maps are of one thread.
    class Link {
      public:
        Link() noexcept = default;
        explicit Link(Node* made) noexcept; // takes it over
        Link(const Link& other) noexcept;
        Link(Link&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
        Link& operator=(Link other) noexcept {
            std::swap(node_, other.node_);
            return *this;
        }
        ~Link();

        Node* get() const noexcept { return node_; }
        Node* operator->() const noexcept { return node_; }
        Node& operator*() const noexcept { return *node_; }
        explicit operator bool() const noexcept { return node_ != nullptr; }
        bool is_shared() const noexcept;

      private:
        Node* node_ = nullptr;
    };
    struct Encoder;

    static bool put_below(Link& at, std::size_t from, BytesView key, BytesView value);
    static void walk(const Node& node, const std::function<void(BytesView, BytesView)>& take);

    Link root_{};
    std::size_t size_ = 0;
};

} // namespace ethpoc::chain
