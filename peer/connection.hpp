// Connection: one socket and its driver. Reads into the loop's shared buffer only when the socket is readable, writes
// one frame at a time; an idle connection owns no buffer.
#pragma once

#include <memory>

#include "peer/driver.hpp"
#include "peer/socket.hpp"

namespace ethpoc::peer {

class Connection;

/// What a connection needs of the loop that it lives in. Network is one.
class Loop {
  public:
    virtual ~Loop() = default;
    /// The clock by which drivers go.
    virtual Time now() const = 0;
    /// One for all connections; its content is gone after the call of receive().
    virtual std::span<std::uint8_t> read_buffer() = 0;
    /// The driver's deadline may have changed: tick() is due then.
    virtual void schedule(Connection& connection) = 0;
    /// The socket is closed. The connection may be destroyed by this, once whoever calls it lets go of it.
    virtual void forget(Connection& connection) = 0;
};

/// Owns a socket and its driver; is kept alive by the loop, and by the socket while it waits.
class Connection final : public SocketWatcher, public std::enable_shared_from_this<Connection> {
  public:
    /// `loop` and `owner` outlive it.
    Connection(Loop& loop, std::unique_ptr<Socket> socket, wire::ConnectionId id, DriverOwner& owner,
               std::unique_ptr<Driver> driver);

    /// Starts the driver and begins to read.
    void start();
    /// Writes what may be written now, closes when the driver has ended, and asks the loop for the next wake-up.
    void flush();
    /// The driver's deadline may have come, or what made it not want bytes may be over: goes on reading.
    void tick();
    /// Without a word.
    void abort();

    wire::ConnectionId id() const noexcept { return id_; }
    DriverOwner& owner() noexcept { return owner_; }
    Time deadline() const { return driver_->deadline(); }
    bool closed() const noexcept { return closed_; }

    Time scheduled{Time::max()}; // the loop's: the wake-up that it has noted

  private:
    void on_readable(const boost::system::error_code& error) override;
    void on_writable(const boost::system::error_code& error) override;
    void wait_readable();
    void wait_writable();
    void read();
    bool write_some(const Bytes& bytes, Time now);
    void close();

    Loop& loop_;
    std::unique_ptr<Socket> socket_;
    DriverOwner& owner_;
    std::unique_ptr<Driver> driver_;
    wire::ConnectionId id_;
    std::size_t written_ = 0; // of the frame that is being written
    bool waiting_read_ = false;
    bool waiting_write_ = false;
    bool finished_ = false; // our direction is closed
    bool closed_ = false;
};

} // namespace ethpoc::peer
