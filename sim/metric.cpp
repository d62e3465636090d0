#include "sim/metric.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

namespace ethpoc::sim {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr double never = std::numeric_limits<double>::infinity();

/// The value below which `percent` of them are, by nearest rank.
double percentile(std::vector<double> values, double percent) {
    if (values.empty()) { return none; }
    std::ranges::sort(values);
    const double rank = std::ceil(percent / 100 * static_cast<double>(values.size()));
    return values[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

template <class Get>
double over_nodes(const Census& census, double percent, Get get) {
    std::vector<double> values;
    values.reserve(census.nodes.size());
    for (const Counted& each : census.nodes) {
        values.push_back(get(each));
    }
    return percentile(std::move(values), percent);
}

double share_of_target(const Counted& node) {
    return static_cast<double>(node.honest) / std::max(node.target, 1U);
}

double hostile_share(const Census& census) {
    double all = 0;
    double hostile = 0;
    for (const Counted& each : census.nodes) {
        hostile += each.hostile;
        all += each.hostile + each.honest;
    }
    return all == 0 ? 0 : hostile / all;
}

/// How many blocks of the best chain the node that agrees least with it does not have.
double split(const Census& census) {
    const Counted* const best = census.best();
    if (best == nullptr) { return none; }
    std::uint64_t out = 0;
    for (const Counted& each : census.nodes) {
        const std::uint64_t common =
            each.head == best->head ? best->head_number : census.ledger->common_height(each.head, best->head);
        out = std::max(out, best->head_number - common);
    }
    return static_cast<double>(out);
}

double distinct_heads(const Census& census) {
    std::set<Hash256> heads;
    for (const Counted& each : census.nodes) {
        heads.insert(each.head);
    }
    return static_cast<double>(heads.size());
}

double height(const Census& census) {
    return census.best() == nullptr ? none : static_cast<double>(census.best()->head_number);
}

double made(const Census& census) {
    return static_cast<double>(census.ledger->blocks().size());
}

/// Blocks of honest miners that are not on the best chain.
double stale(const Census& census) {
    if (census.best() == nullptr) { return none; }
    return made(census) - static_cast<double>(census.ledger->honest_below(census.best()->head));
}

/// The time until a share of the nodes had a block; the median of all blocks that had a minute to spread.
double spread_to(const Census& census, std::uint32_t percent) {
    using Milliseconds = std::chrono::duration<double, std::milli>;
    std::vector<double> values;
    const std::size_t share = percent / Ledger::share_step - 1;
    for (const MadeBlock& block : census.ledger->blocks()) {
        if (census.now - block.at < std::chrono::minutes(1)) { continue; }
        const bool came = share < block.reached_at.size();
        values.push_back(came ? Milliseconds(block.reached_at[share] - block.at).count() : never);
    }
    return percentile(std::move(values), 50);
}

template <std::uint32_t Percent>
double spread(const Census& census) {
    static_assert(Percent % Ledger::share_step == 0 && Percent > 0);
    return spread_to(census, Percent);
}

double bytes_per_block(const Census& census) {
    using Type = wire::MessageType;
    std::uint64_t bytes = 0;
    for (const Type type : {Type::Blocks, Type::NewBlock, Type::GetChain, Type::NotInChain, Type::GetBlockHashes,
                            Type::BlockHashes, Type::GetBlocks}) {
        bytes += census.ledger->sent(type);
    }
    return made(census) == 0 ? none : static_cast<double>(bytes) / made(census);
}

double bytes_per_node_second(const Census& census) {
    const double seconds = std::chrono::duration<double>(census.now - Agenda::start).count();
    return census.nodes.empty() || seconds == 0
               ? none
               : static_cast<double>(census.totals.bytes) / seconds / static_cast<double>(census.nodes.size());
}

constexpr std::array metric_rows{
    Metric{"nodes", "", "honest nodes that run", [](const Census& c) { return static_cast<double>(c.nodes.size()); }},
    Metric{"components", "", "parts of the network of honest nodes; 1: all are connected",
           [](const Census& c) { return static_cast<double>(c.components); }},
    Metric{"peers.min", "", "honest peers of the node that has the fewest",
           [](const Census& c) { return over_nodes(c, 0, [](const Counted& n) { return double(n.honest); }); }},
    Metric{"peers.p10", "", "... of a node of which 10 % have no more",
           [](const Census& c) { return over_nodes(c, 10, [](const Counted& n) { return double(n.honest); }); }},
    Metric{"peers.median", "", "... of the one in the middle",
           [](const Census& c) { return over_nodes(c, 50, [](const Counted& n) { return double(n.honest); }); }},
    Metric{"target.p10", "", "honest peers by what a node should have; 10 % have no more",
           [](const Census& c) { return over_nodes(c, 10, share_of_target); }},
    Metric{"hostile.share", "", "attackers among the peers of honest nodes", hostile_share},
    Metric{"heads.distinct", "", "different heads of honest nodes", distinct_heads},
    Metric{"heads.split", "blocks", "of the best chain that the node which agrees least with it lacks", split},
    Metric{"chain.height", "blocks", "of the best chain", height},
    Metric{"blocks.made", "blocks", "by all miners", made},
    Metric{"blocks.stale", "blocks", "of them that are not on the best chain", stale},
    Metric{"spread.50", "ms", "until half of the nodes have a block, median", spread<50>},
    Metric{"spread.95", "ms", "until 95 % have it", spread<95>},
    Metric{"spread.100", "ms", "until all have it", spread<100>},
    Metric{"bytes.block", "bytes", "of messages about blocks, by the blocks made", bytes_per_block},
    Metric{"bytes.node", "bytes/s", "that a node sends", bytes_per_node_second},
    Metric{"connections", "", "that were made",
           [](const Census& c) { return static_cast<double>(c.totals.connections); }},
    Metric{"dials.failed", "", "without an answer, or refused by the machine",
           [](const Census& c) { return static_cast<double>(c.totals.refused); }},
    Metric{"turned_away", "", "connections for which there was no room",
           [](const Census& c) { return static_cast<double>(c.totals.turned_away); }},
    Metric{"memory.node", "KiB", "resident, by the nodes at the start",
           [](const Census& c) { return c.memory_kib == 0 ? none : c.memory_kib; }},
};

} // namespace

std::vector<std::pair<std::uint32_t, double>> spread_curve(const Census& census) {
    std::vector<std::pair<std::uint32_t, double>> out;
    for (std::uint32_t percent = Ledger::share_step; percent <= 100; percent += Ledger::share_step) {
        out.emplace_back(percent, spread_to(census, percent));
    }
    return out;
}

std::span<const Metric> metrics() noexcept {
    return metric_rows;
}

const Metric* find_metric(std::string_view name) noexcept {
    const auto* const at = std::ranges::find(metric_rows, name, &Metric::name);
    return at == metric_rows.end() ? nullptr : at;
}

std::vector<std::string_view> metric_names() {
    std::vector<std::string_view> out;
    out.reserve(metric_rows.size());
    for (const Metric& each : metric_rows) {
        out.push_back(each.name);
    }
    return out;
}

} // namespace ethpoc::sim
