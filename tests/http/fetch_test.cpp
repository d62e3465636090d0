// What is fetched from a server, and what one that is broken or hostile can do: end the fetch, with a sentence.
#include "http/fetch.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <optional>

#include <doctest/doctest.h>

using namespace ethpoc;
using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// What a server does when it has said all.
enum class Then : std::uint8_t { close, again, drip, nothing };

/// Hears one request on loopback and says `answer`, on the io_context of the client.
class OneAnswer {
  public:
    OneAnswer(asio::io_context& io, std::string answer, Then then) :
        acceptor_(io, {asio::ip::address_v4::loopback(), 0}), socket_(io), answer_(std::move(answer)), then_(then) {
        acceptor_.async_accept(socket_, [this](const auto& error) {
            if (error) { return; }
            asio::async_read_until(socket_, asio::dynamic_buffer(request), "\r\n\r\n",
                                   [this](const auto& failed, std::size_t) {
                                       if (!failed) { say(); }
                                   });
        });
    }

    std::string authority() const { return "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()); }

    std::string request{};
    std::size_t said = 0; // bytes

  private:
    void say() {
        asio::async_write(socket_, asio::buffer(answer_), [this](const auto& error, std::size_t size) {
            said += size;
            if (error) { return; }
            if (then_ == Then::again) { return say(); }
            if (then_ == Then::close) { socket_.close(); }
            if (then_ == Then::drip) { drip(); }
        });
    }

    /// Ends with the socket.
    void drip() {
        timer_.expires_after(5ms);
        timer_.async_wait([this](const auto& error) {
            answer_ = "x";
            if (!error) { say(); }
        });
    }

    tcp::acceptor acceptor_;
    tcp::socket socket_;
    asio::steady_timer timer_{socket_.get_executor()};
    std::string answer_;
    Then then_;
};

http::Fetch::Answer fetch_from(asio::io_context& io, const std::string& url, http::FetchLimits limits = {}) {
    http::Fetch fetch(io, limits);
    std::optional<http::Fetch::Answer> answer;
    const auto parsed = http::parse_url(url);
    if (!parsed) { FAIL(parsed.error()); }
    fetch.get(*parsed, [&](http::Fetch::Answer got) {
        CHECK_FALSE(answer);
        answer = std::move(got);
    });
    CHECK_FALSE(answer);
    const auto patience = std::chrono::steady_clock::now() + 20s;
    while (!answer && std::chrono::steady_clock::now() < patience) {
        io.run_one_for(1s);
    }
    REQUIRE(answer);
    CHECK_FALSE(fetch.under_way());
    return *answer;
}

std::string ok_with(const std::string& fields) {
    return "HTTP/1.1 200 OK\r\n" + fields + "\r\n";
}

} // namespace

TEST_CASE("http fetch: what is asked, and the body that comes") {
    struct Row {
        std::string answer;
        const char* body;
    };
    for (const Row& row : {
             Row{ok_with("Content-Length: 5\r\n") + "a\nb\nc", "a\nb\nc"},
             Row{ok_with("Content-Length: 0\r\n"), ""},
             Row{ok_with("Connection: close\r\n") + "to the end", "to the end"},
             Row{ok_with("Transfer-Encoding: chunked\r\n") + "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", "abc"},
             Row{ok_with("Content-Encoding: identity\r\nContent-Length: 1\r\n") + "x", "x"},
             Row{"HTTP/1.0 200 OK\r\n\r\nold", "old"},
         }) {
        CAPTURE(row.answer);
        asio::io_context io{1};
        OneAnswer server(io, row.answer, Then::close);
        const auto answer = fetch_from(io, "http://" + server.authority() + "/seeds.txt?x=1");
        if (!answer) { FAIL(answer.error()); }
        CHECK(*answer == row.body);
        CHECK(server.request.starts_with("GET /seeds.txt?x=1 HTTP/1.1\r\n"));
        CHECK(server.request.contains("Host: " + server.authority() + "\r\n"));
        CHECK(server.request.contains("Accept-Encoding: identity\r\n"));
        CHECK(server.request.contains("Connection: close\r\n"));
    }
}

