#include "peer/socket.hpp"

#include <boost/asio/buffer.hpp>

namespace ethpoc::peer {

namespace asio = boost::asio;
using asio::ip::tcp;

std::size_t TcpSocket::read_some(std::span<std::uint8_t> into, Error& error) {
    return socket_.read_some(asio::buffer(into.data(), into.size()), error);
}

std::size_t TcpSocket::write_some(BytesView bytes, Error& error) {
    return socket_.write_some(asio::buffer(bytes.data(), bytes.size()), error);
}

void TcpSocket::wait_readable(std::shared_ptr<SocketWatcher> watcher) {
    socket_.async_wait(tcp::socket::wait_read,
                       [watcher = std::move(watcher)](const Error& error) { watcher->on_readable(error); });
}

void TcpSocket::wait_writable(std::shared_ptr<SocketWatcher> watcher) {
    socket_.async_wait(tcp::socket::wait_write,
                       [watcher = std::move(watcher)](const Error& error) { watcher->on_writable(error); });
}

void TcpSocket::close() {
    Error ignored;
    socket_.shutdown(tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
}

void TcpSocket::finish() {
    Error ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

void TcpSocket::reset() {
    Error ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored); // close() says RST then
    socket_.close(ignored);
}

} // namespace ethpoc::peer
