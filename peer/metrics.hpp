// Metrics: counts what a node does, as the text that Prometheus reads. Labels come from our tables only, never from
// peers, and none names a peer: figures of single peers are in `ethpoc peers list --json`.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "peer/exposition.hpp"
#include "peer/observer.hpp"
#include "peer/peer_info.hpp"

namespace ethpoc::peer {

/// What is as it is at the moment of a scrape.
struct Census {
    NodeInfo node{};
    std::vector<PeerInfo> peers{};
    std::size_t tried = 0; // addresses of the book, by table
    std::size_t fresh = 0;
    std::size_t bans = 0;
    bool well = true; // what /health says
};

/// Counters since the start of the node; see the head of this file.
class Metrics final : public ObserverOf<Metrics> {
  public:
    /// Counts messages and bytes by direction, and messages by type.
    void on(const event::Message& message);
    /// Dials.
    void on(const event::Connecting&) { ++dials_; }
    /// Dials that failed.
    void on(const event::ConnectFailed&) { ++dial_failures_; }
    /// Connections, by direction.
    void on(const event::Connected& connected) { ++connections_[static_cast<std::size_t>(connected.peer.direction)]; }
    /// Ends of connections, by the side that ended them.
    void on(const event::Disconnected& end) { ++ended_[static_cast<std::size_t>(end.by)]; }
    /// Messages that could not be read, by error code.
    void on(const event::Malformed& malformed) { ++malformed_[malformed.error->code->word]; }
    /// How long answers to our Pings took, in seconds.
    void on(const event::Latency& latency) {
        pong_wait_.add(std::chrono::duration<double>(latency.round_trip).count());
    }
    /// Blocks that were imported.
    void on(const event::Imported& imported) { blocks_ += imported.blocks; }
    /// Changes of the branch.
    void on(const event::Reorganised&) { ++reorgs_; }
    /// Transactions that were new.
    void on(const event::Transaction&) { ++transactions_; }
    /// Frames that were left out for slow peers.
    void on(const event::Shed&) { ++shed_; }
    /// Peers that were read later than they sent.
    void on(const event::Delayed&) { ++delayed_; }

    /// Text exposition format 0.0.4.
    std::string text(const Census& now) const;

  private:
    void write_traffic(Exposition& page) const;
    void write_connections(Exposition& page) const;
    void write_chain(Exposition& page) const;

    using PerType = std::array<std::uint64_t, wire::message_type_count + 1>;
    std::array<PerType, 2> messages_{}; // [Way][MessageType]
    std::array<std::uint64_t, 2> bytes_{};
    std::array<std::uint64_t, 2> connections_{};            // [Direction]
    std::array<std::uint64_t, 4> ended_{};                  // [EndedBy]
    std::map<std::string_view, std::uint64_t> malformed_{}; // by error code, which is static
    std::uint64_t dials_ = 0;
    std::uint64_t dial_failures_ = 0;
    std::uint64_t blocks_ = 0;
    std::uint64_t reorgs_ = 0;
    std::uint64_t transactions_ = 0;
    std::uint64_t shed_ = 0;
    std::uint64_t delayed_ = 0;
    // From a peer on this machine to one that a genuine client of 2014 makes wait for the next turn of its loop.
    Histogram<11> pong_wait_{{0.0005, 0.001, 0.0025, 0.01, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 10}};
};

} // namespace ethpoc::peer
