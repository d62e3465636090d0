// Census: the state of a simulated network at one moment, as nobody in it can see it. Figures are made of it.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/ledger.hpp"
#include "sim/machine.hpp"
#include "sim/network.hpp"

namespace ethpoc::sim {

/// One honest node that runs.
struct Counted {
    HostId host = 0;
    std::uint32_t target = 0;    // honest peers that it should have
    std::uint32_t honest = 0;    // honest nodes that it is connected to, each counted once
    std::uint32_t hostile = 0;   // connections to attackers, that it takes for peers
    std::uint32_t component = 0; // those who are connected have the same
    std::uint64_t head_number = 0;
    Hash256 head{};
};

struct Census {
    std::vector<Counted> nodes{};
    std::uint32_t components = 0;
    const Ledger* ledger = nullptr;
    Network::Totals totals{};
    Time now{};
    double memory_kib = 0; // of each node, resident; 0: not known

    /// The block of the highest head, and how far the others have it in common.
    const Counted* best() const noexcept;
};

/// `machines` by host.
Census take_census(const std::vector<std::unique_ptr<Machine>>& machines, const Surroundings& around);

} // namespace ethpoc::sim
