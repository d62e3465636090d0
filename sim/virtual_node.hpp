// VirtualNode: a node as `ethpoc run` runs it, in virtual time: the same NodeCore, without sockets and threads.
#pragma once

#include <memory>

#include "peer/node_core.hpp"
#include "sim/machine.hpp"
#include "sync/miner.hpp"

namespace ethpoc::sim {

class VirtualNode final : public Machine, private Actor {
  public:
    VirtualNode(Surroundings& around, HostId host, const Group& group, Random random);
    ~VirtualNode() override;

    // Machine
    Result<void> start(const std::vector<std::string>& known) override;
    void stop() override;

    // Program
    peer::DriverOwner& owner() override;
    void stirred() override;

    /// While it runs.
    sync::HeadInfo head() const;

  private:
    struct Process;
    enum class What : std::uint64_t { chain, peers, find };

    void act(std::uint64_t what) override;
    void put_down(Time when, What what);
    void need_chain(Time when);
    void run_chain();
    void tend_peers();
    void find_block();
    void find_later();
    peer::NodeOptions options() const;
    /// Unix seconds by its own clock.
    std::uint64_t wall() const { return around_.wall() + static_cast<std::uint64_t>(skew_.count()); }
    std::string folder() const { return around_.folder + "/" + std::to_string(host_); }

    Random random_;
    std::chrono::seconds skew_{};
    NodeId id_{};
    std::unique_ptr<Process> process_{};
    std::uint64_t life_ = 0; // counts processes: what an earlier one put down is nothing to this one
    Time chain_due_ = Time::max();
    Time peers_due_ = Time::max();
    peer::PeerFile kept_{}; // what a restart finds, as a node's file would have it
};

} // namespace ethpoc::sim
