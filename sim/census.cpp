#include "sim/census.hpp"

#include <algorithm>
#include <set>

#include "peer/session.hpp"
#include "sim/virtual_node.hpp"

namespace ethpoc::sim {

namespace {

/// Who is connected with whom, by merging.
class Sets {
  public:
    explicit Sets(std::size_t size) {
        parent_.reserve(size);
        for (std::uint32_t one = 0; one < size; ++one) {
            parent_.push_back(one);
        }
    }
    std::uint32_t of(std::uint32_t one) {
        while (parent_[one] != one) {
            one = parent_[one] = parent_[parent_[one]];
        }
        return one;
    }
    void join(std::uint32_t a, std::uint32_t b) { parent_[of(a)] = of(b); }

  private:
    std::vector<std::uint32_t> parent_;
};

/// A node takes it for a peer. Attackers always do.
bool takes_for_peer(const End& end) {
    const auto* const session = dynamic_cast<const peer::Session*>(end.driver.get());
    return session == nullptr || session->phase() == peer::Phase::ready;
}

} // namespace

const Counted* Census::best() const noexcept {
    const auto at = std::ranges::max_element(nodes, {}, &Counted::head_number);
    return at == nodes.end() ? nullptr : &*at;
}

Census take_census(const std::vector<std::unique_ptr<Machine>>& machines, const Surroundings& around) {
    Census out;
    out.ledger = &around.ledger;
    out.totals = around.network.totals();
    out.now = around.agenda.now();
    constexpr std::uint32_t nobody = ~0U;
    std::vector<std::uint32_t> place(machines.size(), nobody);
    for (const auto& machine : machines) {
        const auto* const node = dynamic_cast<const VirtualNode*>(machine.get());
        if (node == nullptr || !node->runs()) { continue; }
        place[node->host()] = static_cast<std::uint32_t>(out.nodes.size());
        const sync::HeadInfo head = node->head();
        out.nodes.push_back({node->host(), node->group().target, 0, 0, 0, head.number, head.hash});
    }
    Sets sets(out.nodes.size());
    std::set<std::pair<HostId, HostId>> seen; // two may have crossing connections for a moment
    around.network.each_link([&](const End& a, const End& b) {
        if (!takes_for_peer(a) || !takes_for_peer(b)) { return; }
        const std::uint32_t one = place[a.host];
        const std::uint32_t other = place[b.host];
        if (one != nobody && other != nobody) {
            if (!seen.insert(std::minmax(a.host, b.host)).second) { return; }
            ++out.nodes[one].honest;
            ++out.nodes[other].honest;
            sets.join(one, other);
        } else if (one != nobody || other != nobody) {
            ++out.nodes[one != nobody ? one : other].hostile;
        }
    });
    std::set<std::uint32_t> roots;
    for (std::uint32_t i = 0; i < out.nodes.size(); ++i) {
        out.nodes[i].component = sets.of(i);
        roots.insert(out.nodes[i].component);
    }
    out.components = static_cast<std::uint32_t>(roots.size());
    return out;
}

} // namespace ethpoc::sim
