// MetricsServer: answers GET /metrics with one text, and GET /health with whether the node is well. Nothing else.
#pragma once

#include <functional>
#include <string>

#include "http/server.hpp"
#include "peer/health.hpp"
#include "rlp/error.hpp"

namespace ethpoc::peer {

/// HTTP over TCP, on the thread of `io`.
class MetricsServer {
  public:
    /// Both are called for every request, on the network thread. A node that is not well is told by 503.
    MetricsServer(boost::asio::io_context& io, std::function<std::string()> text,
                  std::function<Health::Verdict()> health);

    /// Error: peer.metrics_cannot_listen.
    Result<void> listen(const std::string& host, std::uint16_t port);
    /// Closes the listener and its connections.
    void stop() { server_.stop(); }

  private:
    http::Server server_;
};

} // namespace ethpoc::peer
