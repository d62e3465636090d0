// MetricsServer: answers GET /metrics, and nothing else, with one text.
#pragma once

#include <functional>
#include <string>

#include "peer/http_server.hpp"

namespace ethpoc::peer {

class MetricsServer {
  public:
    /// `text` is called for every request, on the network thread.
    MetricsServer(boost::asio::io_context& io, std::function<std::string()> text);

    Result<void> listen(const std::string& host, std::uint16_t port) { return server_.listen(host, port, "metrics"); }
    void stop() { server_.stop(); }

  private:
    HttpServer server_;
};

} // namespace ethpoc::peer
