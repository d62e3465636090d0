// Making blocks: what a miner works on. A block is put together by the same rules that check it (verify.hpp,
// state.hpp); what is missing is the nonce, the last field of its header.
#pragma once

#include <span>
#include <vector>

#include "chain/pool.hpp"
#include "chain/state.hpp"

namespace ethpoc::chain {

/// What a miner decides itself.
struct MinerChoice {
    Address coinbase{};            // whose the reward is
    std::uint64_t now_seconds = 0; // Unix time. The block has it, or what its rules say it must at least have
    Bytes extra_data{};            // at most Rules::max_extra_data bytes where that is not 0
};

/// A block without its nonce. It does not change, so threads may share it.
struct Work {
    Hash256 parent{};
    std::uint64_t number = 0;
    std::uint64_t timestamp = 0; // Unix seconds; later than the clock where a block must be younger than its parent
    U256 difficulty{};
    Hash256 preimage{};       // what is hashed with the nonce
    Bytes block{};            // whole, with a nonce of 32 zero bytes
    std::size_t nonce_at = 0; // where they begin in `block`
    std::size_t transactions = 0;
    std::size_t uncles = 0;
};

/// The block with its nonce.
Bytes seal(const Work& work, const Hash256& nonce);

/// Tries as many nonces as are `left`, from `next` on; both say afterwards what was not tried. The nonce found is good
/// for every client: C++ takes a hash of just 2^256 / difficulty, Go and Python do not (spec CHAIN 5).
std::optional<Hash256> search(const Work& work, Hash256& next, std::uint64_t& left) noexcept;

/// What a block is made of.
struct Ingredients {
    const Rules& rules;
    const BlockRecord& parent;
    const State& before;                              // the accounts after the parent
    std::span<const WaitingTransaction> transactions; // oldest first
    std::span<const Bytes> uncles;                    // headers; those that the rules refuse are left out
    Ancestry& ancestry;                               // that the rules of uncles look at
    std::size_t most_transactions = 256; // more than any recorded block has; importing it takes 0.1 ms for each
    std::size_t most_uncles = 2;         // the least that any version allows (2015), and more than are needed
};

/// What headers that have it name for transactions that left no logs: the root of a trie of receipts, [state root, gas
/// used so far, bloom, logs] each, by their index. Zeros for none.
Hash256 receipts_root(const StateRoots& made);

/// The block above `parent`. Errors: chain.cannot_mine.
Result<Work> make_work(const Ingredients& from, const MinerChoice& choice);

} // namespace ethpoc::chain
