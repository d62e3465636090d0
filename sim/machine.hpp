// Machine: one host of a simulation with what runs on it: a node (virtual_node.hpp) or an attacker (attack.hpp).
#pragma once

#include <string>
#include <vector>

#include "chain/genesis.hpp"
#include "sim/journal.hpp"
#include "sim/ledger.hpp"
#include "sim/network.hpp"
#include "sim/scenario.hpp"

namespace ethpoc::sim {

/// What all machines share.
struct Surroundings {
    Agenda& agenda;
    Network& network;
    Journal& journal;
    Ledger& ledger;
    const Scenario& scenario;
    const chain::Genesis& genesis;
    const chain::Rules& rules;
    std::string folder; // of the stores that are kept; empty: there are none

    /// Unix seconds, of a clock that is right.
    std::uint64_t wall() const {
        return scenario.wall +
               static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(agenda.passed()).count());
    }
};

class Machine : public Program {
  public:
    Machine(Surroundings& around, HostId host, const Group& group) : around_(around), host_(host), group_(group) {}

    /// The program begins, with the addresses that somebody gave it. The error is a sentence.
    virtual Result<void> start(const std::vector<std::string>& known) = 0;
    /// It has ended without a word; the network knows.
    virtual void stop() = 0;

    HostId host() const noexcept { return host_; }
    const Group& group() const noexcept { return group_; }
    bool honest() const noexcept { return group_.role != Role::attacker; }
    bool runs() const { return around_.network.runs(host_); }

  protected:
    Surroundings& around_;
    const HostId host_;
    const Group& group_;
};

} // namespace ethpoc::sim
