// StateBook: the states that the last blocks left, those of side chains too, so that a block is checked wherever it
// follows, and a reorganisation costs nothing; and the blocks that were refused for their state.
#pragma once

#include <deque>
#include <map>

#include "chain/state.hpp"

namespace ethpoc::chain {

/// Why a block was refused.
struct Refusal {
    std::uint64_t number = 0; // of the block
    Error why{};

    /// That of a block which follows this one, whose hash is `hash`.
    Refusal of_child(const Hash256& hash) const;
};

/// States by the hash of the block that left them, and reasons of refused blocks by theirs.
class StateBook {
  public:
    /// How many blocks it has at most, and how much they may have changed together: a block weighs 1, each of its
    /// transactions and uncles as much. A transaction costs a few kilobytes here, so that is 64 MiB at the worst,
    /// beside the accounts themselves.
    static constexpr std::size_t most_blocks = 512;
    static constexpr std::size_t most_weight = 16'384;
    static constexpr std::size_t most_refused = 4096;

    /// Valid until the next put().
    const StateAfter* find(const Hash256& block) const;
    /// The oldest ones go when there are too many; the last one stays.
    void put(const Hash256& block, StateAfter state, std::size_t weight);
    std::size_t size() const noexcept { return states_.size(); }

    /// Why a block, or one below it, was refused; valid until the next refuse().
    const Refusal* refusal(const Hash256& block) const;
    /// The oldest refusals go beyond most_refused.
    void refuse(const Hash256& block, Refusal refusal);

  private:
    struct Entry {
        StateAfter state;
        std::size_t weight = 0;
    };
    std::map<Hash256, Entry> states_{};
    std::deque<Hash256> order_{}; // of states_, the oldest first
    std::size_t weight_ = 0;
    std::map<Hash256, Refusal> refused_{};
    std::deque<Hash256> refused_order_{};
};

// What is kept of a state between two runs (Store::put_state): a list of the block's hash, its number, the form of the
// accounts, and the pairs of the trie in their order.
//
//   [ hash, number, form, [ key, value, key, value, ... ] ]

/// A state, and the block that left it.
struct KeptState {
    Hash256 block{};
    std::uint64_t number = 0;
    State state;
};
/// The list above.
Bytes encode_kept(const KeptState& kept);
/// Nothing when the bytes are no such list. Whether the state is that of the block, its root tells.
std::optional<KeptState> decode_kept(const Rules& rules, BytesView bytes);

} // namespace ethpoc::chain
