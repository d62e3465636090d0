// The rules of consensus that need no state: one small function each, by the columns of a Rules row (spec CHAIN 4 to
// 6). State roots, balances and nonces: state.hpp.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

/// One transaction of a block, and whose it is.
struct SignedTransaction {
    TransactionLayout layout{};
    Entry entry{};
    Transaction transaction{};
    Address sender{};
};

/// How the rules about uncles see the ancestors of a block.
class Ancestry {
  public:
    virtual ~Ancestry() = default;
    /// The block with this hash; nothing: it is not stored.
    virtual std::optional<BlockRecord> ancestor(const Hash256& hash) = 0;
    /// Its bytes; nothing: it is not stored.
    virtual std::optional<Bytes> ancestor_rlp(const Hash256& hash) = 0;
};

/// The line for layouts without gas, and for what gas does not count (surplus items, uncles): bytes of a whole block.
/// The largest block of the recorded chains has 1366; and with the million gas of a genesis nobody buys more than 10^6
/// bytes of data, at 1 gas for a zero byte (eth 45 on) or 5 for any.
inline constexpr std::size_t largest_block = 1u << 20;

// ---------------------------------------------------------------- what a block says of itself

/// Before anything else is looked at, and before it is decoded. Error: chain.block_too_large.
Fault check_size(BytesView block);
/// Time, number and gas are below 2^63, so no sum of two of them wraps and the store's signed columns hold them.
Fault check_ranges(const Candidate& candidate);

/// Keccak against the difficulty (spec CHAIN 5); rules without proof of work take anything. Error:
/// chain.bad_proof_of_work.
Fault check_proof_of_work(const Candidate& candidate);
/// The header names the uncles that the block has. Error: chain.bad_uncles_hash.
Fault check_uncles_hash(const Candidate& candidate);
/// The header names the transactions that the block has, in one of the ways of the rules. Error:
/// chain.bad_transactions_root.
Fault check_transactions_root(const Candidate& candidate);
/// Gas that is used grows from one transaction to the next, and the last one has that of the header. Error:
/// chain.bad_gas_used.
Fault check_gas_used(const Candidate& candidate);
/// At most Rules::max_extra_data bytes. Error: chain.bad_extra_data.
Fault check_extra_data(const Candidate& candidate);
/// Fields, prices, gas and sender of every transaction; the senders, which cost most, last. Gas: spec CHAIN 3. Into
/// `read` goes what was read, views into the block.
Fault check_transactions(const Candidate& candidate, std::vector<SignedTransaction>* read = nullptr);
/// A transaction on its own, whose sender is known, for a block that is being made: fields, price and gas by the same
/// rules. The entry has neither root nor gas yet. Errors count from the first byte of `transaction`.
Result<SignedTransaction> read_transaction_for(const Candidate& candidate, BytesView transaction,
                                               const Address& sender);

// ---------------------------------------------------------------- against its parent

/// How many uncles there are, whose children they are, their headers, and that none was an uncle before (spec CHAIN 4
/// to 6).
Fault check_uncles(const Candidate& candidate, const BlockRecord& parent, Ancestry& ancestry);
/// `now_seconds` 0: no clock is at hand, nothing is refused.
Fault check_not_ahead(const Candidate& candidate, std::uint64_t now_seconds);

// ---------------------------------------------------------------- all of them

/// What the header says of itself, work first. One hash.
Fault check_header_standalone(const Candidate& candidate);
/// What the lists say: hashes of everything in the block.
Fault check_body_standalone(const Candidate& candidate);
/// What can be verified standalone, before the parent is known: both of the above.
Fault check_standalone(const Candidate& candidate);
/// The header against its parent's: number, time, difficulty, gas limit. A few numbers.
Fault check_header_child(const Candidate& candidate, const BlockRecord& parent);
/// All that needs the parent: the header's rules again, then uncles and transactions.
Fault check_child(const Candidate& candidate, const BlockRecord& parent, Ancestry& ancestry,
                  std::vector<SignedTransaction>* read = nullptr);

/// What is wrong with `header` as a child of `parent` (number, time, difficulty, gas limit); nullptr when nothing is.
/// `why` says what it should be. The same for blocks and for uncles.
struct Mismatch {
    const ErrorCode* code = nullptr;
    std::string_view field; // as in the field list
    std::string why;
};
/// Nothing: the rules about header and parent hold.
std::optional<Mismatch> mismatch_of_child(const Rules& rules, const Header& header, const BlockRecord& parent);

/// True when what transactions of the layout cost before they run is known: t9a and t9.
bool gas_is_priced(TransactionLayout layout) noexcept;
/// True when the transaction makes a contract: it names no receiver, or 20 zero bytes.
bool creates_contract(const Transaction& transaction) noexcept;
/// True where C++ takes two hashes for the same: a shorter string is one with zeros in front, so `80` and 32 zero bytes
/// are equal to it.
bool same_hash(BytesView a, BytesView b) noexcept;
/// What every transaction pays before it runs; 0 in layouts without gas or whose prices were not recorded.
std::uint64_t intrinsic_gas(const Rules& rules, TransactionLayout layout, const Transaction& transaction) noexcept;

/// The difficulty that a child of `parent` with this timestamp must have. Never wraps.
U256 child_difficulty(const Rules& rules, const BlockRecord& parent, std::uint64_t timestamp);
/// The same by `seconds` instead of Rules::difficulty_seconds.
U256 child_difficulty(const Rules& rules, const BlockRecord& parent, std::uint64_t timestamp, std::uint32_t seconds);
/// The gas limit that `rule` gives a child of `parent`; 0 for GasLimitRule::none.
std::uint64_t child_gas_limit(const Rules& rules, GasLimitRule rule, const BlockRecord& parent);
/// Total difficulty as a client of `of_peer` counts it (Go's starts at 0, spec CHAIN 6). `total` includes the genesis,
/// as BlockRecord::total_difficulty does.
U256 announced_total_difficulty(const U256& total, const U256& genesis_difficulty, const Rules& of_peer) noexcept;
/// What is stored of a block that passed. Uncles count into the total difficulty (spec CHAIN 6), which stays at 2^256 -
/// 1 when it gets there.
BlockRecord make_record(const Candidate& candidate, const BlockRecord& parent);
/// The same for a genesis.
BlockRecord make_genesis_record(const Block& block);

} // namespace ethpoc::chain
