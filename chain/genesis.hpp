// The genesis blocks of 2014, one row each (spec CHAIN 8), and those that come by file.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "chain/rules.hpp"
#include "rlp/error.hpp"

namespace ethpoc::chain {

namespace errors {
#define ETHPOC_ERROR(name, word, rule, hint) inline constexpr ErrorCode name{word, rule, hint};
#include "chain/errors.def"
#undef ETHPOC_ERROR
} // namespace errors
std::span<const ErrorCode* const> error_catalogue() noexcept;

struct Genesis {
    std::string name; // "poc3", "go-p08", "L", ...; for a file, its name without folders
    Bytes rlp;        // the whole block
    Hash256 hash;     // by Rules::hash_of of the rules it goes with
};

struct GenesisRow {
    std::string_view name; // "A" .. "X" as in the hash table, and clients' names
    std::string_view rlp_hex;
    std::string_view block_hash_hex;
    std::string_view header_hash_hex;
    std::string_view remark;
};
std::span<const GenesisRow> genesis_table() noexcept;

/// The genesis in force for a protocol and a client (C++ and Go differ at protocol 8; see is_go_client()).
Genesis genesis_for(std::uint32_t version, std::string_view client_id = {});
/// One that came as bytes. Errors: rlp.*, chain.bad_header, when it is not a block of these rules.
Result<Genesis> genesis_from_rlp(std::string name, Bytes rlp, const Rules& rules);
/// By row name or alias ("poc3", "H"), or a file: hex RLP of the block, or the first line of a chain file
/// ({"chain":{...}}).
Result<Genesis> load_genesis(const std::string& name_or_path, const Rules& rules);

} // namespace ethpoc::chain
