// Events: what happens in a node, one struct each, in one variant. Observers read them (peer/observer.hpp).
//
// A new event is a struct and its name in Event, here, and the place where it happens. Observers that do not know it do
// not see it.
//
// All of it are values without ownership: views and pointers live as long as the call that tells the event. An observer
// that keeps something copies it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "chain/rules.hpp"
#include "chain/store.hpp"
#include "peer/driver.hpp"
#include "rlp/bytes.hpp"
#include "rlp/error.hpp"
#include "wire/codec.hpp"
#include "wire/profile.hpp"
#include "wire/protocol.hpp"

namespace ethpoc::peer {

/// From us or to us: out is what we send.
enum class Way : std::uint8_t { in, out };

/// The side that ended a connection.
enum class EndedBy : std::uint8_t { us, them, timeout, error };

/// Why a peer is of no use to our chain.
enum class Difference : std::uint8_t {
    version,         // of the protocol; names of profiles, or "version 99" where no profile has it
    network,         // network ids, decimal
    genesis,         // hashes, 64 hex digits
    no_common_block, // ours: our genesis; theirs: the hash at which what it has ends, empty if it did not say
    capability,      // it does not offer eth
};

/// One connection, as events name it. `endpoint` is HOST:PORT.
struct PeerRef {
    wire::ConnectionId id = 0; // 0: it was turned away before it got a session
    std::string_view endpoint;
    Direction direction = Direction::inbound;
};

/// A block as events name it.
struct HeadRef {
    std::uint64_t number = 0;
    Hash256 hash{};
};

/// What happens in a node, one struct each.
namespace event {

// ---- connections

/// The listener is open.
struct Listening {
    std::string_view address; // HOST:PORT
};
/// A connection to this HOST:PORT is tried.
struct Connecting {
    std::string_view endpoint;
};
/// It came to nothing; `why` is a clause for people.
struct ConnectFailed {
    std::string_view endpoint;
    std::string_view why;
    bool ourselves = false; // it was reached, and has our own node id
};
/// A socket is connected, either way; nothing was said yet.
struct Connected {
    PeerRef peer;
};
/// The other side's Hello was read and is taken; from here on both speak `profile`.
struct Hello {
    PeerRef peer;
    const wire::Greeting* greeting = nullptr; // never null
    const wire::Profile* profile = nullptr;   // never null
    bool guessed = false;                     // ours went out first, with a version that we guessed
};
/// A connection that was told as Connected has ended.
struct Disconnected {
    PeerRef peer;
    EndedBy by = EndedBy::us;
    std::optional<wire::Reason> reason_code{}; // of a Disconnect message
    std::string_view reason;                   // "client quitting", or what happened: "no Hello"
};
/// The other side speaks, or stands on, something else than we do, and will not be asked again with what it speaks. A
/// refusal follows where the versions differ; otherwise it stays and is asked nothing more.
struct Differs {
    PeerRef peer;
    Difference what{};
    std::string_view ours{};
    std::string_view theirs{};
};
/// Nobody of there is let in or dialled until then.
struct Banned {
    std::string_view scope;  // "192.0.2.1", or with a port
    std::string_view reason; // a clause for people, printable
    std::int64_t until = 0;  // seconds since 1970
};
/// It ended before both knew each other, and is dialled again.
struct Retry {
    PeerRef peer;
    std::string_view protocol; // Profile::name of the next guess
    std::string_view why;
};

// ---- what is said

/// One whole message that could be decoded, or one of ours that goes to the writer's queue.
struct Message {
    PeerRef peer;
    Way way = Way::in;
    wire::MessageType type{};
    BytesView payload{};                    // the RLP without the frame header
    const wire::Profile* profile = nullptr; // nullptr before the version is known
    wire::IdOffsets offsets{};
};
/// Bytes of a peer that cannot be read, or a block or transaction that breaks a rule.
struct Malformed {
    PeerRef peer;
    const Error* error = nullptr; // never null
    BytesView payload{};          // of the message, where there is one
};
/// A message that is not right and is read all the same, since genuine clients send such (wire/tolerated.hpp); or an
/// entry of one that cannot be read and is passed over. After the Message.
struct Tolerated {
    PeerRef peer;
    const Error* error = nullptr; // never null
};
/// The time from our Ping, when it was queued, to their Pong.
struct Latency {
    PeerRef peer;
    std::chrono::nanoseconds round_trip{};
};
/// Relay traffic that a slow peer did not get.
struct Shed {
    PeerRef peer;
    wire::MessageType type{};
};
/// It has sent more of this type than its row allows (wire/messages.def): what it sends next is read later.
struct Delayed {
    PeerRef peer;
    wire::MessageType type{};
};

// ---- the chain

/// A block that was verified and stored. Before the Imported of its message; blocks of a side branch too.
struct Block {
    PeerRef peer;                               // that sent it, or, for one that waited, its parent
    const chain::BlockRecord* record = nullptr; // never null
    const chain::Rules* rules = nullptr;        // never null: chain::decode_block(*rules, rlp) gives the header
    BytesView rlp{};
    Time arrived{}; // when the message was read from the connection
};
/// A message, or a slice of a large one, was imported.
struct Imported {
    PeerRef peer;
    std::size_t blocks = 0;
    HeadRef head{};
};
/// The head moved to another branch. Before the Imported of the message that caused it.
struct Reorganised {
    HeadRef from{};
    HeadRef to{};
    std::span<const Hash256> left{};   // newest first; their number is the depth
    std::span<const Hash256> joined{}; // oldest first; the last one is `to`
};
/// We have all that this peer offers; `head` is ours.
struct Synced {
    PeerRef peer;
    HeadRef head{};
};
/// A new transaction whose sender could be recovered, where its layout has one.
struct Transaction {
    PeerRef peer;
    Hash256 hash{};
    std::optional<Address> sender{};
};
/// A block of our own, stored. Before its Block, whose peer is nobody; there is no Imported.
struct Mined {
    const chain::BlockRecord* record = nullptr; // never null
    std::size_t transactions = 0;
    std::size_t uncles = 0;
    bool head = false; // it became the head; otherwise another block was faster
};
/// Nothing can be mined now; told once until it can.
struct MinerIdle {
    const Error* error = nullptr; // never null
};
/// From block `from` on the accounts of the chain with this head are not known here, so its state roots are not
/// checked; told once.
struct StateUnknown {
    HeadRef head{};
    std::uint64_t from = 0;
    std::string_view because{}; // a clause for people
};
/// The store cannot go on.
struct StoreFailed {
    const Error* error = nullptr; // never null
};
/// What is known of peers cannot be kept on the disk, or some of it could not be read.
struct PeerFileFailed {
    const Error* error = nullptr; // nullptr: `damaged` lines were passed over
    std::size_t damaged = 0;
};
/// The seeds that stand at a URL have come, or have not.
struct Seeds {
    std::string_view from{};   // HOST[:PORT] of the URL
    std::string_view failed{}; // why there are none: a sentence, perhaps with bytes of the other side; empty: they came
    std::size_t taken = 0;     // addresses
    std::size_t passed_over = 0; // lines that are none, or too many
};

// ---- the node

/// About once a second, while somebody wants it.
struct Queues {
    std::size_t to_chain = 0; // bytes that wait for the chain, of at most `to_chain_limit`
    std::size_t to_chain_limit = 0;
    std::size_t to_peers = 0;     // bytes that wait for sockets, of all peers
    std::size_t slowest_peer = 0; // of which so many for one of them
    std::size_t connections = 0;
    std::size_t ready = 0; // of which so many have said Hello, and Status where their version has it
};

} // namespace event

/// Any of them: what Observer::tell() gets.
using Event =
    std::variant<event::Listening, event::Connecting, event::ConnectFailed, event::Connected, event::Hello,
                 event::Disconnected, event::Differs, event::Banned, event::Retry, event::Message, event::Malformed,
                 event::Tolerated, event::Latency, event::Shed, event::Delayed, event::Block, event::Imported,
                 event::Reorganised, event::Synced, event::Transaction, event::Mined, event::MinerIdle,
                 event::StateUnknown, event::StoreFailed, event::PeerFileFailed, event::Seeds, event::Queues>;

/// One bit for each event, in the order of Event.
using EventMask = std::uint32_t;
static_assert(std::variant_size_v<Event> <= 32);

/// The bit of the event E.
template <class E, std::size_t Index = 0>
constexpr EventMask mask_of() noexcept {
    if constexpr (std::is_same_v<E, std::variant_alternative_t<Index, Event>>) {
        return EventMask{1} << Index;
    } else {
        return mask_of<E, Index + 1>();
    }
}

} // namespace ethpoc::peer
