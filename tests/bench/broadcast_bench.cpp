// One new block to a thousand peers: the whole way from its arrival over the chain to the sockets, against a loop of
// send() on the same sockets.
#include <arpa/inet.h>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/broadcast_bench.hpp"
#include "tests/bench/drivers.hpp"
#include "tests/bench/loopback.hpp"
#include "tests/bench/measure.hpp"
#include "tests/support/mini_chain.hpp"
#include "wire/codec.hpp"

namespace ethpoc::bench {

namespace {

constexpr std::uint32_t version = 12;

/// Counts what was handed out.
class Count final : public peer::ObserverOf<Count> {
  public:
    std::atomic<std::size_t> blocks = 0;
    void on(const peer::event::Message& message) {
        if (message.way == peer::Way::out && message.type == wire::MessageType::Blocks) { ++blocks; }
    }
};

/// Our ends of the node's connections: descriptors of this process that are bound to the node's port.
std::vector<int> sockets_of(std::uint16_t port, const Fd& except) {
    const auto port_of = [](int fd, auto get) -> int {
        sockaddr_in at{};
        socklen_t size = sizeof at;
        return get(fd, reinterpret_cast<sockaddr*>(&at), &size) == 0 ? ntohs(at.sin_port) : -1;
    };
    const int not_this = port_of(except.get(), ::getsockname);
    std::vector<int> out;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        const int fd = std::stoi(entry.path().filename().string());
        const int to = port_of(fd, ::getpeername);
        if (port_of(fd, ::getsockname) == port && to >= 0 && to != not_this) { out.push_back(fd); }
    }
    return out;
}

/// Processor time of all threads but this one.
double others_cpu() {
    return process_cpu() - thread_cpu();
}

struct Broadcast {
    explicit Broadcast(const test::MiniChain& chain) : mini(chain), last(chain.genesis_block()) {}

    const test::MiniChain& mini;
    test::MinedBlock last;
    Count count{};

    Bytes frame() const {
        const std::array<BytesView, 1> one{BytesView(last.rlp)};
        return wire::compose_raw_items(*wire::find_flat(version), wire::MessageType::Blocks, one);
    }

    /// The block arrives from one peer; the others have been sent it.
    double through_the_node(const Fd& source, std::size_t peers) {
        last = mini.mine(last);
        const Bytes news = frame();
        count.blocks = 0;
        const double before = others_cpu();
        send_all(source, news);
        while (count.blocks < peers) {
            ::usleep(200);
        }
        ::usleep(1000);
        return others_cpu() - before;
    }

    double bare(const std::vector<int>& sockets) {
        const Bytes same = frame();
        return cpu_of([&] {
            for (const int fd : sockets) {
                ::send(fd, same.data(), same.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            }
        });
    }
};

} // namespace

std::vector<double> broadcast_costs(std::size_t peers, int rounds) {
    room_for(peers);
    const test::MiniChain mini(chain::rules_for(version));
    Broadcast broadcast(mini);
    peer::NodeOptions options = node_options(version);
    options.chain.genesis = mini.genesis();
    options.chain.rules = &mini.rules();
    NodeThread node(std::move(options), {&broadcast.count});
    const Helper others([&](const Fd& out) {
        std::vector<Fd> held;
        while (held.size() < peers) {
            held.push_back(connect_peer(node.port(), held.size(), wire::capability::full));
        }
        tell(out, held.size());
        Bytes room(64u << 10);
        for (;;) { // reads what came, once in a while, so that no queue fills
            ::usleep(100'000);
            for (const Fd& fd : held) {
                while (::recv(fd.get(), room.data(), room.size(), MSG_DONTWAIT) > 0) {}
            }
        }
    });
    others.hear();
    const Fd source = connect_peer(node.port(), 1'000'000, wire::capability::full);
    ::usleep(300'000);
    const std::vector<int> sockets = sockets_of(node.port(), source);
    const Duel cpu = duel(
        rounds, [&] { return broadcast.through_the_node(source, peers); }, [&] { return broadcast.bare(sockets); });
    return {cpu.ours, cpu.yardstick, static_cast<double>(sockets.size())};
}

Rows broadcast_rows(const Scale& scale) {
    const std::size_t peers = scale.smoke ? 10 : 1'000;
    const auto costs = in_child([&] { return broadcast_costs(peers, scale.smoke ? 1 : 41); });
    Row row = rate_row("broadcast of a block to " + std::to_string(peers), 0, 0, "k/s", 0.8);
    if (costs.size() != 3) { return {row}; }
    const double thousands = 1e-3 * static_cast<double>(peers);
    return {rate_row(row.goal, thousands / costs[0], thousands / costs[1], "k/s", 0.8)};
}

} // namespace ethpoc::bench
