// What is asked is answered; and of slow clients none keeps a place for long, and none keeps out those that come later.
#include "http/server.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "tests/http/client.hpp"

using namespace ethpoc;
using test::ask;
using test::get;
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// Its page is larger than what a socket holds.
std::optional<http::Answer> page(const http::Request& request) {
    const std::string_view path = request.path;
    if (path == "/big") { return http::Answer{"text/plain", std::string(12u << 20, 'x'), {}}; }
    if (path == "/none") { return std::nullopt; }
    return http::Answer{"text/plain", "here", {{"X-More", "yes"}}};
}

} // namespace

TEST_CASE("http server: fifty that never ask, or never read, keep nobody out") {
    const test::Served served(page);
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

TEST_CASE("http server: a client that sends a byte now and then is closed in five seconds") {
    const test::Served served(page);
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

TEST_CASE("http server: what is asked, and what is answered") {
    const test::Served served(page);
    asio::io_context io;
    struct Row {
        std::string request;
        const char* begins;
        const char* ends;
    };
    for (const Row& row : {
             Row{"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 OK\r\n", "\r\n\r\nhere"},
             Row{"GET /?query HTTP/1.0\r\n\r\n", "HTTP/1.1 200 OK\r\n", "\r\n\r\nhere"},
             Row{"GET /none HTTP/1.1\r\n\r\n", "HTTP/1.1 404 ", "nothing at this path.\n"},
             Row{"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", "HTTP/1.1 405 ", "Only GET is answered.\n"},
             Row{"HEAD / HTTP/1.1\r\n\r\n", "HTTP/1.1 405 ", "Only GET is answered.\n"},
             Row{"GE\r\n\r\n", "HTTP/1.1 400 ", "no HTTP request.\n"},
             Row{"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "HTTP/1.1 400 ", "no HTTP request.\n"},
             Row{"\x22\x40\x08\x91\x00\x00\x00\x02\xc1\x02", "HTTP/1.1 400 ", "no HTTP request.\n"},
         }) {
        CAPTURE(row.request);
        tcp::socket client = served.connect(io);
        const std::string answer = ask(client, row.request);
        CHECK(answer.substr(0, std::string_view(row.begins).size()) == row.begins);
        CHECK(answer.ends_with(row.ends));
        CHECK(answer.find("\r\nConnection: close\r\n") != std::string::npos);
        CHECK(answer.find("\r\nX-Content-Type-Options: nosniff\r\n") != std::string::npos);
        CHECK(answer.find("\r\nContent-Length: ") != std::string::npos);
        CHECK((answer.find("\r\nX-More: yes\r\n") != std::string::npos) == answer.ends_with("here"));
    }
}

TEST_CASE("http server: a request without end is refused at eight kilobytes") {
    const test::Served served(page);
    asio::io_context io;
    const std::string begin = "GET / HTTP/1.1\r\nX: ";
    for (const std::size_t size : {http::Server::max_request - 4, 2 * http::Server::max_request}) {
        tcp::socket client = served.connect(io);
        const std::string request = begin + std::string(size - begin.size(), 'x') + "\r\n\r\n";
        const std::string answer = ask(client, request);
        CHECK(answer.substr(0, 12) == (size < http::Server::max_request ? "HTTP/1.1 200" : "HTTP/1.1 431"));
    }
}
