// Control: what a node lets be seen and done through the Unix socket in its data directory, as HTTP with JSON.
//
//   GET  /status                       the node itself
//   GET  /peers                        its connections, and the list of special peers
//   GET  /peers/HOST:PORT              one of them, and what the address book knows of it
//   GET  /known                        the address book
//   GET  /bans
//   POST /peers/add?peer=HOST:PORT[&special=1]
//   POST /peers/remove?peer=HOST:PORT
//   POST /peers/ban?peer=IP[:PORT][&for=SECONDS][&reason=TEXT]
//   POST /peers/unban?peer=IP[:PORT]
//
// Values of a query are in percent-encoding. A request that is not carried out is answered by 400 or 404 and
// {"error": sentence}.
#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <vector>

#include "http/server.hpp"
#include "peer/address.hpp"
#include "peer/peer_info.hpp"
#include "rlp/error.hpp"

namespace ethpoc::peer {

/// The node, as the socket sees it. All calls come from the network thread.
class ControlPort {
  public:
    /// The error is a sentence for people.
    using Done = std::expected<void, std::string>;

    virtual ~ControlPort() = default;
    /// What stands at /status.
    virtual NodeInfo node() const = 0;
    /// Its connections, handshakes that are under way included.
    virtual std::vector<PeerInfo> peers() const = 0;
    virtual std::vector<std::string> special() const = 0; // HOST:PORT, connected or not
    /// The rows of the address book.
    virtual std::vector<KnownAddress> known() const = 0;
    /// The bans that are in force.
    virtual std::vector<BanInfo> bans() const = 0;

    /// Connect to HOST:PORT; `special`: stay connected to it, over restarts too.
    virtual Done add(const std::string& endpoint, bool special) = 0;
    /// End its connections, and dial it no more.
    virtual Done remove(const std::string& endpoint) = 0;
    /// Ends the connections of `scope` and lets nobody of there in for so long.
    virtual Done ban(const NodeAddress& scope, std::chrono::seconds length, const std::string& reason) = 0;
    /// Error: there is no ban of just this scope.
    virtual Done unban(const NodeAddress& scope) = 0;
};

inline constexpr std::string_view control_socket_name = "control.sock"; // in the data directory
inline constexpr std::chrono::hours usual_ban{24};

/// Nothing: there is nothing at this path.
std::optional<http::Answer> answer(ControlPort& port, const http::Request& request);

/// Serves the requests above; all on the thread of `io`.
class ControlServer {
  public:
    /// `io` and `port` outlive it.
    ControlServer(boost::asio::io_context& io, ControlPort& port);

    /// On a socket with this name, mode 0600. The error is a sentence.
    std::expected<void, std::string> listen(const std::string& path) { return server_.listen_local(path); }
    /// Closes the socket and its connections.
    void stop() { server_.stop(); }

  private:
    http::Server server_;
};

} // namespace ethpoc::peer
