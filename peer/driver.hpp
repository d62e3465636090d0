// Driver: what a socket drives. Bytes, time, the end of the stream and errors go in; bytes to write and the time of the
// next wake-up come out. Session is one. A driver does no I/O, has no thread and no clock, so a test, a replay or a
// simulation can drive it as well as a socket does; whatever it says, well-formed or not, is bytes here.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "rlp/bytes.hpp"
#include "sync/command.hpp"
#include "wire/protocol.hpp"

namespace ethpoc::peer {

/// Moments of the clock that drivers go by.
using sync::Time;

/// inbound: the other side connected to us.
enum class Direction : std::uint8_t { inbound, outbound };

/// One connection without its socket. Calls come from one thread.
class Driver {
  public:
    virtual ~Driver() = default;

    // ---- in
    /// The socket is connected. First of all calls.
    virtual void start(Time now) = 0;
    /// `bytes` may go away after the call. Ask wants_bytes() before reading more.
    virtual void receive(BytesView bytes, Time now) = 0;
    /// The other side closed its direction.
    virtual void receive_eof(Time now) = 0;
    /// The socket failed; nothing can be read or written any more.
    virtual void receive_error(std::string why) = 0;
    /// Call when deadline() has come, and when whatever made wants_bytes() false may be over.
    virtual void tick(Time now) = 0;

    // ---- out
    /// False: leave the bytes in the socket, TCP pushes back.
    virtual bool wants_bytes() const = 0;
    /// The bytes to write now, in a write of their own; nullptr: nothing, or not yet (deadline() says when). They stay
    /// where they are until wrote().
    virtual const Bytes* writable(Time now) = 0;
    /// All bytes of writable() have left.
    virtual void wrote(Time now) = 0;
    /// The socket took some of them: the other side reads.
    virtual void moved(Time now) = 0;
    /// When to call tick(); Time::max(): never.
    virtual Time deadline() const = 0;
    /// Close the socket now.
    virtual bool ended() const = 0;
    /// Close our direction, once all of writable() has left; reading goes on. A session never does, a tester may.
    virtual bool finishes() const { return false; }
    /// With ended(): break the connection off (RST) instead of closing it.
    virtual bool resets() const { return false; }
};

/// Makes the drivers of a network's sockets, and hears what becomes of them.
class DriverOwner {
  public:
    virtual ~DriverOwner() = default;

    /// False: no room for another connection from this HOST:PORT; it is told so and closed, then turned_away() comes.
    virtual bool has_room(const std::string& endpoint) = 0;
    /// It was told so; there is no driver, and closed() does not come.
    virtual void turned_away(const std::string& endpoint) = 0;
    /// A socket is connected. The driver lives until closed() has returned.
    virtual std::unique_ptr<Driver> connected(wire::ConnectionId id, Direction direction, std::string endpoint) = 0;
    /// The driver has ended, or the socket failed and it was told; the socket is closed.
    virtual void closed(wire::ConnectionId id) = 0;
    /// The delay of a dial is over: is there still a reason for it?
    virtual bool still_wanted(const std::string& endpoint) = 0;
    /// No connection: `why` is a clause for people.
    virtual void dial_failed(const std::string& endpoint, std::string_view why) = 0;
};

/// What an owner asks of the sockets.
class Transport {
  public:
    virtual ~Transport() = default;
    /// This driver has something to write, or has ended.
    virtual void flush(wire::ConnectionId id) = 0;
    /// Connect to HOST:PORT after `delay`. The owner, which outlives the transport, hears of it by connected() or
    /// dial_failed().
    virtual void dial(DriverOwner& owner, const std::string& endpoint, std::chrono::milliseconds delay) = 0;
    /// The time of the loop; owners have no clock.
    virtual Time now() const = 0;
};

} // namespace ethpoc::peer