TEST_CASE("http fetch: no answer of a server does more than end it") {
    struct Row {
        std::string answer;
        Then then;
        std::string_view reason;
    };
    const std::string much(4096, 'x');
    for (const Row& row : {
             Row{ok_with("") + much, Then::again, "larger than 65536 bytes"},
             Row{ok_with("Transfer-Encoding: chunked\r\n") + "1000\r\n" + much + "\r\n", Then::nothing,
                 "within 100 ms"},
             Row{ok_with("Content-Length: 65537\r\n"), Then::nothing, "larger than 65536 bytes"},
             Row{ok_with("Content-Length: 18446744073709551615\r\n"), Then::nothing, "larger than 65536 bytes"},
             Row{ok_with("Transfer-Encoding: chunked\r\n") + "7fffffffffffffff\r\n" + much, Then::again, "larger than"},
             Row{"HTTP/1.1 200 OK\r\nX: " + much + much, Then::again, "the header of the answer is too large"},
             Row{"HTTP/1.1 200 " + much, Then::again, "the header of the answer is too large"},
             Row{"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone", Then::nothing, "status 404 instead of 200"},
             Row{"HTTP/1.1 500 No\r\nContent-Length: 99999999\r\n\r\n", Then::nothing, "status 500 instead of 200"},
             Row{"HTTP/1.1 503 No\r\n\r\n" + much, Then::again, "status 503 instead of 200"},
             Row{"HTTP/1.1 204 No\r\n\r\n", Then::nothing, "status 204 instead of 200"},
             Row{"HTTP/1.1 302 Found\r\nLocation: http://b/\r\nContent-Length: 0\r\n\r\n", Then::nothing,
                 "redirects are not followed; give the address that it leads to: http://b/"},
             Row{"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n\r\n", Then::nothing, "redirects are not followed"},
             Row{ok_with("Content-Encoding: gzip\r\nContent-Length: 1\r\n") + "x", Then::nothing, "compressed (gzip)"},
             Row{ok_with("Content-Length: 5\r\n") + "abc", Then::close, "ends before it is complete"},
             Row{"HTTP/1.1 200", Then::close, "ends before it is complete"},
             Row{"", Then::close, "ends before it is complete"},
             Row{"SSH-2.0-OpenSSH_9\r\n\r\n", Then::nothing, "no HTTP/1.1"},
             Row{ok_with("Content-Length: 60000\r\n"), Then::drip, "no whole answer within 100 ms"},
             Row{"HTTP/1.1 200 OK\r\nX: ", Then::drip, "no whole answer within 100 ms"},
             Row{"", Then::nothing, "no whole answer within 100 ms"},
             Row{ok_with("Content-Length: 5\r\n") + "abc", Then::nothing, "no whole answer within 100 ms"},
         }) {
        CAPTURE(row.answer.substr(0, 80));
        asio::io_context io{1};
        OneAnswer server(io, row.answer, row.then);
        const bool waits = row.reason.contains("100 ms");
        const auto answer = fetch_from(io, "http://" + server.authority(),
                                       {.body = 1u << 16, .connect = 10s, .whole = waits ? 100ms : 20'000ms});
        REQUIRE_FALSE(answer);
        CHECK(answer.error().find(row.reason) != std::string::npos);
        INFO(answer.error());
        CHECK(server.said <= 16u << 20); // what the sockets hold; it stops reading
    }
}

TEST_CASE("http fetch: nobody listens, or the host cannot be found") {
    asio::io_context io{1};
    std::uint16_t free_port = 0;
    {
        const tcp::acceptor was(io, {asio::ip::address_v4::loopback(), 0});
        free_port = was.local_endpoint().port();
    }
    const auto answer = fetch_from(io, "http://127.0.0.1:" + std::to_string(free_port) + "/");
    REQUIRE_FALSE(answer);
    CHECK(answer.error().starts_with("nobody answers: "));
    CHECK(answer.error().ends_with("; see whether the address is right and its server runs"));
    const auto unknown = fetch_from(io, "http://[::1::]/"); // no address, and no name that a server is asked for
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().starts_with("the host cannot be found: "));
}

TEST_CASE("http fetch: one that is forgotten calls nobody") {
    asio::io_context io{1};
    OneAnswer first(io, ok_with("Content-Length: 1\r\n") + "1", Then::close);
    OneAnswer second(io, ok_with("Content-Length: 1\r\n") + "2", Then::close);
    std::string got;
    const auto keep = [&got](const http::Fetch::Answer& answer) { got += answer ? *answer : answer.error(); };
    http::Fetch fetch(io);
    fetch.get(*http::parse_url("http://" + first.authority()), keep);
    fetch.get(*http::parse_url("http://" + second.authority()), keep);
    CHECK(fetch.under_way());
    for (int i = 0; i < 1000 && fetch.under_way(); ++i) {
        io.run_one_for(20ms);
    }
    CHECK(got == "2");
    fetch.get(*http::parse_url("http://" + first.authority()), keep);
    fetch.cancel();
    CHECK_FALSE(fetch.under_way());
    {
        http::Fetch gone(io);
        gone.get(*http::parse_url("http://" + second.authority()), keep);
    }
    io.poll();
    CHECK(got == "2");
}
