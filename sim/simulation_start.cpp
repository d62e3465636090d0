// Simulation: the machines of a scenario, where they are, whom they know, and what is to happen to them.
#include <algorithm>
#include <set>

#include "sim/address.hpp"
#include "sim/attack.hpp"
#include "sim/simulation.hpp"
#include "sim/virtual_node.hpp"

namespace ethpoc::sim {

namespace {
constexpr std::uint16_t usual_port = 30'303;
} // namespace

/// One for each machine, each once.
std::vector<peer::IpAddress> Simulation::draw_addresses() {
    Random random = random_.fork("addresses");
    std::vector<peer::IpAddress> out;
    std::set<peer::IpAddress> taken;
    for (const Group& group : scenario_.groups) {
        std::vector<std::uint16_t> subnets;
        for (std::uint32_t i = 0; i < group.subnets; ++i) {
            const peer::IpAddress drawn = draw_address(random);
            subnets.push_back(static_cast<std::uint16_t>(drawn.bytes[0] << 8 | drawn.bytes[1]));
        }
        for (std::uint32_t i = 0; i < group.count; ++i) {
            std::optional<std::uint16_t> subnet;
            if (!subnets.empty()) { subnet = subnets[i % subnets.size()]; }
            peer::IpAddress address = draw_address(random, subnet);
            while (!taken.insert(address).second) {
                address = draw_address(random, subnet);
            }
            out.push_back(address);
        }
    }
    return out;
}

void Simulation::populate() {
    const std::vector<peer::IpAddress> addresses = draw_addresses();
    Random places = random_.fork("regions");
    for (const Group& group : scenario_.groups) {
        for (std::uint32_t i = 0; i < group.count; ++i) {
            const auto region = static_cast<std::uint32_t>(places.below(std::max(scenario_.lines.regions, 1U)));
            const HostId host = network_.add_host(addresses[machines_.size()], usual_port, region, group.listens);
            const Random own = random_.fork("machine", host);
            machines_.push_back(group.role == Role::attacker
                                    ? attack_named(group.attack)->make(around_, host, group, own)
                                    : std::make_unique<VirtualNode>(around_, host, group, own));
        }
    }
    gone_.resize(machines_.size());
    choose_known();
}

void Simulation::choose_known() {
    Random random = random_.fork("topology");
    std::vector<HostId> open; // those that somebody may know
    for (const auto& machine : machines_) {
        if (machine->group().listens && !machine->group().starts_unknown) { open.push_back(machine->host()); }
    }
    const std::size_t all = open.size();
    for (const auto& machine : machines_) {
        std::set<HostId> known;
        const std::size_t most = std::min<std::size_t>(scenario_.known, all);
        switch (scenario_.topology) {
        case Topology::ring:
            if (all > 0) { known.insert(open[(machine->host() + 1) % all]); }
            break;
        case Topology::star:
            if (all > 0) { known.insert(open.front()); }
            break;
        case Topology::seeds:
            known.insert(open.begin(), open.begin() + static_cast<std::ptrdiff_t>(most));
            break;
        case Topology::random:
            while (known.size() < most) {
                known.insert(open[random.below(all)]);
            }
            break;
        }
        known.erase(machine->host());
        std::vector<std::string>& words = known_.emplace_back();
        for (const HostId host : known) {
            words.push_back(network_.address(host));
        }
    }
}

/// Puts down what the scenario says.
void Simulation::plan() {
    Random random = random_.fork("joining");
    const auto join = static_cast<std::uint64_t>(std::max<std::int64_t>(scenario_.join.count(), 1));
    for (HostId host = 0; host < machines_.size(); ++host) {
        put_down(Agenda::start + milliseconds(random.below(join)), What::start, host);
    }
    for (std::size_t i = 0; i < scenario_.faults.size(); ++i) {
        put_down(Agenda::start + scenario_.faults[i].from, What::fault, i);
    }
    // A run that is cut short says nothing of what was expected later.
    std::erase_if(scenario_.expectations,
                  [&](const Expectation& one) { return one.at && *one.at > scenario_.duration; });
    judged_.resize(scenario_.expectations.size());
    for (std::size_t i = 0; i < scenario_.expectations.size(); ++i) {
        judged_[i].expected = scenario_.expectations[i];
        if (judged_[i].expected.at) { put_down(Agenda::start + *judged_[i].expected.at, What::expect, i); }
    }
}

} // namespace ethpoc::sim
