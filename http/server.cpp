#include "http/server.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <cstring>
#include <deque>
#include <filesystem>
#include <map>

#include "http/local_path.hpp"
#include "http/upgrade.hpp"
#include "http/version.hpp"

namespace ethpoc::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace protocol = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using protocol::field;
using protocol::status;

namespace {

constexpr int listen_backlog = 128;
constexpr auto request_limit = std::chrono::seconds(5); // from the accept to the last byte of the answer
constexpr auto accept_retry = std::chrono::milliseconds(200);

// TCP or a Unix socket: one type for both, since Beast's templates are many.
using Stream = asio::basic_stream_socket<asio::generic::stream_protocol, Socket::executor_type>;
using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol, Socket::executor_type>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                                         Socket::executor_type>;
using Asked = protocol::request<protocol::string_body>;
using Response = protocol::response<protocol::string_body>;

Response plain(status code, std::string sentence) {
    Response out(code, http_1_1, std::move(sentence));
    out.set(field::content_type, "text/plain; charset=utf-8");
    return out;
}

Response response(Answer answer) {
    Response out(static_cast<status>(answer.status), http_1_1, std::move(answer.body));
    out.set(field::content_type, answer.type);
    for (const auto& [name, value] : answer.more_headers) {
        out.set(name, value);
    }
    return out;
}

Response not_this_method(Methods methods) {
    const bool post = methods == Methods::get_and_post;
    Response out =
        plain(status::method_not_allowed, post ? "Only GET and POST are answered.\n" : "Only GET is answered.\n");
    out.set(field::allow, post ? "GET, POST" : "GET");
    return out;
}

Response only_websocket() {
    Response out = plain(status::upgrade_required, "This path speaks WebSocket.\n");
    out.set(field::upgrade, "websocket");
    return out;
}

/// A page of another site in a browser on this machine: it may ask for the upgrade, and must not get it.
bool of_another_site(const Asked& request) {
    const std::string_view origin = request[field::origin];
    if (origin.empty()) { return false; } // not a browser
    const std::size_t scheme = origin.find("://");
    return scheme == std::string_view::npos || origin.substr(scheme + 3) != std::string_view(request[field::host]);
}

/// "127.0.0.1:8000", "[::1]:8000".
std::string text(const std::string& host, std::uint16_t port) {
    return (host.find(':') != std::string::npos ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

/// What is told for bytes that are no request; nothing when nobody is there any more, or the time is over.
std::optional<Response> complaint(const error_code& error) {
    if (error == protocol::error::body_limit) { return plain(status::payload_too_large, "The body is too large.\n"); }
    if (error == protocol::error::header_limit || error == protocol::error::buffer_overflow) {
        return plain(status::request_header_fields_too_large, "The request is too large.\n");
    }
    const bool of_parser = error.category() == make_error_code(protocol::error::bad_method).category();
    if (!of_parser || error == protocol::error::end_of_stream || error == protocol::error::partial_message) {
        return std::nullopt;
    }
    return plain(status::bad_request, "This is no HTTP request.\n");
}

/// Takes away a Unix socket that nobody listens at any more.
std::expected<void, std::string> make_way(const Socket::executor_type& executor,
                                          const asio::local::stream_protocol::endpoint& endpoint) {
    const std::filesystem::path path(endpoint.path());
    std::error_code failed;
    const auto there = std::filesystem::symlink_status(path, failed).type();
    if (there == std::filesystem::file_type::not_found) { return {}; }
    if (there != std::filesystem::file_type::socket) { return std::unexpected("there is a file that is no socket"); }
    Stream probe(executor);
    error_code error;
    probe.connect(endpoint, error);
    if (!error) { return std::unexpected("somebody listens there already"); }
    if (error != asio::error::connection_refused) { return std::unexpected(error.message()); }
    std::filesystem::remove(path, failed);
    if (failed) { return std::unexpected(failed.message()); }
    return {};
}

} // namespace

struct Server::Impl : std::enable_shared_from_this<Impl> {
    struct Connection;

    Impl(asio::io_context& io, Handler h, Methods m) :
        acceptor(io), accept_pause(io), handler(std::move(h)), methods(m) {}

    void accept();
    void adopt(Stream socket);
    bool takes(protocol::verb method) const {
        return method == protocol::verb::get || (method == protocol::verb::post && methods == Methods::get_and_post);
    }
    Response answer_to(const Asked& request) const;
    Endpoint* endpoint_at(std::string_view path) const;

    Acceptor acceptor;
    Timer accept_pause;
    Handler handler;
    Methods methods;
    std::string local_path{}; // of our Unix socket
    std::map<std::string, std::shared_ptr<Endpoint>, std::less<>> endpoints{};
    std::deque<std::weak_ptr<Connection>> connections{}; // the oldest first; some may be over
};

/// One connection: reads up to the empty line, and the body of a POST, answers, closes; or goes to an endpoint.
struct Server::Impl::Connection : std::enable_shared_from_this<Connection> {
    Connection(Stream s, std::shared_ptr<Impl> of) :
        socket(std::move(s)), limit(socket.get_executor()), server(std::move(of)) {}

    void run() {
        limit.expires_after(request_limit); // for all that follows, together
        limit.async_wait([self = weak_from_this()](const error_code& error) {
            if (const auto alive = self.lock(); alive && !error) { alive->close(); }
        });
        parser.header_limit(max_request);
        parser.body_limit(boost::none); // of a GET none is read, whatever is announced
        protocol::async_read_header(
            socket, buffer, parser,
            [self = shared_from_this()](const error_code& error, std::size_t) { self->heard(error); });
    }

    void heard(const error_code& error) {
        if (error) { return complain(error); }
        const Asked& request = parser.get();
        if (Endpoint* const endpoint = server->endpoint_at(path_of(request))) { return hand_over(*endpoint); }
        if (request.method() != protocol::verb::post || !server->takes(request.method()) || parser.is_done()) {
            return say(server->answer_to(request));
        }
        if (const auto announced = parser.content_length(); announced && *announced > max_body) {
            return complain(protocol::error::body_limit);
        }
        parser.body_limit(max_body);
        protocol::async_read(socket, buffer, parser,
                             [self = shared_from_this()](const error_code& failed, std::size_t) {
                                 if (failed) { return self->complain(failed); }
                                 self->say(self->server->answer_to(self->parser.get()));
                             });
    }

    void complain(const error_code& error) {
        if (auto sentence = complaint(error)) { say(std::move(*sentence)); }
    }

    void hand_over(Endpoint& endpoint) {
        const Asked& request = parser.get();
        if (!beast::websocket::is_upgrade(request)) { return say(only_websocket()); }
        if (of_another_site(request)) { return say(plain(status::forbidden, "Not for pages of another site.\n")); }
        if (endpoint.full()) { return say(plain(status::service_unavailable, "All places are taken.\n")); }
        error_code error;
        const bool v6 = socket.local_endpoint(error).protocol().family() == tcp::v6().family();
        Socket as_tcp(socket.get_executor());
        const auto handle = socket.release(error);
        if (!error) { as_tcp.assign(v6 ? tcp::v6() : tcp::v4(), handle, error); }
        if (!error) {
            endpoint.adopt({std::move(as_tcp), protocol::request<protocol::empty_body>(parser.release().base())});
        }
    }

    void say(Response what) {
        out = std::move(what);
        out.set("X-Content-Type-Options", "nosniff");
        out.keep_alive(false);
        out.prepare_payload();
        protocol::async_write(socket, out, [self = shared_from_this()](const error_code&, std::size_t) {
            error_code ignored;
            self->socket.shutdown(Stream::shutdown_both, ignored);
        });
    }

    void close() {
        error_code ignored;
        socket.close(ignored);
    }

    static std::string_view path_of(const Asked& request) {
        const std::string_view target = request.target();
        return target.substr(0, target.find('?'));
    }

    Stream socket;
    Timer limit;
    std::shared_ptr<Impl> server;
    beast::flat_buffer buffer{max_request};
    protocol::request_parser<protocol::string_body> parser{};
    Response out{};
};

Response Server::Impl::answer_to(const Asked& request) const {
    if (!takes(request.method())) { return not_this_method(methods); }
    const std::string_view target = request.target();
    const std::string_view path = Connection::path_of(request);
    const std::string_view query = target.substr(std::min(path.size() + 1, target.size()));
    auto found = handler({request.method_string(), path, query, request.body()});
    return found ? response(std::move(*found)) : plain(status::not_found, "There is nothing at this path.\n");
}

Endpoint* Server::Impl::endpoint_at(std::string_view path) const {
    const auto found = endpoints.find(path);
    return found != endpoints.end() ? found->second.get() : nullptr;
}

void Server::Impl::accept() {
    acceptor.async_accept([self = shared_from_this()](const error_code& error, Stream socket) {
        if (error == asio::error::operation_aborted || !self->acceptor.is_open()) { return; }
        if (error) { // no file descriptor is left; to try again at once would keep the thread busy
            self->accept_pause.expires_after(accept_retry);
            return self->accept_pause.async_wait([self](const error_code& cancelled) {
                if (!cancelled && self->acceptor.is_open()) { self->accept(); }
            });
        }
        self->adopt(std::move(socket));
        self->accept();
    });
}

void Server::Impl::adopt(Stream socket) {
    std::erase_if(connections, [](const auto& connection) { return connection.expired(); }); // 32 at most
    if (connections.size() >= max_connections) {
        if (const auto oldest = connections.front().lock()) { oldest->close(); }
        connections.pop_front();
    }
    auto connection = std::make_shared<Connection>(std::move(socket), shared_from_this());
    connections.push_back(connection);
    connection->run();
}

Server::Server(asio::io_context& io, Handler handler, Methods methods) :
    impl_(std::make_shared<Impl>(io, std::move(handler), methods)) {}

Server::~Server() {
    stop();
}

std::expected<std::string, std::string> Server::listen(const std::string& host, std::uint16_t port) {
    Acceptor& acceptor = impl_->acceptor;
    error_code error;
    const tcp::endpoint endpoint(asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error), port);
    if (!error) { acceptor.open(endpoint.protocol(), error); }
    if (!error) { acceptor.set_option(Acceptor::reuse_address(true), error); }
    if (!error) { acceptor.bind(endpoint, error); }
    if (!error) { acceptor.listen(listen_backlog, error); }
    if (error) { return std::unexpected("cannot listen on " + text(host, port) + ": " + error.message()); }
    impl_->accept();
    tcp::endpoint taken;
    const auto generic = acceptor.local_endpoint(error);
    std::memcpy(taken.data(), generic.data(), std::min(generic.size(), taken.capacity()));
    return text(taken.address().to_string(), taken.port());
}

std::expected<void, std::string> Server::listen_local(const std::string& path) {
    const auto refuse = [&path](const std::string& why) { return std::unexpected(path + ": " + why); };
    if (path.size() > longest_local_path) { return std::unexpected(path_too_long(path)); }
    const asio::local::stream_protocol::endpoint endpoint(path);
    if (auto free = make_way(impl_->acceptor.get_executor(), endpoint); !free) { return refuse(free.error()); }
    Acceptor& acceptor = impl_->acceptor;
    error_code error;
    std::error_code no_mode;
    acceptor.open(endpoint.protocol(), error);
    if (!error) { acceptor.bind(endpoint, error); }
    if (error) { return refuse(error.message()); }
    impl_->local_path = path;
    // Before listen() nobody can connect.
    std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write,
                                 no_mode);
    if (no_mode) { return refuse(no_mode.message()); }
    acceptor.listen(listen_backlog, error);
    if (error) { return refuse(error.message()); }
    impl_->accept();
    return {};
}

void Server::give(std::string path, std::shared_ptr<Endpoint> endpoint) {
    impl_->endpoints[std::move(path)] = std::move(endpoint);
}

void Server::stop() {
    error_code ignored;
    impl_->acceptor.close(ignored);
    impl_->accept_pause.cancel();
    for (const auto& connection : impl_->connections) {
        if (const auto alive = connection.lock()) { alive->close(); }
    }
    for (const auto& [path, endpoint] : impl_->endpoints) {
        endpoint->stop();
    }
    std::error_code gone;
    if (!impl_->local_path.empty()) { std::filesystem::remove(std::exchange(impl_->local_path, {}), gone); }
}

} // namespace ethpoc::http
