#include "http/server.hpp"

#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace ethpoc::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t max_request = 8u << 10;
constexpr std::size_t max_connections = 32;
constexpr int listen_backlog = 128;
constexpr auto request_limit = std::chrono::seconds(5); // from the accept to the last byte of the answer
constexpr auto accept_retry = std::chrono::milliseconds(200);

std::string response(std::string_view status, const Answer& answer) {
    std::string out = "HTTP/1.1 ";
    out.append(status).append("\r\nContent-Type: ").append(answer.type).append("\r\n").append(answer.more_headers);
    out += "X-Content-Type-Options: nosniff\r\nConnection: close\r\nContent-Length: ";
    out += std::to_string(answer.body.size()) + "\r\n\r\n" + answer.body;
    return out;
}

std::string plain_response(std::string_view status, std::string sentence) {
    return response(status, {"text/plain; charset=utf-8", std::move(sentence), {}});
}

/// "GET /metrics?x HTTP/1.1" to "/metrics"; nothing when it is another method.
std::optional<std::string_view> path_of(std::string_view request) {
    constexpr std::string_view get = "GET ";
    if (!request.starts_with(get)) { return std::nullopt; }
    request.remove_prefix(get.size());
    return request.substr(0, request.find_first_of(" ?\r"));
}

/// "127.0.0.1:8000", "[::1]:8000".
std::string text(const std::string& host, std::uint16_t port) {
    return (host.find(':') != std::string::npos ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

} // namespace

/// One connection: reads up to the empty line, answers, closes.
struct Server::Request : std::enable_shared_from_this<Request> {
    Request(tcp::socket s, std::shared_ptr<const Server::Handler> h) :
        socket(std::move(s)), limit(socket.get_executor()), handler(std::move(h)) {}

    void run() {
        limit.expires_after(request_limit);
        limit.async_wait([self = weak_from_this()](const error_code& error) {
            if (const auto alive = self.lock(); alive && !error) { alive->close(); }
        });
        asio::async_read_until(socket, asio::dynamic_buffer(in, max_request), "\r\n\r\n",
                               [self = shared_from_this()](const error_code& error, std::size_t) {
                                   if (!error) { self->answer(); }
                               });
    }

    void answer() {
        const auto path = path_of(in);
        const auto found = path ? (*handler)(*path) : std::nullopt;
        out = found  ? response("200 OK", *found)
              : path ? plain_response("404 Not Found", "There is nothing at this path.\n")
                     : plain_response("405 Method Not Allowed", "Only GET is answered.\n");
        asio::async_write(socket, asio::buffer(out), [self = shared_from_this()](const error_code&, std::size_t) {
            error_code ignored;
            self->socket.shutdown(tcp::socket::shutdown_both, ignored);
        });
    }

    void close() {
        error_code ignored;
        socket.close(ignored);
    }

    tcp::socket socket;
    asio::steady_timer limit;
    std::shared_ptr<const Server::Handler> handler;
    std::string in{};
    std::string out{};
};

Server::Server(asio::io_context& io, Handler handler) :
    acceptor_(io), accept_pause_(io), handler_(std::make_shared<const Handler>(std::move(handler))) {}

std::expected<std::string, std::string> Server::listen(const std::string& host, std::uint16_t port) {
    error_code error;
    const tcp::endpoint endpoint(asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error), port);
    if (!error) { acceptor_.open(endpoint.protocol(), error); }
    if (!error) { acceptor_.set_option(tcp::acceptor::reuse_address(true), error); }
    if (!error) { acceptor_.bind(endpoint, error); }
    if (!error) { acceptor_.listen(listen_backlog, error); }
    if (error) { return std::unexpected("cannot listen on " + text(host, port) + ": " + error.message()); }
    accept();
    const tcp::endpoint taken = acceptor_.local_endpoint(error);
    return text(taken.address().to_string(), taken.port());
}

void Server::stop() {
    error_code ignored;
    acceptor_.close(ignored);
    accept_pause_.cancel();
    for (const auto& request : requests_) {
        if (const auto alive = request.lock()) { alive->close(); }
    }
}

void Server::accept() {
    acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
        if (error == asio::error::operation_aborted || !acceptor_.is_open()) { return; }
        if (error) { // no file descriptor is left; to try again at once would keep the thread busy
            accept_pause_.expires_after(accept_retry);
            return accept_pause_.async_wait([this](const error_code& cancelled) {
                if (!cancelled) { accept(); }
            });
        }
        adopt(std::move(socket));
        accept();
    });
}

void Server::adopt(tcp::socket socket) {
    std::erase_if(requests_, [](const auto& request) { return request.expired(); }); // 32 at most
    if (requests_.size() >= max_connections) {
        if (const auto oldest = requests_.front().lock()) { oldest->close(); }
        requests_.pop_front();
    }
    auto request = std::make_shared<Request>(std::move(socket), handler_);
    requests_.push_back(request);
    request->run();
}

} // namespace ethpoc::http
