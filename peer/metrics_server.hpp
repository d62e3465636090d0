// MetricsServer: answers GET /metrics, and nothing else, with one text. Small limits; one request a connection.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <string>

#include "rlp/error.hpp"

namespace ethpoc::peer {

class MetricsServer {
  public:
    /// `text` is called for every request, on the network thread.
    MetricsServer(boost::asio::io_context& io, std::function<std::string()> text);

    Result<void> listen(const std::string& host, std::uint16_t port);
    void stop();

  private:
    void accept();

    boost::asio::ip::tcp::acceptor acceptor_;
    std::function<std::string()> text_;
    std::shared_ptr<std::size_t> open_ = std::make_shared<std::size_t>(0);
};

} // namespace ethpoc::peer
