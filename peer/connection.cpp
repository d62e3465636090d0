#include "peer/connection.hpp"

#include <boost/asio/error.hpp>
#include <utility>

namespace ethpoc::peer {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {
// What one connection reads before others get their turn: one peer that floods must not starve the rest.
constexpr int reads_per_turn = 4;
constexpr auto turn = std::chrono::milliseconds(1);

bool not_now(const error_code& error) {
    return error == asio::error::would_block || error == asio::error::try_again;
}
} // namespace

Connection::Connection(Loop& loop, std::unique_ptr<Socket> socket, wire::ConnectionId id, DriverOwner& owner,
                       std::unique_ptr<Driver> driver) :
    loop_(loop),
    socket_(std::move(socket)), owner_(owner), driver_(std::move(driver)), id_(id) {}

void Connection::start() {
    driver_->start(loop_.now());
    flush();
    wait_readable();
}

void Connection::wait_readable() {
    if (waiting_read_ || closed_ || !driver_->wants_bytes()) { return; }
    waiting_read_ = true;
    socket_->wait_readable(shared_from_this());
}

void Connection::on_readable(const error_code& error) {
    waiting_read_ = false;
    if (!error && !closed_) { read(); }
}

void Connection::read() {
    const Time begin = loop_.now();
    Time now = begin;
    for (int reads = 0; reads < reads_per_turn && now - begin < turn && driver_->wants_bytes(); ++reads) {
        const std::span<std::uint8_t> buffer = loop_.read_buffer();
        error_code error;
        const std::size_t n = socket_->read_some(buffer, error);
        if (not_now(error)) { break; }
        if (error == asio::error::eof) {
            driver_->receive_eof(now);
            break;
        }
        if (error) {
            driver_->receive_error(error.message());
            break;
        }
        driver_->receive(BytesView(buffer.data(), n), now);
        if (driver_->ended() || n < buffer.size()) { break; }
        now = loop_.now();
    }
    flush();
    wait_readable();
}

bool Connection::write_some(const Bytes& bytes, Time now) {
    error_code error;
    const std::size_t n = socket_->write_some(BytesView(bytes).subspan(written_), error);
    if (not_now(error)) {
        wait_writable();
        return false;
    }
    if (error) {
        driver_->receive_error(error.message());
        return false;
    }
    written_ += n;
    driver_->moved(now);
    if (written_ == bytes.size()) {
        written_ = 0;
        driver_->wrote(now);
    }
    return true;
}

void Connection::wait_writable() {
    if (waiting_write_) { return; }
    waiting_write_ = true;
    socket_->wait_writable(shared_from_this());
}

void Connection::on_writable(const error_code& error) {
    waiting_write_ = false;
    if (error || closed_) { return; }
    flush();
    tick(); // a queue that was full may have room again
}

void Connection::flush() {
    const Time now = loop_.now();
    while (!closed_ && !waiting_write_ && !driver_->ended()) {
        const Bytes* const bytes = driver_->writable(now);
        if (bytes == nullptr || !write_some(*bytes, now)) { break; }
    }
    if (closed_) { return; }
    if (driver_->ended()) { return close(); }
    if (!finished_ && !waiting_write_ && driver_->finishes()) {
        finished_ = true;
        socket_->finish();
    }
    loop_.schedule(*this);
}

void Connection::tick() {
    if (closed_) { return; }
    driver_->tick(loop_.now());
    flush();
    wait_readable();
}

void Connection::abort() {
    if (closed_) { return; }
    driver_->receive_error("the node stops");
    flush();
}

void Connection::close() {
    closed_ = true;
    if (driver_->resets()) {
        socket_->reset();
    } else {
        socket_->close();
    }
    loop_.forget(*this);
}

} // namespace ethpoc::peer
