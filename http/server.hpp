// Server: answers GET with a text for a path. For metrics and for the page of the tools; small limits, one request
// a connection, no files. A connection that is not through after five seconds is closed; when all places are taken, the
// oldest one is closed for the next, so that clients who never finish cannot shut the others out.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ethpoc::http {

struct Answer {
    std::string type{}; // "text/html; charset=utf-8"
    std::string body{};
    std::string more_headers{}; // whole lines, each with its \r\n
};

class Server {
  public:
    /// What stands at a path ("/metrics", without what follows a ?); nothing: 404. Called on the thread of `io`.
    using Handler = std::function<std::optional<Answer>(std::string_view path)>;

    Server(boost::asio::io_context& io, Handler handler);

    /// `host` is an IP address, or "localhost"; port 0: any. Returns the address that was taken, "127.0.0.1:8000"; the
    /// error is a sentence. Once in the life of a server.
    std::expected<std::string, std::string> listen(const std::string& host, std::uint16_t port);
    void stop();

  private:
    struct Request;
    void accept();
    void adopt(boost::asio::ip::tcp::socket socket);

    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer accept_pause_;
    std::shared_ptr<const Handler> handler_;
    std::deque<std::weak_ptr<Request>> requests_{}; // the oldest first; some may be over
};

} // namespace ethpoc::http
