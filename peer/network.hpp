// Network: all sockets of a node on one thread: the listener, the connections, one timer, one read buffer for
// everybody. What they say to each other is not its business: each socket has a driver, which its owner made.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "peer/connection.hpp"
#include "peer/errors.hpp"
#include "rlp/error.hpp"

namespace ethpoc::peer {

/// Owns all sockets of a node. Calls come from the thread that runs `io`.
class Network final : public Transport, public Loop {
  public:
    static constexpr std::size_t read_buffer_size = 256u << 10; // bytes; one for all connections
    /// `io` outlives it. `connect_timeout`: for finding the host and connecting to one of its addresses.
    Network(boost::asio::io_context& io, std::chrono::milliseconds connect_timeout);
    ~Network() override;

    /// Numeric host. Returns the address with the port that was taken. `owner` gets what connects; it outlives the
    /// network's sockets. Once in the life of a network.
    Result<std::string> listen(DriverOwner& owner, const std::string& host, std::uint16_t port);
    /// Open connections stay.
    void stop_listening();

    // Transport
    void flush(wire::ConnectionId id) override;
    void dial(DriverOwner& owner, const std::string& endpoint, std::chrono::milliseconds delay) override;
    Time now() const override { return std::chrono::steady_clock::now(); } // of Loop, too

    /// What made this driver not want bytes may be over.
    void resume(wire::ConnectionId id);
    /// Closes every socket without a word.
    void abort_all();
    std::size_t connections() const noexcept { return connections_.size(); }
    /// While true no new connection is made or accepted.
    void close_doors() noexcept { doors_closed_ = true; }

  private:
    // Loop
    std::span<std::uint8_t> read_buffer() override;
    void schedule(Connection& connection) override;
    void forget(Connection& connection) override;

    /// When, and who.
    using Wakeup = std::pair<Time, wire::ConnectionId>;
    struct Dialling;

    void accept(DriverOwner& owner);
    /// Takes a new connection in, or tells it that there is no room.
    void welcome(DriverOwner& owner, boost::asio::ip::tcp::socket socket, std::string from);
    void adopt(DriverOwner& owner, boost::asio::ip::tcp::socket socket, Direction direction, std::string endpoint);
    void resolve(const std::shared_ptr<Dialling>& dialling);
    void connect(const std::shared_ptr<Dialling>& dialling, const boost::asio::ip::tcp::resolver::results_type& where);
    /// Kept alive, because whoever is called may leave connections_.
    std::vector<std::shared_ptr<Connection>> all() const;
    void arm_timer();
    void on_timer();

    boost::asio::io_context& io_;
    std::chrono::milliseconds connect_timeout_;
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer accept_pause_;
    boost::asio::steady_timer timer_;
    Time timer_at_{Time::max()};
    std::set<Wakeup> wakeups_{};            // one of each connection at most
    std::vector<wire::ConnectionId> due_{}; // of the pass that is going on
    std::unordered_map<wire::ConnectionId, std::shared_ptr<Connection>> connections_{};
    Bytes read_buffer_{};
    wire::ConnectionId next_id_ = 1;
    bool doors_closed_ = false;
};

} // namespace ethpoc::peer
