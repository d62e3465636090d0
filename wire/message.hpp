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

struct Disconnect {
    std::optional<std::uint32_t> reason{}; // nothing: Go never gives one
};

struct Ping {};
struct Pong {};
struct GetPeers {};

/// One entry of Peers. `address` is 4 bytes (16 in p2p from eth 34 on), network order.
struct PeerEntry {
    std::array<std::uint8_t, 16> address{};
    std::uint8_t address_size = 0;
    std::uint16_t port = 0;
    BytesView node_id{};
};

struct Peers {
    rlp::Items entries{}; // read one with decode_peer_entry()
};

struct Transactions {
    rlp::Items items{}; // each a transaction, raw; the extra nesting of py-v8 is already removed
};

/// Newest first when it answers GetChain; in the order asked when it answers GetBlocks.
struct Blocks {
    rlp::Items items{};
};

struct GetChain {
    rlp::Items hashes{}; // newest first from C++, oldest first from Go (protocol 8 on)
    U256 count{};        // hostile until clamped: 2^300 has been sent, it reads as 2^256-1
};

struct NotInChain {
    Hash256 hash{};
};

struct GetTransactions {};

struct GetBlockHashes {
    Hash256 hash{};
    U256 limit{};
};

struct BlockHashes {
    rlp::Items hashes{};
};

struct GetBlocks {
    rlp::Items hashes{};
};

struct Status {
    std::uint32_t version = 0; // eth version
    U256 network_id{};
    U256 total_difficulty{};
    Hash256 best_hash{};
    Hash256 genesis_hash{};
};

struct NewBlock {
    rlp::Item block{};
    std::optional<U256> total_difficulty{}; // missing in eth 34 of 2014-10-08 .. 10-11
};

struct ShhStatus {
    std::uint32_t version = 0;
};

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

constexpr MessageType type_of(const Message& message) noexcept {
    return static_cast<MessageType>(message.index());
}

/// "Hello", "GetChain", ...; "Unknown" for the rest.
std::string_view name_of(MessageType type) noexcept;

} // namespace ethpoc::wire
