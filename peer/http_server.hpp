// HttpServer: answers GET with a text for a path. For metrics and for the page of the tools; small limits, one request
// a connection, no files. A connection that is not through after five seconds is closed; when all places are taken, the
// oldest one is closed for the next, so that clients who never finish cannot shut the others out.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "rlp/error.hpp"

namespace ethpoc::peer {

struct HttpAnswer {
    std::string type{}; // "text/html; charset=utf-8"
    std::string body{};
    std::string more_headers{}; // whole lines, each with its \r\n
};

class HttpServer {
  public:
    /// What stands at a path ("/metrics", without what follows a ?); nothing: 404. Called on the thread of `io`.
    using Answer = std::function<std::optional<HttpAnswer>(std::string_view path)>;

    HttpServer(boost::asio::io_context& io, Answer answer);

    /// An address, or "localhost"; port 0: any. The error is cannot_listen, its detail begins with `what`.
    Result<void> listen(const std::string& host, std::uint16_t port, std::string_view what);
    /// "127.0.0.1:8000", once it listens.
    std::string address() const;
    void stop();

  private:
    struct Request;
    void accept();
    void adopt(boost::asio::ip::tcp::socket socket);

    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer accept_pause_;
    std::shared_ptr<const Answer> answer_;
    std::deque<std::weak_ptr<Request>> requests_{}; // the oldest first; some may be over
};

} // namespace ethpoc::peer
