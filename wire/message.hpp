// Messages: one struct each. All are views into the frame they were decoded from and live no longer than it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "rlp/decode.hpp"

namespace ethpoc::wire {

/// Capability bits of a flat Hello (spec WIRE 5.1).
namespace capability {
inline constexpr std::uint64_t peers = 0x01;
inline constexpr std::uint64_t transactions = 0x02;
inline constexpr std::uint64_t chain = 0x04;
inline constexpr std::uint64_t full = peers | transactions | chain;
} // namespace capability

/// Both families. Which members a given version sends, and in which order, is Profile::hello.
struct Hello {
    std::uint32_t version = 0; // flat protocol version, or p2p version
    U256 network_id{};         // flat only; 256 bits from protocol 26 on
    std::string_view client_id{};
    std::uint64_t capabilities = 0; // flat: bit set
    rlp::Items capability_list{};   // p2p: names (p2p 0) or [name, version] pairs
    std::uint32_t listen_port = 0;  // 0: does not listen. go-flat sends the port it dialled here
    BytesView node_id{};            // 64 bytes; empty from Go up to protocol 23, 64 or 128 hex digits from others
    U256 total_difficulty{};        // protocols 27..30
    BytesView best_hash{};          // protocols 27..30
    BytesView genesis_hash{};       // protocols 29, 30
};

/// The sender hangs up (flat id 01, p2p 01).
struct Disconnect {
    std::optional<std::uint32_t> reason{}; // nothing: Go never gives one
};

/// Asks whether the other side is there (id 02).
struct Ping {};
/// The answer to Ping (id 03).
struct Pong {};
/// Asks for other nodes; answered by Peers.
struct GetPeers {};

/// One entry of Peers. `address` is 4 bytes (16 in p2p from eth 34 on), network order.
struct PeerEntry {
    std::array<std::uint8_t, 16> address{};
    std::uint8_t address_size = 0;
    std::uint16_t port = 0;
    BytesView node_id{};
};

/// Addresses of other nodes.
struct Peers {
    rlp::Items entries{}; // read one with decode_peer_entry()
};

/// Transactions that wait for a block, told to everybody or asked for by GetTransactions.
struct Transactions {
    rlp::Items items{}; // each a transaction, raw; the extra nesting of py-v8 is already removed
};

/// Newest first when it answers GetChain; in the order asked when it answers GetBlocks.
struct Blocks {
    rlp::Items items{};
};

/// Asks for at most `count` blocks above the first of `hashes` that is on the other side's chain (versions with
/// SyncStyle::chain).
struct GetChain {
    rlp::Items hashes{}; // newest first from C++, oldest first from Go (protocol 8 on)
    U256 count{};        // hostile until clamped: 2^300 has been sent, it reads as 2^256-1
};

/// No hash of a GetChain was known.
struct NotInChain {
    Hash256 hash{};
};

/// Asks for all transactions that wait for a block.
struct GetTransactions {};

/// Asks for at most `limit` hashes of a chain, downwards from `hash` (from protocol 27 on; spec WIRE 5).
struct GetBlockHashes {
    Hash256 hash{};
    U256 limit{};
};

/// Answers GetBlockHashes, newest first.
struct BlockHashes {
    rlp::Items hashes{};
};

/// Asks for the blocks with these hashes.
struct GetBlocks {
    rlp::Items hashes{};
};

/// The eth sub-protocol's Hello: which chain, and how far.
struct Status {
    std::uint32_t version = 0; // eth version
    U256 network_id{};
    U256 total_difficulty{};
    Hash256 best_hash{};
    Hash256 genesis_hash{};
};

/// A block that is new to the sender, and the difficulty of the chain up to it (p2p family only).
struct NewBlock {
    rlp::Item block{};
    std::optional<U256> total_difficulty{}; // missing in eth 34 of 2014-10-08 .. 10-11
};

/// The shh sub-protocol's Hello.
struct ShhStatus {
    std::uint32_t version = 0;
};

/// Whisper messages; read and counted, nothing more.
struct ShhMessages {
    rlp::Items items{}; // envelopes
};

/// An id that the profile does not have. Tolerated and counted (spec QUIRKS 1.9, 2.17).
struct Unknown {
    std::uint64_t id = 0;
    rlp::Items items{};
};

/// Index of a message type in the table; `unknown` is the last.
enum class MessageType : std::uint8_t {
#define ETHPOC_MESSAGE(Type, name, layout, flat, base, eth, shh, when) Type,
#include "wire/messages.def"
    Unknown,
};

inline constexpr std::size_t message_type_count = static_cast<std::size_t>(MessageType::Unknown);

/// In the order of MessageType, so `static_cast<MessageType>(message.index())` is its type.
using Message = std::variant<
#define ETHPOC_MESSAGE(Type, name, layout, flat, base, eth, shh, when) Type,
#include "wire/messages.def"
    Unknown>;

/// The type of the struct that it holds.
constexpr MessageType type_of(const Message& message) noexcept {
    return static_cast<MessageType>(message.index());
}

/// "Hello", "GetChain", ...; "Unknown" for the rest.
std::string_view name_of(MessageType type) noexcept;

} // namespace ethpoc::wire
