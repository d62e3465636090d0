// Connection: one TCP socket and its Session. Reads into the network's shared buffer only when the socket is readable,
// writes one frame at a time; an idle connection owns no buffer.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <memory>

#include "peer/session.hpp"

namespace ethpoc::peer {

class Network;

class Connection final : public std::enable_shared_from_this<Connection> {
  public:
    /// `socket` is connected and non-blocking.
    Connection(Network& network, boost::asio::ip::tcp::socket socket, const SessionOptions& options,
               wire::ConnectionId id, Direction direction, std::string endpoint);

    void start();
    /// Writes what may be written now, closes when the session has ended, and asks the network for the next wake-up.
    void flush();
    /// The session's deadline may have come.
    void tick();
    /// The chain has room again: goes on reading.
    void resume();
    /// Without a word.
    void abort();

    Session& session() noexcept { return session_; }
    bool closed() const noexcept { return closed_; }

    Time scheduled{Time::max()}; // the network's: the earliest wake-up that is on its heap

  private:
    void wait_readable();
    void read();
    void wait_writable();
    bool write_some(const Outbox::Entry& entry, Time now);
    void close();

    Network& network_;
    boost::asio::ip::tcp::socket socket_;
    Session session_;
    std::size_t written_ = 0; // of the frame that is being written
    bool waiting_read_ = false;
    bool waiting_write_ = false;
    bool closed_ = false;
};

} // namespace ethpoc::peer
