#include "peer/network.hpp"

#include <boost/asio/connect.hpp>

#include "wire/codec.hpp"
#include "wire/reasons.hpp"

namespace ethpoc::peer {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr int listen_backlog = 128;
constexpr auto accept_retry = std::chrono::milliseconds(200); // when the process is out of file descriptors

std::string to_text(const tcp::endpoint& endpoint) {
    const std::string host = endpoint.address().to_string();
    return (endpoint.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(endpoint.port());
}

} // namespace

/// One attempt to connect: what it needs until it is a Connection or has failed.
struct Network::Dialling {
    Dialling(asio::io_context& io, DriverOwner& who, std::string to) :
        owner(who), endpoint(std::move(to)), socket(io), resolver(io), timer(io) {}
    DriverOwner& owner;
    std::string endpoint;
    tcp::socket socket;
    tcp::resolver resolver;
    asio::steady_timer timer;
    bool done = false;
};

Network::Network(asio::io_context& io, std::chrono::milliseconds connect_timeout) :
    io_(io), connect_timeout_(connect_timeout), acceptor_(io), accept_pause_(io), timer_(io) {}

Network::~Network() = default;

// ---------------------------------------------------------------- listening

Result<std::string> Network::listen(DriverOwner& owner, const std::string& host, std::uint16_t port) {
    error_code error;
    const auto fail = [&](const std::string& what) {
        return std::unexpected(Error{&errors::cannot_listen, 0, 0, {}, what + ": " + error.message()});
    };
    const auto address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
    if (error) { return fail("cannot listen on " + host + ", which is no IP address"); }
    const tcp::endpoint endpoint(address, port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) { acceptor_.set_option(tcp::acceptor::reuse_address(true), error); }
    if (!error) { acceptor_.bind(endpoint, error); }
    if (!error) { acceptor_.listen(listen_backlog, error); }
    if (error) { return fail("cannot listen on " + to_text(endpoint)); }
    accept(owner);
    return to_text(acceptor_.local_endpoint());
}

void Network::stop_listening() {
    error_code ignored;
    acceptor_.close(ignored);
    accept_pause_.cancel();
}

void Network::accept(DriverOwner& owner) {
    acceptor_.async_accept([this, &owner](const error_code& error, tcp::socket socket) {
        if (error == asio::error::operation_aborted || doors_closed_) { return; }
        if (error) {
            accept_pause_.expires_after(accept_retry);
            return accept_pause_.async_wait([this, &owner](const error_code& cancelled) {
                if (!cancelled) { accept(owner); }
            });
        }
        error_code gone;
        const tcp::endpoint from = socket.remote_endpoint(gone);
        if (!gone) { welcome(owner, std::move(socket), to_text(from)); }
        accept(owner);
    });
}

void Network::welcome(DriverOwner& owner, tcp::socket socket, std::string from) {
    if (owner.has_room(from)) { return adopt(owner, std::move(socket), Direction::inbound, std::move(from)); }
    // The same words in every version that has reasons. They fit into any socket buffer; if not, it was told by the
    // close.
    static const Bytes farewell = wire::compose_disconnect(wire::profiles().back(), wire::reason::too_many_peers);
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(farewell), ignored);
    socket.shutdown(tcp::socket::shutdown_send, ignored);
    owner.turned_away(from);
}

void Network::adopt(DriverOwner& owner, tcp::socket socket, Direction direction, std::string endpoint) {
    error_code error;
    socket.non_blocking(true, error);
    if (!error) { socket.set_option(tcp::no_delay(true), error); } // each frame leaves as it is written
    if (error) { return; }
    const auto id = next_id_++;
    auto driver = owner.connected(id, direction, std::move(endpoint));
    if (driver == nullptr) { return; }
    const auto connection = std::make_shared<Connection>(*this, std::make_unique<TcpSocket>(std::move(socket)), id,
                                                         owner, std::move(driver));
    connections_[id] = connection;
    connection->start();
}

// ---------------------------------------------------------------- dialling

void Network::dial(DriverOwner& owner, const std::string& endpoint, std::chrono::milliseconds delay) {
    auto dialling = std::make_shared<Dialling>(io_, owner, endpoint);
    dialling->timer.expires_after(delay);
    dialling->timer.async_wait([this, dialling](const error_code& error) {
        if (!error && !doors_closed_ && dialling->owner.still_wanted(dialling->endpoint)) { resolve(dialling); }
    });
}

