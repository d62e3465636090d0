#include "tests/support/fake_socket.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <utility>

namespace ethpoc::test {

namespace error = boost::asio::error;

bool FakeSocket::fails(Error& code) {
    if (wire_.closed) { ++wire_.used_after_close; }
    if (wire_.operations++ != wire_.fail_at) { return false; }
    code = error::connection_reset;
    return true;
}

std::size_t FakeSocket::read_some(std::span<std::uint8_t> into, Error& code) {
    if (fails(code)) { return 0; }
    const std::size_t n = std::min({into.size(), wire_.chunk, wire_.to_read.size()});
    if (n == 0) {
        code = wire_.ended ? Error(error::eof) : Error(error::would_block);
        return 0;
    }
    std::copy_n(wire_.to_read.begin(), n, into.begin());
    wire_.to_read.erase(wire_.to_read.begin(), wire_.to_read.begin() + static_cast<std::ptrdiff_t>(n));
    return n;
}

std::size_t FakeSocket::write_some(BytesView bytes, Error& code) {
    if (fails(code)) { return 0; }
    if (!wire_.takes) {
        code = error::would_block;
        return 0;
    }
    const std::size_t n = std::min(bytes.size(), wire_.chunk);
    wire_.written.insert(wire_.written.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n));
    return n;
}

void FakeSocket::wait_readable(std::shared_ptr<peer::SocketWatcher> watcher) {
    if (wire_.closed) { ++wire_.used_after_close; }
    wire_.reader = std::move(watcher);
}

void FakeSocket::wait_writable(std::shared_ptr<peer::SocketWatcher> watcher) {
    if (wire_.closed) { ++wire_.used_after_close; }
    wire_.writer = std::move(watcher);
}

void FakeSocket::close() {
    wire_.closed = true;
}

void FakeLoop::forget(peer::Connection& connection) {
    ++forgotten;
    connection.owner().closed(connection.id());
}

void FakeLoop::run(Wire& wire, peer::Connection& connection, std::chrono::milliseconds time) {
    constexpr auto step = std::chrono::milliseconds(10);
    for (const peer::Time end = clock.now + time; clock.now < end; clock.advance(step)) {
        const boost::system::error_code aborted =
            wire.closed ? error::make_error_code(error::operation_aborted) : boost::system::error_code{};
        if (wire.reader && (wire.closed || wire.ended || !wire.to_read.empty())) {
            std::exchange(wire.reader, {})->on_readable(aborted);
        }
        if (wire.writer && (wire.closed || wire.takes)) { std::exchange(wire.writer, {})->on_writable(aborted); }
        if (clock.now >= connection.scheduled) {
            connection.scheduled = peer::Time::max();
            connection.tick();
        }
    }
}

} // namespace ethpoc::test
