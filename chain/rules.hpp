// Rules: what one protocol version means for blocks. As wire::Profile, a row each; code reads columns, never version
// numbers.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "rlp/bytes.hpp"

namespace ethpoc::chain {

/// Which fields a header has (spec CHAIN 2); the number is the count of fields. h15_py: those of h15, but the bloom
/// stands after the timestamp (py-0.7.38; seen in its genesis and its block 1).
enum class HeaderLayout : std::uint8_t { h9 = 9, h13 = 13, h14 = 14, h15 = 15, h16 = 16, h15_py = 115 };

/// Fields of a transaction in order (spec CHAIN 3).
enum class TransactionLayout : std::uint8_t {
    t8,       // nonce, to, value, fee, [words], v, r, s                                  until 2014-02-09
    t7,       // nonce, to, value, [words], v, r, s                                       protocols 2..8
    t9_calls, // the two forms of 03-19 .. 03-29: creation / message                       protocol 9
    t9a,      // nonce, value, to, gas price, gas, data, [init], v, r, s                  protocols 10..12
    t9a_go,   // nonce, value, gas price, gas, to, data, [init], v, r, s                  Go, protocol 8 from 04-09 on
    t9,       // nonce, gas price, gas, to, value, data, v, r, s                          protocol 13 on
};

/// What stands in a block's list of transactions: bare ones, or [transaction, state root, gas used] (spec CHAIN 1).
enum class EntryForm : std::uint8_t { bare, with_state };

/// What the block hash is the Keccak of (spec CHAIN 4). `counted_block`: the whole block in the item-counted RLP of
/// January 2014, as all hashes inside it (spec WIRE 3.1).
enum class HashOf : std::uint8_t { whole_block, header, counted_block };

/// How the transactions are committed to in the header (spec CHAIN 4).
enum class TransactionsRoot : std::uint8_t { list_hash, trie, trie_go_decimal };

/// How "nothing" is written (spec CHAIN 2.1). hash_of_nothing: Keccak of no bytes at all, py-0.7.38.
enum class EmptyHash : std::uint8_t { zeros, empty_string, hash_of_empty, hash_of_nothing };

/// How the gas limit of a block follows from its parent's (spec CHAIN 6).
enum class GasLimitRule : std::uint8_t { none, formula, go_minimum, go_own_gas_used };

/// Whose children may be uncles: the grandparent alone, named by nonce; or ancestors 2 to 7 generations back, named by
/// the hash of the header.
enum class UncleRule : std::uint8_t { child_of_grandparent, seven_generations };

/// What the state trie holds of an account without code and storage (spec CHAIN 7); empty roots and hashes as the
/// columns say.
enum class AccountForm : std::uint8_t {
    balance_nonce,  // balance, nonce                                  until 2014-04-23
    go_four,        // amount, nonce, an empty list, no code           Go, protocol 8 from 04-16 on
    balance_first,  // balance, nonce, storage root, hash of the code  protocols 13..17
    nonce_first,    // nonce, balance, storage root, hash of the code  protocol 18 on
    nonce_first_js, // the same, a nonce of 0 as the byte 00           node-ethereum: its genesis
};

/// ethash cannot be checked here: it is out of scope (spec CHAIN 5).
enum class ProofOfWork : std::uint8_t { keccak, ethash };

/// Where clients or protocols on one genesis mined differently, a block of either is right: the columns `..._also` hold
/// the second way, the others what C++ (or the client that the row is named after) does itself. So one chain serves all
/// that share its genesis, as it must when they are connected at once. RULES.md has each column with its commits and
/// tests.
struct Rules {
    std::string_view name; // "poc3", "go-p08", ...: for people and for the store
    HeaderLayout header = HeaderLayout::h9;
    TransactionLayout transaction = TransactionLayout::t7;
    // Of other protocols on the same genesis; the row's own stands for "no other".
    std::array<TransactionLayout, 2> transaction_also{TransactionLayout::t7, TransactionLayout::t7};
    EntryForm entry = EntryForm::bare;
    HashOf hash_of = HashOf::whole_block;
    TransactionsRoot transactions_root = TransactionsRoot::list_hash;
    TransactionsRoot transactions_root_also = TransactionsRoot::list_hash;
    EmptyHash empty_root = EmptyHash::zeros;           // of a trie without entries
    EmptyHash empty_uncles = EmptyHash::hash_of_empty; // here: Keccak of c0
    GasLimitRule gas_limit = GasLimitRule::none;
    GasLimitRule gas_limit_also = GasLimitRule::none;
    UncleRule uncles = UncleRule::child_of_grandparent;
    ProofOfWork proof_of_work = ProofOfWork::keccak;
    std::uint32_t difficulty_seconds = 42; // a block that comes sooner raises the difficulty
    std::uint32_t difficulty_seconds_also = 42;
    std::uint32_t difficulty_divisor = 1024; // by parent / divisor
    std::uint32_t difficulty_floor = 0;
    std::uint32_t min_gas_limit = 0;
    std::uint32_t zero_byte_gas = 5;         // what a zero byte of data costs; any other costs 5
    std::uint64_t min_transaction_price = 0; // wei for a unit of gas, in layouts that have a price
    std::uint32_t max_extra_data = 0;        // bytes; 0: no limit
    std::uint32_t max_uncles = 0;            // 0: no limit
    std::uint32_t max_seconds_ahead = 0;     // of our clock; 0: no limit
    // State (chain/state.hpp). 0 where a number was not recorded: from a block that needs it on, the state is unknown.
    AccountForm accounts = AccountForm::balance_nonce;
    AccountForm accounts_also = AccountForm::balance_nonce; // of another genesis that the row serves; its root tells
    EmptyHash empty_code = EmptyHash::hash_of_nothing;      // how accounts write that they have no code
    std::uint32_t built_in = 0;      // calls of the addresses 1 to this one may run code of the client
    std::uint64_t block_reward = 0;  // wei, for the miner
    std::uint64_t uncle_reward = 0;  // for the miner of each uncle
    std::uint64_t nephew_reward = 0; // for the miner of the block, for each uncle
    std::uint64_t flat_fee = 0;      // wei, burnt: what a transfer costs in layouts without gas
    bool hashed_keys = false;        // the trie has the Keccak of each address
    bool timestamp_strictly_greater = false;
    bool equal_timestamp_also = false;    // though this row's client wants it greater
    bool uncle_against_parent = true;     // an uncle must be a right child of its own parent
    bool gas_refunds = false;             // a transaction may end with half of what it used
    std::uint8_t max_coinbase = 20;       // 65 up to protocol 8: Go put the public key there
    bool count_genesis_difficulty = true; // false: Go's total difficulty starts at 0
};

/// The layouts that a block of these rules may hold, the row's own first.
std::array<TransactionLayout, 3> transaction_layouts(const Rules& rules) noexcept;

/// Whose blocks: clients differ where one row cannot serve all. cpp holds for everybody else too, and where nobody was
/// asked. Who is on the other side of a connection is a wire::ClientKind; sync/ says whose rules that one goes by.
enum class Implementation : std::uint8_t { cpp, go, py, js };
inline constexpr std::array every_implementation{Implementation::cpp, Implementation::go, Implementation::py,
                                                 Implementation::js};

/// Of a recording, a row of the genesis table or of rules, by the beginning of its name: "go-p08", "py-0.7.38",
/// "js-eth49". Any other name is C++'s: "cpp-poc7", "poc3", "".
Implementation implementation_of(std::string_view name) noexcept;

/// The rules of blocks that protocol `version` (flat) or eth `version` carries, as `by` has them: Go, Python and C++
/// differ where one row cannot serve all (protocol 8: genesis and transactions; protocol 27 on: total difficulty; eth
/// 52: the seconds of the difficulty). Never fails for versions 0..56; the nearest row otherwise.
const Rules& rules_for(std::uint32_t version, Implementation by = Implementation::cpp) noexcept;
/// The newest version that the table knows; what comes after it has the same rules.
std::uint32_t newest_version() noexcept;
/// By Rules::name, or an alias of a version ("poc4", "p17", "49"). nullptr: none.
const Rules* find_rules(std::string_view name) noexcept;
/// All rows, oldest first.
std::span<const Rules> all_rules() noexcept;

} // namespace ethpoc::chain
