// Clients of a Server under test: everything with a limit of time, so that a server that says nothing fails the test.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <thread>

#include <doctest/doctest.h>

#include "http/server.hpp"

namespace ethpoc::test {

/// A server on a thread of its own.
class Served {
  public:
    /// `prepare` may add endpoints.
    explicit Served(http::Server::Handler handler, const std::function<void(http::Server&)>& prepare = {}) :
        server_(io_, std::move(handler)) {
        if (prepare) { prepare(server_); }
        const auto address = server_.listen("127.0.0.1", 0);
        REQUIRE(address);
        port_ = static_cast<std::uint16_t>(std::stoul(address->substr(address->rfind(':') + 1)));
        thread_ = std::jthread([this] { io_.run(); });
    }
    ~Served() {
        io_.stop();
        thread_.join();
    }
    Served(const Served&) = delete;
    Served& operator=(const Served&) = delete;

    boost::asio::io_context& io() { return io_; }
    http::Server& server() { return server_; }

    boost::asio::ip::tcp::socket connect(boost::asio::io_context& io) const {
        boost::asio::ip::tcp::socket socket(io);
        socket.connect({boost::asio::ip::address_v4::loopback(), port_});
        return socket;
    }

  private:
    boost::asio::io_context io_{1};
    http::Server server_;
    std::uint16_t port_ = 0;
    std::jthread thread_{};
};

/// Says `request` and reads until the server closes; what happens by a timer is cut off by the test's own limit.
inline std::string ask(boost::asio::ip::tcp::socket& socket, const std::string& request) {
    boost::system::error_code error;
    boost::asio::write(socket, boost::asio::buffer(request), error);
    std::string out;
    boost::asio::read(socket, boost::asio::dynamic_buffer(out), error);
    return out;
}

inline std::string get(boost::asio::ip::tcp::socket& socket, const std::string& path) {
    return ask(socket, "GET " + path + " HTTP/1.1\r\n\r\n");
}

} // namespace ethpoc::test
