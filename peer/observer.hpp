// Observer: how everything that watches a node listens: event lines, traces, metrics, and later rooms. No global state;
// observers are handed in and outlive the node. All calls come from the network thread, so an observer must be quick.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "peer/driver.hpp"
#include "rlp/bytes.hpp"
#include "rlp/error.hpp"
#include "wire/codec.hpp"
#include "wire/profile.hpp"
#include "wire/protocol.hpp"

namespace ethpoc::peer {

enum class Way : std::uint8_t { in, out };

/// Who ended a connection.
enum class EndedBy : std::uint8_t { us, them, timeout, error };

/// One connection, as events name it. `endpoint` is HOST:PORT. Views live during the call only.
struct PeerRef {
    wire::ConnectionId id = 0;
    std::string_view endpoint;
    Direction direction = Direction::inbound;
};

struct HelloInfo {
    const wire::Greeting& greeting;
    const wire::Profile& profile; // what the session speaks
};

/// One whole message that could be decoded. `payload` is the RLP without the frame header.
struct MessageInfo {
    Way way = Way::in;
    wire::MessageType type{};
    BytesView payload{};
    const wire::Profile* profile = nullptr; // nullptr before the version is known
    wire::IdOffsets offsets{};
};

struct EndInfo {
    EndedBy by = EndedBy::us;
    std::optional<std::uint32_t> reason_code{};
    std::string_view reason; // "client quitting", or what happened: "no Hello"
};

struct HeadRef {
    std::uint64_t number = 0;
    Hash256 hash{};
};

class Observer {
  public:
    virtual ~Observer() = default;
    virtual void listening(std::string_view /*address*/) {}
    virtual void connecting(std::string_view /*endpoint*/) {}
    virtual void connect_failed(std::string_view /*endpoint*/, std::string_view /*why*/) {}
    virtual void connected(const PeerRef&) {}
    virtual void hello(const PeerRef&, const HelloInfo&) {}
    virtual void message(const PeerRef&, const MessageInfo&) {}
    /// False: message() need not be called for Ping and Pong that come in, of which there may be very many.
    virtual bool wants_messages() const { return true; }
    virtual void disconnected(const PeerRef&, const EndInfo&) {}
    virtual void malformed(const PeerRef&, const Error&, BytesView /*payload*/) {}
    /// A part of a message that cannot be read, where genuine clients send such: it was passed over.
    virtual void tolerated(const PeerRef&, const Error&) {}
    virtual void retry(const PeerRef&, std::string_view /*protocol*/, std::string_view /*why*/) {}
    virtual void imported(const PeerRef&, std::size_t /*blocks*/, const HeadRef&) {}
    virtual void reorganised(const HeadRef& /*from*/, const HeadRef& /*to*/, std::uint64_t /*depth*/) {}
    virtual void synced(const PeerRef&, const HeadRef&) {}
    virtual void transaction(const PeerRef&, const Hash256&, const std::optional<Address>& /*sender*/) {}
    virtual void shed(const PeerRef&, wire::MessageType) {} // relay traffic that a slow peer did not get
    virtual void failed(const Error&) {}                    // the store cannot go on
};

} // namespace ethpoc::peer
