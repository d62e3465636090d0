// Which genesis is meant by a name: a row of the table, a file, the first line of a recorded chain, or the
// hash that block 1 has as its parent. Versions share layouts and genesis blocks, so the rules come with it.
#pragma once

#include <optional>
#include <string>

#include "chain/chain_file.hpp"
#include "chain/genesis.hpp"

namespace ethpoc::chain {

/// The bytes of a genesis, and what is known about where they are from.
struct GenesisBytes {
    std::string name;                        // of the row; for a file, its name without folders
    Bytes rlp;                               // the whole block
    Implementation by = Implementation::cpp; // whose it is, where its name or its file says it
    std::optional<std::uint32_t> version{};  // flat or eth, where a chain file says it
    std::vector<PremineAccount> premine{};   // who has ether in it, where a chain file says it
};

/// By row name or alias ("poc3", "H"), or a file in any form of BlockStream (text of at most 1 MiB): that of a recorded
/// chain, or its first block. Errors: chain.bad_genesis_file, chain.bad_chain_file, hex.*, rlp.*.
Result<GenesisBytes> read_genesis(const std::string& name_or_path);
/// What the first line of a chain file says.
GenesisBytes genesis_of(const ChainFileHead& head);

/// The genesis with the rules that go with it.
///
/// With a version: those under which clients of the version began with these bytes; for bytes that nobody recorded,
/// those of the version (of the client, if it is known) that can read them. Without one, all versions in turn, the one
/// that its file names first, then the releases. Errors: rlp.*, chain.bad_header when no rules can read it.
Result<GenesisCandidate> fit_genesis(const GenesisBytes& bytes, std::optional<std::uint32_t> version = {});

/// The recorded genesis that has this hash in some version, the oldest one. Nothing: nobody recorded it.
std::optional<GenesisCandidate> find_genesis_of_any_version(const Hash256& hash);

/// True when blocks of `version` may go by these rules, whichever client mined them.
bool serves_version(const Rules& rules, std::uint32_t version);

} // namespace ethpoc::chain
