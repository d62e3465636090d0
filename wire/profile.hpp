// Profile: what one protocol version means on the wire. Versions are rows; a handler never compares version numbers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "rlp/tree.hpp"
#include "wire/message.hpp"

namespace ethpoc::wire {

/// flat: one list of messages, protocols 0 to 30. p2p: a base protocol, and sub-protocols with ids of their own.
enum class Family : std::uint8_t { flat, p2p };

/// The members of Hello after the id: rows of layouts.def (spec WIRE 5.1, 6, 7.1). Go protocol 2 had the id before the
/// capabilities, PoC-1 less for some days: hello_order() reads them, nobody writes them.
enum class HelloForm : std::uint8_t {
    with_caps,    // protocols 0, 1
    key_outside,  // C++ protocols 2 to 4: the id after the list
    full,         // protocols 5 to 26
    with_head,    // protocols 27, 28
    with_genesis, // protocols 29, 30
    p2p,          // p2p 0 to 3
};

/// How capabilities are listed in a p2p Hello (spec WIRE 7.1).
enum class CapabilityForm : std::uint8_t { bits, names, pairs };

/// The address in a Peers entry (spec WIRE 5.4).
enum class AddressForm : std::uint8_t { octet_list, string4, string4_or_16 };

/// chain: GetChain/NotInChain. hashes: GetBlockHashes [hash, limit]. hashes_limit_first: protocol 27's [limit, hash].
enum class SyncStyle : std::uint8_t { none, chain, hashes, hashes_limit_first };

/// Which numbers a Disconnect may carry (spec WIRE 5.2, 7.2).
enum class ReasonSet : std::uint8_t { none, flat, p2p };

/// How a new block is announced.
enum class AnnounceForm : std::uint8_t { blocks, new_block_bare, new_block };

/// One row of profiles.def: all that is different from one version to another.
struct Profile {
    std::string_view name; // as --protocol takes it: "7", "p2p2/eth49"
    Family family = Family::flat;
    std::uint32_t version = 0;                   // flat version, or p2p version
    std::uint32_t eth_version = 0;               // p2p only
    std::uint32_t shh_version = 0;               // p2p only; what a client of that day lists, for people
    rlp::Dialect dialect = rlp::Dialect::modern; // item_counted: PoC-1, until 2014-02-05 (spec WIRE 3.1)
    HelloForm hello = HelloForm::full;
    std::uint8_t hello_items = 7; // the fewest items, id included, with which a genuine Hello of this version was seen
    CapabilityForm capabilities = CapabilityForm::bits;
    AddressForm address = AddressForm::octet_list; // what is sent; both forms are read
    SyncStyle sync = SyncStyle::chain;
    ReasonSet reasons = ReasonSet::flat;
    AnnounceForm announce = AnnounceForm::blocks;
    bool reason_outside = false;   // C++ protocols 2..4 put the Disconnect reason after the list
    std::string_view clients = {}; // "C++ 0.3.10 (2014-03-01), Go (2014-03-03)"; for `ethpoc protocols`
    std::string_view era = {};     // "PoC-3"

    /// The version that decides about blocks: eth's in the p2p family.
    std::uint32_t chain_version() const noexcept { return family == Family::p2p ? eth_version : version; }
};

/// All rows: flat 0..30, then the p2p ones by eth version.
std::span<const Profile> profiles() noexcept;

/// The row of a flat version; nullptr when there is none.
const Profile* find_flat(std::uint32_t version) noexcept;
/// The row of just this pair; nullptr when there is none.
const Profile* find_p2p(std::uint32_t p2p_version, std::uint32_t eth_version) noexcept;
/// How bytes of this version are read by one that must read them as well as it can: its row (in p2p the newest of
/// this p2p version), or the nearest lower one.
const Profile& nearest_profile(Family family, std::uint32_t version) noexcept;
/// The row that --protocol names: "7", "p2p2/eth49", a bare eth version "49" (of two rows the one with the newer p2p),
/// a release "poc4". nullptr when there is none; "auto" is not a row.
const Profile* find_profile(std::string_view name) noexcept;

/// Where the sub-protocols' blocks of ids begin in this session (spec WIRE 7.5); flat sessions leave it as it is. The
/// defaults are those of p2p 0. 0: the two sides do not share the sub-protocol.
struct IdOffsets {
    std::uint16_t eth = 0x10;
    std::uint16_t shh = 0x20;

    friend bool operator==(const IdOffsets&, const IdOffsets&) = default;
};

/// Below are the messages of the p2p base protocol.
inline constexpr std::uint16_t first_sub_protocol_id = 0x10;
/// Size of a sub-protocol's block of ids (spec WIRE 7.5).
inline constexpr std::uint16_t eth_id_count = 8;
inline constexpr std::uint16_t shh_id_count = 4;

/// The id of `type` in this profile, or nothing when the version does not have the message.
std::optional<std::uint16_t> id_of(const Profile& profile, MessageType type, const IdOffsets& offsets = {}) noexcept;
/// The other way; Unknown when no message has the id.
MessageType type_of_id(const Profile& profile, std::uint64_t id, const IdOffsets& offsets = {}) noexcept;

} // namespace ethpoc::wire
