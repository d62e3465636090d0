#include "tests/bench/scaling.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tests/bench/broadcast_bench.hpp"
#include "tests/bench/loopback.hpp"
#include "tests/bench/measure.hpp"
#include "tests/bench/sync_bench.hpp"

namespace ethpoc::bench {

namespace {

Curve sync_curve(const ScalingOptions& options) {
    Curve out{"sync: a chain from a local peer, verified and stored", "blocks", "s", "us/block", {}};
    const std::vector<std::size_t> sizes =
        options.smoke ? std::vector<std::size_t>{100, 300} : std::vector<std::size_t>{10'000, 100'000, 1'000'000};
    for (const std::size_t size : sizes) {
        if (size > options.max_blocks) { break; }
        std::fprintf(stderr, "bench: sync of %zu blocks\n", size);
        const SyncCost cost = measure_sync(size, size < 100'000 ? 3 : 1);
        out.points.push_back({size, cost.cpu, 1e6 * cost.cpu / static_cast<double>(size), cost.peak_bytes});
    }
    return out;
}

/// Processor time of the node for one Ping and its Pong, while so many others are connected.
double ping_cost(std::size_t peers, int turns) {
    room_for(peers);
    const OneProcessor together;
    NodeThread node(node_options());
    const Helper others([&](const Fd& out) {
        std::vector<Fd> held;
        while (held.size() < peers) {
            held.push_back(connect_peer(node.port(), held.size(), wire::capability::peers));
        }
        tell(out, peers);
        ::pause();
    });
    others.hear();
    const Fd fd = connect_peer(node.port(), 1'000'000, wire::capability::peers);
    const Bytes ping = plain_frame(ping_id);
    std::vector<double> costs;
    for (int round = 0; round < 9; ++round) {
        const double before = node.cpu();
        for (int i = 0; i < turns; ++i) {
            send_all(fd, ping);
            read_until(fd, pong_id);
        }
        costs.push_back((node.cpu() - before) / turns);
    }
    return median(costs);
}

Curve message_curve(bool smoke) {
    const int turns = smoke ? 10 : 2'000;
    Curve out{"one message, while others are connected and silent", "peers", "us", "us/message", {}};
    for (const std::size_t peers :
         smoke ? std::vector<std::size_t>{1, 10} : std::vector<std::size_t>{1, 10, 100, 1'000, 10'000}) {
        const auto cost = in_child([&]() -> std::vector<double> { return {1e6 * ping_cost(peers, turns)}; });
        if (!cost.empty()) { out.points.push_back({peers, cost[0], cost[0], 0}); }
    }
    return out;
}

Curve broadcast_curve(bool smoke) {
    Curve out{"broadcast of one block, from its arrival to the last socket", "peers", "us", "us/peer", {}};
    for (const std::size_t peers :
         smoke ? std::vector<std::size_t>{2, 10} : std::vector<std::size_t>{10, 100, 1'000, 10'000}) {
        const auto costs = in_child([&] { return broadcast_costs(peers, smoke ? 1 : 21); });
        if (costs.empty()) { continue; }
        const double cost = 1e6 * costs[0];
        out.points.push_back({peers, cost, cost / static_cast<double>(peers), 0});
    }
    return out;
}

std::string number(double value, int places) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%12.*f", places, value);
    return text.data();
}

} // namespace

std::vector<Curve> measure_scaling(const ScalingOptions& options) {
    std::vector<Curve> out{broadcast_curve(options.smoke), message_curve(options.smoke)};
    out.push_back(sync_curve(options));
    for (Curve& curve : hostile_curves(options.smoke)) {
        out.push_back(std::move(curve));
    }
    return out;
}

std::string to_table(const std::vector<Curve>& curves) {
    constexpr double bar = 32;
    std::string out;
    for (const Curve& curve : curves) {
        double most = 0;
        for (const Growth& point : curve.points) {
            most = std::max(most, point.each);
        }
        const bool memory = std::ranges::any_of(curve.points, [](const Growth& p) { return p.peak_bytes > 0; });
        std::array<char, 128> head{};
        std::snprintf(head.data(), head.size(), "%12s%12s%12s", curve.size_name.c_str(), curve.unit.c_str(),
                      curve.each_unit.c_str());
        out += curve.what + "\n" + head.data() + (memory ? "     peak MB" : "") + "\n";
        for (const Growth& point : curve.points) {
            out += number(static_cast<double>(point.size), 0) + number(point.cost, 3) + number(point.each, 3);
            if (memory) { out += number(point.peak_bytes / 1e6, 0); }
            out += "  " + std::string(static_cast<std::size_t>(most > 0 ? bar * point.each / most : 0), '#') + "\n";
        }
        out += "\n";
    }
    return out;
}

std::string to_json(const std::vector<Curve>& curves) {
    nlohmann::ordered_json out = nlohmann::ordered_json::array();
    for (const Curve& curve : curves) {
        nlohmann::ordered_json points = nlohmann::ordered_json::array();
        for (const Growth& point : curve.points) {
            nlohmann::ordered_json line{{curve.size_name, point.size}, {"cost", point.cost}, {"each", point.each}};
            if (point.peak_bytes > 0) { line["peak_bytes"] = point.peak_bytes; }
            points.push_back(std::move(line));
        }
        out.push_back({{"what", curve.what},
                       {"unit", curve.unit},
                       {"each_unit", curve.each_unit},
                       {"points", std::move(points)}});
    }
    return out.dump(1) + "\n";
}

} // namespace ethpoc::bench
