// The nodes of a trie as bytes (spec CHAIN 7), for the root of pairs that are all known (trie.cpp) and for the trie
// that changes (trie_map.cpp). Internal to chain/.
//
//   leaf       [ HP(rest of the key, leaf), value ]
//   extension  [ HP(common nibbles), child ]
//   branch     [ child 0 .. child 15, value ]
//   child      its RLP when that is shorter than 32 bytes, else its Keccak
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "chain/keccak.hpp"
#include "rlp/encode.hpp"

/// The nodes of a trie as bytes.
namespace ethpoc::chain::trie_node {

/// Nibble `at` of a key; the first one is the high half of the first byte.
constexpr std::uint8_t nibble(BytesView key, std::size_t at) noexcept {
    return at % 2 == 0 ? key[at / 2] >> 4 : key[at / 2] & 15;
}

/// The first nibble from `at` on, below `most`, in which the two differ; `most` when there is none.
constexpr std::size_t common_end(BytesView a, BytesView b, std::size_t at, std::size_t most) noexcept {
    while (at < most && nibble(a, at) == nibble(b, at)) {
        ++at;
    }
    return at;
}

/// How a parent names a node: its RLP, or the RLP of its hash.
class Reference {
  public:
    /// `node` is RLP: itself when it is shorter than 32 bytes, else its Keccak as a string.
    static Reference of(BytesView node) {
        Reference out;
        if (node.size() < Hash256::width) {
            out.size_ = static_cast<std::uint8_t>(node.size());
            std::ranges::copy(node, out.bytes_.begin());
            return out;
        }
        out.size_ = 1 + Hash256::width;
        out.bytes_[0] = 0x80 + Hash256::width;
        std::ranges::copy(keccak256(node).bytes, out.bytes_.begin() + 1);
        return out;
    }

    bool empty() const noexcept { return size_ == 0; } // of no node
    BytesView view() const noexcept { return BytesView{bytes_}.first(size_); }

  private:
    std::array<std::uint8_t, 1 + Hash256::width> bytes_{};
    std::uint8_t size_ = 0;
};

using References = std::array<Reference, 16>; // empty: no child

/// Writes one node at a time into one buffer. What a call gives is valid until the next one.
class Writer {
  public:
    /// Nibbles of `key` from `from` to its end.
    BytesView leaf(BytesView key, std::size_t from, BytesView value);
    /// Nibbles `from` to `to` of `key`.
    BytesView extension(BytesView key, std::size_t from, std::size_t to, const Reference& child);
    /// `value` empty: none.
    BytesView branch(const References& children, BytesView value);

  private:
    void put_path(BytesView key, std::size_t from, std::size_t to, bool is_leaf);

    rlp::BackwardWriter out_{1024}; // more than a branch of 16 hashes has
};

} // namespace ethpoc::chain::trie_node
