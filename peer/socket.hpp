// Socket: a connected stream that does not block, as Connection needs it. TcpSocket is the real one; tests have one in
// memory that fails where they want it to.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <memory>
#include <span>

#include "rlp/bytes.hpp"

namespace ethpoc::peer {

/// An object that waits for a socket. Kept alive by the socket while it waits.
class SocketWatcher {
  public:
    virtual ~SocketWatcher() = default;
    /// Bytes may be there, or the end of the stream; or waiting failed with `error`.
    virtual void on_readable(const boost::system::error_code& error) = 0;
    /// There may be room to write; or waiting failed with `error`.
    virtual void on_writable(const boost::system::error_code& error) = 0;
};

/// One connected stream; every call returns at once. Owns the descriptor.
class Socket {
  public:
    /// As Asio says it; no error is a default one.
    using Error = boost::system::error_code;

    virtual ~Socket() = default;
    /// Bytes read, up to the size of `into`; `error` is would_block when there are none, eof at the end of the stream.
    virtual std::size_t read_some(std::span<std::uint8_t> into, Error& error) = 0;
    /// Bytes taken; `error` is would_block when there is no room.
    virtual std::size_t write_some(BytesView bytes, Error& error) = 0;
    /// The watcher is called once for each call, with operation_aborted when the socket is closed meanwhile.
    virtual void wait_readable(std::shared_ptr<SocketWatcher> watcher) = 0;
    /// The same for room to write.
    virtual void wait_writable(std::shared_ptr<SocketWatcher> watcher) = 0;
    /// Both directions end; waiting watchers are called with operation_aborted.
    virtual void close() = 0;
    /// Our direction ends (FIN); reading goes on.
    virtual void finish() = 0;
    /// As close(), but the other side is told that the connection broke (RST).
    virtual void reset() = 0;
};

/// A Socket over TCP.
class TcpSocket final : public Socket {
  public:
    /// Connected and non-blocking.
    explicit TcpSocket(boost::asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

    std::size_t read_some(std::span<std::uint8_t> into, Error& error) override;
    std::size_t write_some(BytesView bytes, Error& error) override;
    void wait_readable(std::shared_ptr<SocketWatcher> watcher) override;
    void wait_writable(std::shared_ptr<SocketWatcher> watcher) override;
    void close() override;
    void finish() override;
    void reset() override;

  private:
    boost::asio::ip::tcp::socket socket_;
};

} // namespace ethpoc::peer
