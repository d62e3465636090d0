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

class TapListener {
  public:
    virtual ~TapListener() = default;
    virtual void opened(std::uint64_t connection, const std::string& dialer) = 0;
    virtual void chunk(std::uint64_t connection, wire::Side from, BytesView bytes) = 0;
    virtual void ended(std::uint64_t connection, wire::Side from) = 0;
    virtual void closed(std::uint64_t connection, const std::string& why) = 0;
};

class Tap {
  public:
    /// HOST:PORT both. `listener` outlives the tap and is called from the thread in run().
    Tap(std::string listen, std::string to, TapListener& listener);
    ~Tap();
    Tap(const Tap&) = delete;
    Tap& operator=(const Tap&) = delete;

    /// The address with the port that was taken. Error: peer.cannot_listen.
    Result<std::string> open();
    void run();
    void stop(); // from any thread

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace ethpoc::peer
