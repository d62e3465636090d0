// Codec: payload bytes to Message and back, by the rows of a Profile. Decoding is tolerant in the ways that genuine
// clients need (spec QUIRKS 0.8), and in no others.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "rlp/decode.hpp"
#include "rlp/encode.hpp"
#include "wire/message.hpp"
#include "wire/profile.hpp"
#include "wire/reasons.hpp"

namespace ethpoc::wire {

/// Entries of a list that cannot be read: the message is malformed, or they are left to the code that takes them out.
enum class OddEntries : std::uint8_t { refuse, skip };

/// What a payload says. Views point into `payload`. For the item-counted dialect the payload is translated first and
/// `scratch` owns the translation, so it must live as long as the message. Error offsets count from the first payload
/// byte, paths begin with "payload", details with the name of the field.
///
/// What is checked here, handlers need not check again: every hash in a list has at most 32 bytes, and every entry of
/// Peers can be read; with OddEntries::skip not of those messages whose row in messages.def says that such are passed
/// over. Transactions, blocks and envelopes are handed on as they are.
Result<Message> decode(const Profile& profile, BytesView payload, Bytes& scratch, const IdOffsets& offsets = {},
                       OddEntries odd = OddEntries::refuse);
/// The same with scratch memory of this thread: the message lives until the next such call.
inline Result<Message> decode(const Profile& profile, BytesView payload) {
    if (profile.dialect == rlp::Dialect::modern) {
        Bytes unused;
        return decode(profile, payload, unused);
    }
    static thread_local Bytes scratch;
    return decode(profile, payload, scratch);
}

/// Ping or Pong, when the payload is one in its usual form, which is the same in every version that speaks RLP: c1 02,
/// c1 03. Unknown: decode() must tell. They are most of what an idle network says.
inline MessageType keep_alive_type(const Profile& profile, BytesView payload) noexcept {
    if (payload.size() != 2 || payload[0] != 0xc1 || profile.dialect != rlp::Dialect::modern) {
        return MessageType::Unknown;
    }
    return payload[1] == 2 ? MessageType::Ping : payload[1] == 3 ? MessageType::Pong : MessageType::Unknown;
}

/// What is known of the other side before its version is: the Hello of any family in any form.
struct Greeting {
    Family family = Family::flat;
    // nullptr: a version that no row has. p2p: the newest row that is offered and listed; without one the newest that
    // the other side lists, so that a side that has not said Hello yet can mirror it; without one the newest of the p2p
    // version.
    const Profile* profile = nullptr;
    // How somebody who only listens reads what follows: `profile`, or the nearest lower row. Never nullptr.
    const Profile* reading = nullptr;
    bool shared = false; // `profile` is one of those offered, or none were named
    IdOffsets offsets{}; // as the other side's list gives them; an eth of 0: no eth version is shared
    Hello hello{};
    bool swapped_port = false; // py until 2014-08-12: port before capabilities
    bool swapped_head = false; // py protocols 28..30: best hash before total difficulty
};
/// Reads a Hello of any version. `offered` are the rows that we offer (for matching capabilities; they list eth and no
/// shh, as compose_hello does); empty: any, as for somebody who only listens. p2p 0 does not say its eth version: the
/// row is the newest one, and Status tells. `scratch` is needed by the item-counted dialect only, as in decode().
Result<Greeting> decode_greeting(BytesView payload, Bytes& scratch, std::span<const Profile* const> offered = {});

/// True when the payload is a message with id 0, in either dialect: a Hello by its id, not yet checked further.
bool looks_like_hello(BytesView payload) noexcept;

/// One entry of Peers. `form` is the version's; both forms are read. Views in it are of `entry`. Error offsets count
/// from `entry.begin`.
Result<PeerEntry> decode_peer_entry(const rlp::Item& entry, AddressForm form, rlp::Mode mode = rlp::Mode::lenient);
/// A hash of at most 32 bytes, right-aligned as C++ does; longer is an error. Offsets of both count from `item.begin`.
Result<Hash256> decode_hash(const rlp::Item& item);

// ---------------------------------------------------------------- composing
//
// Each returns one whole frame, header included; no bytes at all when the version does not have the message.

/// What we say of ourselves.
struct HelloOut {
    U256 network_id{};
    std::string_view client_id{};
    std::uint64_t capabilities = capability::full;
    std::uint16_t listen_port = 0; // spec QUIRKS 0.4: never below 256
    NodeId node_id{};
    U256 total_difficulty{};
    Hash256 best_hash{};
    Hash256 genesis_hash{};
};

/// The Hello of this version: of `hello` only the members that its form has.
Bytes compose_hello(const Profile& profile, const HelloOut& hello);
/// The reason goes out only where the version has reasons.
Bytes compose_disconnect(const Profile& profile, std::optional<Reason> reason);
/// A message without arguments: Ping, Pong, GetPeers, GetTransactions.
Bytes compose_plain(const Profile& profile, MessageType type, const IdOffsets& offsets = {});
/// Entries whose address the version cannot write (16 bytes before eth 34) are left out.
Bytes compose_peers(const Profile& profile, std::span<const PeerEntry> entries);
/// Transactions, Blocks: `items` are RLP items, sent as they are.
Bytes compose_raw_items(const Profile& profile, MessageType type, std::span<const BytesView> items,
                        const IdOffsets& offsets = {});
/// GetChain: the hashes go out as they are given; `count` is the most blocks that we want.
Bytes compose_get_chain(const Profile& profile, std::span<const Hash256> newest_first, std::uint64_t count);
/// NotInChain: the answer to a GetChain of which we know no hash; `hash` is one of those that it named.
Bytes compose_not_in_chain(const Profile& profile, const Hash256& hash);
/// GetBlockHashes: at most `limit` hashes, downwards from `hash`; the two are in the order of the version.
Bytes compose_get_block_hashes(const Profile& profile, const Hash256& hash, std::uint64_t limit,
                               const IdOffsets& offsets = {});
/// BlockHashes, GetBlocks.
Bytes compose_hashes(const Profile& profile, MessageType type, std::span<const Hash256> hashes,
                     const IdOffsets& offsets = {});
/// Status of eth: what a p2p Hello does not say of the chain.
Bytes compose_status(const Profile& profile, const Status& status, const IdOffsets& offsets = {});
/// NewBlock: `block` is one RLP item, sent as it is; the difficulty goes out where the version has it.
Bytes compose_new_block(const Profile& profile, BytesView block, const U256& total_difficulty,
                        const IdOffsets& offsets = {});

} // namespace ethpoc::wire
