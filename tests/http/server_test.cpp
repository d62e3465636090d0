// Slow clients: none keeps a place for long, and none keeps out who comes later.
#include "http/server.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using namespace ethpoc;
using namespace ethpoc::http;
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// A server on a thread of its own; its page is larger than what a socket holds.
class Served {
  public:
    Served() :
        server_(io_, [](std::string_view path) -> std::optional<Answer> {
            if (path == "/big") { return Answer{"text/plain", std::string(12u << 20, 'x'), {}}; }
            return Answer{"text/plain", "here", {}};
        }) {
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

    tcp::socket connect(asio::io_context& io) const {
        tcp::socket socket(io);
        socket.connect({asio::ip::address_v4::loopback(), port_});
        return socket;
    }

  private:
    asio::io_context io_{1};
    Server server_;
    std::uint16_t port_ = 0;
    std::jthread thread_{};
};

/// Everything until the server closes; what happens by a timer is cut off by the test's own limit.
std::string get(tcp::socket& socket, const std::string& path) {
    boost::system::error_code error;
    asio::write(socket, asio::buffer("GET " + path + " HTTP/1.1\r\n\r\n"), error);
    std::string out;
    asio::read(socket, asio::dynamic_buffer(out), error);
    return out;
}

} // namespace

TEST_CASE("http server: fifty who never ask, or never read, keep nobody out") {
    const Served served;
    asio::io_context io;
    std::vector<tcp::socket> slow;
    for (int i = 0; i < 50; ++i) {
        slow.push_back(served.connect(io));
        if (i % 3 == 0) { asio::write(slow.back(), asio::buffer("GET /big HTTP/1.1\r\n\r\n", 21)); }
        if (i % 3 == 1) { asio::write(slow.back(), asio::buffer("GE", 2)); }
    }
    for (int i = 0; i < 5; ++i) {
        tcp::socket good = served.connect(io);
        const auto begin = std::chrono::steady_clock::now();
        CHECK(get(good, "/").ends_with("\r\n\r\nhere"));
        CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(2));
    }
}

TEST_CASE("http server: who sends a byte now and then is closed in five seconds") {
    const Served served;
    asio::io_context io;
    tcp::socket slow = served.connect(io);
    const auto begin = std::chrono::steady_clock::now();
    boost::system::error_code error;
    while (!error && std::chrono::steady_clock::now() - begin < std::chrono::seconds(20)) {
        asio::write(slow, asio::buffer("G", 1), error);
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    CHECK(error);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(8));
}
