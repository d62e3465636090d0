// What a peer costs that is connected, has said Hello, and is silent.
#include <array>
#include <atomic>
#include <cstdio>
#include <fstream>
#include <malloc.h>
#include <unistd.h>

#include "tests/bench/drivers.hpp"
#include "tests/bench/loopback.hpp"
#include "tests/bench/measure.hpp"

namespace ethpoc::bench {

namespace {

/// Bytes that the program has asked for and not given back.
double heap_bytes() {
    const auto info = ::mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd);
}

double resident_bytes() {
    std::ifstream in("/proc/self/statm");
    double all = 0;
    double resident = 0;
    in >> all >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

class Count final : public peer::ObserverOf<Count> {
  public:
    std::atomic<std::size_t> hellos = 0;
    void on(const peer::event::Hello&) { ++hellos; }
};

/// Figures: bytes of heap a peer, bytes of resident memory a peer.
std::vector<double> idle_costs(std::size_t peers) {
    room_for(peers);
    const std::size_t warm = peers / 10; // tables and pools have been made
    std::array<int, 2> go{};
    if (::pipe(go.data()) != 0) { return {}; }
    Count count;
    NodeThread node(node_options(), {&count});
    // The peers live in another process: only our half counts.
    const Helper others([&](const Fd& out) {
        room_for(peers);
        std::vector<Fd> held;
        while (held.size() < peers) {
            held.push_back(connect_peer(node.port(), held.size(), wire::capability::peers));
            if (held.size() == warm) {
                tell(out, warm);
                char word = 0;
                if (::read(go[0], &word, 1) != 1) { return; }
            }
        }
        tell(out, peers);
        ::pause();
    });
    const auto settle = [&](std::size_t hellos) {
        for (int i = 0; i < 2000 && count.hellos < hellos; ++i) {
            ::usleep(1000);
        }
        ::usleep(300'000); // what the chain has to say to new peers
    };
    others.hear();
    settle(warm);
    const double heap = heap_bytes();
    const double resident = resident_bytes();
    if (::write(go[1], "g", 1) != 1) { return {}; }
    others.hear();
    settle(peers);
    const auto n = static_cast<double>(peers - warm);
    return {(heap_bytes() - heap) / n, (resident_bytes() - resident) / n};
}

} // namespace

Rows idle_rows(const Scale& scale) {
    constexpr std::size_t wanted = 10'000;
    const std::size_t peers = scale.smoke ? 50 : room_for(wanted);
    const auto costs = in_child([&] { return idle_costs(peers); });
    Row row{"idle peer, user space", 0, 0, "bytes", 0, Judge::ours_at_most, 624, {}};
    if (costs.size() != 2) { return {row}; }
    row.ours = costs[0];
    row.note = std::to_string(peers) + " peers; resident memory grew by " +
               std::to_string(static_cast<long>(costs[1])) + " bytes each";
    if (peers < wanted && !scale.smoke) { row.note += "; the limit of open files allows no more"; }
    return {row};
}

} // namespace ethpoc::bench
