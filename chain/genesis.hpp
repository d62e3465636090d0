// The genesis blocks of 2014, one row each (spec CHAIN 8). Those that somebody names: chain/named_genesis.hpp.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chain/premine.hpp"
#include "chain/rules.hpp"
#include "rlp/error.hpp"
#include "rlp/tree.hpp"

namespace ethpoc::chain {

/// The rows of errors.def.
namespace errors {
#define ETHPOC_ERROR(name, word, rule, hint) inline constexpr ErrorCode name{word, rule, hint};
#include "chain/errors.def"
#undef ETHPOC_ERROR
} // namespace errors
/// All rows of chain/errors.def, in the order of the file.
std::span<const ErrorCode* const> error_catalogue() noexcept;

/// A genesis block, with its bytes, which it owns.
struct Genesis {
    std::string name; // "poc3", "go-p08", "L", ...; for a file, its name without folders
    Bytes rlp;        // the whole block, in today's RLP also where its hash is of the item-counted one
    Hash256 hash;     // by Rules::hash_of of the rules it goes with
    // Who has ether in it, where that came with it; otherwise its state root tells, if the set is recorded.
    std::vector<PremineAccount> premine{};
};

/// A row of genesis_table.def. Hex without prefix.
struct GenesisRow {
    std::string_view name; // "A" .. "X" as in the hash table, and clients' names
    std::string_view rlp_hex;
    std::string_view block_hash_hex;
    std::string_view header_hash_hex;
    std::string_view remark;
};
/// All rows, in the order of the file.
std::span<const GenesisRow> genesis_table() noexcept;
/// By name or alias ("poc3", "H"). nullptr: none.
const GenesisRow* find_genesis_row(std::string_view name) noexcept;

/// The genesis in force for a protocol and a client (C++ and Go differ at protocol 8). The first of
/// genesis_candidates().
Genesis genesis_for(std::uint32_t version, Implementation by = Implementation::cpp);

/// A genesis that clients of one version began with, and the rules that go with it there.
struct GenesisCandidate {
    Genesis genesis;              // its hash by Rules::hash_of of `rules`
    const Rules* rules = nullptr; // never null; lives for ever
    // How its clients write; protocol 0 has both dialects, told apart by the first bytes of the Hello.
    rlp::Dialect dialect = rlp::Dialect::modern;
};
/// Every genesis that some client of `version` began with, at least one: those of `by` alone first, and
/// the one in force longest before those of a day or a week. Which of them somebody means is heard in the Status (or
/// Hello) of the other side, not configured: see find_genesis_by_hash(). Old protocols do not say it; there the first
/// one holds until a block names another as its parent.
std::vector<GenesisCandidate> genesis_candidates(std::uint32_t version, Implementation by = Implementation::cpp);
/// The candidate with this hash, also one of other clients; without one, any row of the table that the rules of
/// `version` can read and that hashes to it. Nothing: a genesis that nobody recorded (--genesis names one by file).
std::optional<GenesisCandidate> find_genesis_by_hash(std::uint32_t version, const Hash256& hash,
                                                     Implementation by = Implementation::cpp);
/// One for a network of its own, written as those of 2014 were (spec CHAIN 8): of the year 1970, with a gas limit of a
/// million, its nonce the Keccak of 2a. `premine` is kept in it. Its accounts have the form of the row.
Genesis make_genesis(std::string name, const Rules& rules, const U256& difficulty, std::vector<PremineAccount> premine);
/// One that came as bytes. Errors: rlp.*, chain.bad_header, when it is not a block of these rules.
Result<Genesis> genesis_from_rlp(std::string name, Bytes rlp, const Rules& rules);

} // namespace ethpoc::chain
