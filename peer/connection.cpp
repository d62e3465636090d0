#include "peer/connection.hpp"

#include <boost/asio/buffer.hpp>

#include "peer/network.hpp"

namespace ethpoc::peer {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {
// What one connection reads before others get their turn: one peer that floods must not starve the rest.
constexpr int reads_per_turn = 4;
constexpr auto turn = std::chrono::milliseconds(1);
} // namespace

Connection::Connection(Network& network, asio::ip::tcp::socket socket, const SessionOptions& options,
                       wire::ConnectionId id, Direction direction, std::string endpoint) :
    network_(network),
    socket_(std::move(socket)), session_(network.manager(), options, id, direction, std::move(endpoint)) {}

void Connection::start() {
    session_.start(network_.now());
    flush();
    wait_readable();
}

void Connection::wait_readable() {
    if (waiting_read_ || closed_ || !session_.wants_bytes()) { return; }
    waiting_read_ = true;
    socket_.async_wait(asio::ip::tcp::socket::wait_read, [self = shared_from_this()](const error_code& error) {
        self->waiting_read_ = false;
        if (!error && !self->closed_) { self->read(); }
    });
}

void Connection::read() {
    const Time begin = network_.now();
    Time now = begin;
    for (int reads = 0; reads < reads_per_turn && now - begin < turn && session_.wants_bytes(); ++reads) {
        const std::span<std::uint8_t> buffer = network_.read_buffer();
        error_code error;
        const std::size_t n = socket_.read_some(asio::buffer(buffer.data(), buffer.size()), error);
        if (error == asio::error::would_block || error == asio::error::try_again) { break; }
        if (error == asio::error::eof) {
            session_.receive_eof(now);
            break;
        }
        if (error) {
            session_.receive_error(error.message());
            break;
        }
        session_.receive(BytesView(buffer.data(), n), now);
        if (session_.ended() || n < buffer.size()) { break; }
        now = network_.now();
    }
    flush();
    wait_readable();
}

bool Connection::write_some(const Outbox::Entry& entry, Time now) {
    const Bytes& frame = *entry.frame;
    error_code error;
    const std::size_t n = socket_.write_some(asio::buffer(frame.data() + written_, frame.size() - written_), error);
    if (error == asio::error::would_block || error == asio::error::try_again) {
        wait_writable();
        return false;
    }
    if (error) {
        session_.receive_error(error.message());
        return false;
    }
    written_ += n;
    session_.moved(now);
    if (written_ == frame.size()) {
        written_ = 0;
        session_.wrote(now);
    }
    return true;
}

void Connection::wait_writable() {
    if (waiting_write_) { return; }
    waiting_write_ = true;
    socket_.async_wait(asio::ip::tcp::socket::wait_write, [self = shared_from_this()](const error_code& error) {
        self->waiting_write_ = false;
        if (error || self->closed_) { return; }
        self->flush();
        self->resume(); // a queue that was full may have room again
    });
}

void Connection::flush() {
    const Time now = network_.now();
    while (!closed_ && !waiting_write_ && !session_.ended()) {
        const Outbox::Entry* entry = session_.writable(now);
        if (entry == nullptr || !write_some(*entry, now)) { break; }
    }
    if (closed_) { return; }
    if (session_.ended()) { return close(); }
    network_.schedule(*this);
}

void Connection::tick() {
    if (closed_) { return; }
    session_.tick(network_.now());
    flush();
    wait_readable();
}

void Connection::resume() {
    if (closed_) { return; }
    session_.tick(network_.now());
    flush();
    wait_readable();
}

void Connection::abort() {
    session_.receive_error("the node stops");
    flush();
}

void Connection::close() {
    closed_ = true;
    error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
    network_.forget(*this);
}

} // namespace ethpoc::peer
