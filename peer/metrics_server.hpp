// MetricsServer: answers GET /metrics, and nothing else, with one text.
#pragma once

#include <functional>
#include <string>

#include "http/server.hpp"
#include "rlp/error.hpp"

namespace ethpoc::peer {

class MetricsServer {
  public:
    /// `text` is called for every request, on the network thread.
    MetricsServer(boost::asio::io_context& io, std::function<std::string()> text);

    /// Error: peer.cannot_listen.
    Result<void> listen(const std::string& host, std::uint16_t port);
    void stop() { server_.stop(); }

  private:
    http::Server server_;
};

} // namespace ethpoc::peer
