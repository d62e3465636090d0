#include "peer/metrics_server.hpp"

#include <array>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <string_view>

#include "peer/network.hpp"

namespace ethpoc::peer {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t max_request = 8u << 10;
constexpr std::size_t max_connections = 16;
constexpr auto request_limit = std::chrono::seconds(5);

std::string response(std::string_view status, const std::string& body) {
    std::string out = "HTTP/1.1 ";
    out.append(status);
    out += "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nConnection: close\r\nContent-Length: ";
    out += std::to_string(body.size()) + "\r\n\r\n" + body;
    return out;
}

/// One connection: reads up to the empty line, answers, closes.
struct Request : std::enable_shared_from_this<Request> {
    Request(tcp::socket s, const std::function<std::string()>& t, std::shared_ptr<std::size_t> count) :
        socket(std::move(s)), limit(socket.get_executor()), text(t), open(std::move(count)) {
        ++*open;
    }
    ~Request() { --*open; } // the server may be gone by then
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;

    void run() {
        limit.expires_after(request_limit);
        limit.async_wait([self = weak_from_this()](const error_code& error) {
            error_code ignored;
            if (const auto alive = self.lock(); alive && !error) { alive->socket.close(ignored); }
        });
        asio::async_read_until(socket, asio::dynamic_buffer(in, max_request), "\r\n\r\n",
                               [self = shared_from_this()](const error_code& error, std::size_t) {
                                   if (!error) { self->answer(); }
                               });
    }

    void answer() {
        const bool get = in.starts_with("GET ");
        const bool here = in.starts_with("GET /metrics ") || in.starts_with("GET / ");
        out = here  ? response("200 OK", text())
              : get ? response("404 Not Found", "Look at /metrics.\n")
                    : response("405 Method Not Allowed", "Only GET is answered.\n");
        asio::async_write(socket, asio::buffer(out), [self = shared_from_this()](const error_code&, std::size_t) {
            error_code ignored;
            self->socket.shutdown(tcp::socket::shutdown_both, ignored);
        });
    }

    tcp::socket socket;
    asio::steady_timer limit;
    const std::function<std::string()>& text;
    std::shared_ptr<std::size_t> open;
    std::string in{};
    std::string out{};
};

} // namespace

MetricsServer::MetricsServer(asio::io_context& io, std::function<std::string()> text) :
    acceptor_(io), text_(std::move(text)) {}

Result<void> MetricsServer::listen(const std::string& host, std::uint16_t port) {
    error_code error;
    const tcp::endpoint endpoint(asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error), port);
    if (!error) { acceptor_.open(endpoint.protocol(), error); }
    if (!error) { acceptor_.set_option(tcp::acceptor::reuse_address(true), error); }
    if (!error) { acceptor_.bind(endpoint, error); }
    if (!error) { acceptor_.listen(static_cast<int>(max_connections), error); }
    if (error) {
        return std::unexpected(Error{&errors::cannot_listen, 0, 0, {}, "metrics on " + host + ": " + error.message()});
    }
    accept();
    return {};
}

void MetricsServer::stop() {
    error_code ignored;
    acceptor_.close(ignored);
}

void MetricsServer::accept() {
    acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
        if (error == asio::error::operation_aborted) { return; }
        if (!error && *open_ < max_connections) { std::make_shared<Request>(std::move(socket), text_, open_)->run(); }
        if (acceptor_.is_open()) { accept(); }
    });
}

} // namespace ethpoc::peer
