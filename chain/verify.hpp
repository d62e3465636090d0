// The rules of consensus that need no state: one small function each, by the columns of a Rules row (spec CHAIN 4 to
// 6). State roots, balances and contracts are not looked at.
#pragma once

#include <functional>
#include <optional>

#include "chain/block.hpp"
#include "chain/store.hpp"

namespace ethpoc::chain {

/// What is wrong; nothing when the rule holds. Offsets count from the first byte of the block.
using Fault = std::optional<Error>;

/// A block on trial.
struct Candidate {
    const Rules& rules;
    BytesView bytes;
    const Block& block;
};

/// How the rules about uncles see the ancestors of a block.
class Ancestry {
  public:
    virtual ~Ancestry() = default;
    virtual std::optional<BlockRecord> ancestor(const Hash256& hash) = 0;
    virtual std::optional<Bytes> ancestor_rlp(const Hash256& hash) = 0;
};

// ---------------------------------------------------------------- what a block says of itself

Fault check_proof_of_work(const Candidate& candidate);
Fault check_uncles_hash(const Candidate& candidate);
Fault check_transactions_root(const Candidate& candidate);
Fault check_gas_used(const Candidate& candidate);
Fault check_extra_data(const Candidate& candidate);
/// Fields, minimum gas price and sender of every transaction.
Fault check_transactions(const Candidate& candidate);

// ---------------------------------------------------------------- against its parent

Fault check_number(const Candidate& candidate, const BlockRecord& parent);
Fault check_timestamp(const Candidate& candidate, const BlockRecord& parent);
Fault check_difficulty(const Candidate& candidate, const BlockRecord& parent);
Fault check_gas_limit(const Candidate& candidate, const BlockRecord& parent);
Fault check_uncles(const Candidate& candidate, const BlockRecord& parent, Ancestry& ancestry);
/// `now_seconds` 0: no clock is at hand, nothing is refused.
Fault check_not_ahead(const Candidate& candidate, std::uint64_t now_seconds);

// ---------------------------------------------------------------- all of them

/// What can be said before the parent is known; cheap, but for the hash of every transaction.
Fault check_alone(const Candidate& candidate);
/// The rest. The cheap rules come first.
Fault check_child(const Candidate& candidate, const BlockRecord& parent, Ancestry& ancestry);

/// The difficulty that a child of `parent` with this timestamp must have.
U256 child_difficulty(const Rules& rules, const BlockRecord& parent, std::uint64_t timestamp);
/// The gas limit that `rule` gives a child of `parent`; 0 for GasLimitRule::none.
std::uint64_t child_gas_limit(const Rules& rules, GasLimitRule rule, const BlockRecord& parent);
/// What is stored of a block that passed. Uncles count into the total difficulty (spec CHAIN 6).
BlockRecord make_record(const Candidate& candidate, const BlockRecord& parent);
/// The same for a genesis.
BlockRecord make_genesis_record(const Block& block);

} // namespace ethpoc::chain
