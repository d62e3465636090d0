// Tap: stands between two peers and forwards their bytes unchanged, at the speed of the slower one; every chunk is
// shown to a listener.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "rlp/error.hpp"
#include "wire/conversation.hpp"

namespace ethpoc::peer {

/// Hears what goes through a tap. Views live as long as the call.
class TapListener {
  public:
    virtual ~TapListener() = default;
    /// Somebody (HOST:PORT) has connected, and gets this number.
    virtual void opened(std::uint64_t connection, const std::string& dialer) = 0;
    /// Bytes of one side, as they were read; they are forwarded as they are.
    virtual void chunk(std::uint64_t connection, wire::Side from, BytesView bytes) = 0;
    /// This side closed its direction.
    virtual void ended(std::uint64_t connection, wire::Side from) = 0;
    /// The connection is over; `why` is for people, "closed" when both sides just ended.
    virtual void closed(std::uint64_t connection, const std::string& why) = 0;
};

/// Owns a listener and two sockets for each connection.
class Tap {
  public:
    /// HOST:PORT both. `listener` outlives the tap and is called from the thread in run().
    Tap(std::string listen, std::string to, TapListener& listener);
    ~Tap();
    Tap(const Tap&) = delete;
    Tap& operator=(const Tap&) = delete;

    /// The address with the port that was taken. Error: peer.cannot_listen.
    Result<std::string> open();
    /// Until stop().
    void run();
    void stop(); // from any thread

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace ethpoc::peer
