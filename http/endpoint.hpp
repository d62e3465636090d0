// Endpoint: what takes over the connections that ask for WebSocket at a path. A Server knows no more of it, so that a
// program which offers none is not linked with WebSocket.
#pragma once

namespace ethpoc::http {

struct Upgrade; // a connection that asked: http/upgrade.hpp

/// What is at a path that wants the connection itself. Called on the thread of the server's io_context.
class Endpoint {
  public:
    Endpoint() = default;
    virtual ~Endpoint() = default;
    Endpoint(const Endpoint&) = delete;
    Endpoint& operator=(const Endpoint&) = delete;

    /// One more client is told 503.
    virtual bool full() const noexcept = 0;
    /// Not called while full().
    virtual void adopt(Upgrade upgrade) = 0;
    /// Closes all connections at once.
    virtual void stop() = 0;
};

} // namespace ethpoc::http