void Network::resolve(const std::shared_ptr<Dialling>& dialling) {
    const auto colon = dialling->endpoint.rfind(':');
    std::string host = dialling->endpoint.substr(0, colon);
    if (host.starts_with('[')) { host = host.substr(1, host.size() - 2); }
    dialling->timer.expires_after(connect_timeout_);
    dialling->timer.async_wait([dialling](const error_code& error) {
        if (error || dialling->done) { return; }
        dialling->done = true;
        dialling->resolver.cancel();
        error_code ignored;
        dialling->socket.close(ignored);
        dialling->owner.dial_failed(dialling->endpoint, "no answer in time");
    });
    dialling->resolver.async_resolve(host, dialling->endpoint.substr(colon + 1),
                                     [this, dialling](const error_code& error, const auto& where) {
                                         if (dialling->done) { return; }
                                         if (!error) { return connect(dialling, where); }
                                         dialling->done = true;
                                         dialling->timer.cancel();
                                         dialling->owner.dial_failed(dialling->endpoint, error.message());
                                     });
}

void Network::connect(const std::shared_ptr<Dialling>& dialling, const tcp::resolver::results_type& where) {
    asio::async_connect(dialling->socket, where, [this, dialling](const error_code& error, const tcp::endpoint&) {
        if (dialling->done) { return; }
        dialling->done = true;
        dialling->timer.cancel();
        if (doors_closed_) { return; }
        if (error) { return dialling->owner.dial_failed(dialling->endpoint, error.message()); }
        adopt(dialling->owner, std::move(dialling->socket), Direction::outbound, dialling->endpoint);
    });
}

// ---------------------------------------------------------------- for connections

std::span<std::uint8_t> Network::read_buffer() {
    if (read_buffer_.empty()) { read_buffer_.resize(read_buffer_size); }
    return read_buffer_;
}

void Network::flush(wire::ConnectionId id) {
    if (const auto at = connections_.find(id); at != connections_.end()) { at->second->flush(); }
}

std::vector<std::shared_ptr<Connection>> Network::all() const {
    std::vector<std::shared_ptr<Connection>> out;
    out.reserve(connections_.size());
    for (const auto& [id, connection] : connections_) {
        out.push_back(connection);
    }
    return out;
}

void Network::resume(wire::ConnectionId id) {
    if (const auto at = connections_.find(id); at != connections_.end()) {
        const std::shared_ptr<Connection> connection = at->second; // it may leave connections_
        connection->tick();
    }
}

void Network::abort_all() {
    for (const auto& connection : all()) {
        connection->abort();
    }
}

void Network::forget(Connection& connection) {
    const auto keep = connection.shared_from_this();
    wakeups_.erase({connection.scheduled, connection.id()});
    connections_.erase(connection.id());
    connection.owner().closed(connection.id());
}

// ---------------------------------------------------------------- time

void Network::schedule(Connection& connection) {
    const Time at = connection.deadline();
    if (at >= connection.scheduled) { return; } // the earlier wake-up will look again
    const wire::ConnectionId id = connection.id();
    auto node = wakeups_.extract(Wakeup{connection.scheduled, id});
    connection.scheduled = at;
    if (node) {
        node.value() = {at, id};
        wakeups_.insert(std::move(node));
    } else {
        wakeups_.emplace(at, id);
    }
    arm_timer();
}

void Network::arm_timer() {
    if (wakeups_.empty() || wakeups_.begin()->first >= timer_at_) { return; }
    timer_at_ = wakeups_.begin()->first;
    timer_.expires_at(timer_at_);
    timer_.async_wait([this](const error_code& error) {
        if (!error) { on_timer(); }
    });
}

/// Each connection that is due gets one tick; what becomes due meanwhile waits for the next pass, so that sockets and
/// signals always have their turn in between.
void Network::on_timer() {
    timer_at_ = Time::max();
    const Time time = now();
    due_.clear();
    while (!wakeups_.empty() && wakeups_.begin()->first <= time) {
        const auto [at, id] = *wakeups_.begin();
        wakeups_.erase(wakeups_.begin());
        if (const auto connection = connections_.find(id); connection != connections_.end()) {
            connection->second->scheduled = Time::max();
            due_.push_back(id);
        }
    }
    for (const wire::ConnectionId id : due_) {
        const auto at = connections_.find(id);
        if (at == connections_.end()) { continue; }
        const std::shared_ptr<Connection> connection = at->second;
        if (connection->deadline() <= time) { connection->tick(); }
        if (!connection->closed()) { schedule(*connection); }
    }
    arm_timer();
}

} // namespace ethpoc::peer
