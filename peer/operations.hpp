// Operations: what is seen of a running node from outside, and done to it: metrics and health over HTTP, the control
// socket. All of it on the network thread.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "peer/control.hpp"
#include "peer/health.hpp"
#include "peer/metrics.hpp"
#include "peer/metrics_server.hpp"
#include "peer/node.hpp"
#include "sync/chain_thread.hpp"

namespace ethpoc::peer {

/// Owns the two servers, the counters and the health of a node.
class Operations final : private ControlPort {
  public:
    /// The parts of a node that are looked at; all outlive it.
    struct Parts {
        boost::asio::io_context& io;
        Observers& observers;
        PeerManager& manager;
        const sync::ChainManager& chain;
        const sync::ChainProxy& to_chain;
        const sync::ChainThread& chain_thread;
        const sync::Budget& budget;
    };
    /// Nothing is open before open().
    explicit Operations(const Parts& parts) : parts_(parts) {}

    /// `listen_address` is HOST:PORT, or empty. Error: peer.metrics_cannot_listen. A control socket that cannot
    /// be had is no error: control_problem() says why.
    Result<void> open(const NodeOptions& options, const std::string& listen_address);
    /// Closes both servers.
    void stop();
    /// A sentence; empty: there is none.
    const std::string& control_problem() const noexcept { return control_problem_; }

  private:
    Health::Verdict health() const;
    Census census() const;

    // ControlPort
    NodeInfo node() const override;
    std::vector<PeerInfo> peers() const override;
    std::vector<std::string> special() const override;
    std::vector<KnownAddress> known() const override;
    std::vector<BanInfo> bans() const override;
    Done add(const std::string& endpoint, bool special) override;
    Done remove(const std::string& endpoint) override;
    Done ban(const NodeAddress& scope, std::chrono::seconds length, const std::string& reason) override;
    Done unban(const NodeAddress& scope) override;

    Parts parts_;
    std::string client_id_{};
    std::string listen_address_{};
    chain::StateCheck state_check_ = chain::StateCheck::on;
    std::chrono::steady_clock::time_point started_{};
    Metrics metrics_{};
    Health health_{};
    std::unique_ptr<MetricsServer> metrics_server_{};
    std::unique_ptr<ControlServer> control_{};
    std::string control_problem_{};
};

} // namespace ethpoc::peer
