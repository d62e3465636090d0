// Frames in: a node's own Connection and Session, over loopback, against the bare loop.
#include "tests/bench/drivers.hpp"
#include "tests/bench/measure.hpp"
#include "tests/bench/raw_loop.hpp"

namespace ethpoc::bench {

namespace {

Bytes repeated(const Bytes& frame, std::size_t count) {
    Bytes out;
    out.reserve(frame.size() * count);
    for (std::size_t i = 0; i < count; ++i) {
        out.insert(out.end(), frame.begin(), frame.end());
    }
    return out;
}

/// Processor time of the receiver for `turns` times `flood` and a Ping whose answer says that all was read.
template <class Receiver>
double receive(Receiver& receiver, const Fd& fd, const Bytes& flood, int turns) {
    const double before = receiver.cpu();
    for (int i = 0; i < turns; ++i) {
        send_all(fd, flood);
    }
    send_all(fd, plain_frame(ping_id));
    read_until(fd, pong_id);
    return receiver.cpu() - before;
}

/// One at a time, there and back.
template <class Receiver>
double ping_pong(Receiver& receiver, const Fd& fd, int turns) {
    const Bytes ping = plain_frame(ping_id);
    const double before = receiver.cpu();
    for (int i = 0; i < turns; ++i) {
        send_all(fd, ping);
        read_until(fd, pong_id);
    }
    return receiver.cpu() - before;
}

Row frames_row(NodeThread& node, const Fd& to_node, const Scale& scale) {
    // Pong: ten bytes that are decoded and dispatched as a Ping is, and nothing to write for them.
    const Bytes flood = repeated(plain_frame(pong_id), 100'000);
    const int turns = scale.smoke ? 1 : 20;
    RawLoop raw(RawLoop::Answer::last_only);
    const Fd to_raw = connect_to(raw.port());
    const Duel cpu = duel(
        scale.rounds, [&] { return receive(node, to_node, flood, turns); },
        [&] { return receive(raw, to_raw, flood, turns); });
    const double frames = 0.1 * turns; // millions
    return rate_row("frame receive, 10 bytes, dispatched", frames / cpu.ours, frames / cpu.yardstick, "M/s", 0.9);
}

Row flood_row(NodeThread& node, const Fd& to_node, const Scale& scale) {
    const Bytes flood = repeated(plain_frame(ping_id), 2'000);
    RawLoop raw(RawLoop::Answer::answer_each);
    const Fd to_raw = connect_to(raw.port());
    const auto once = [&](auto& receiver, const Fd& fd) {
        const double before = receiver.cpu();
        send_all(fd, flood);
        for (int i = 0; i < 2'000; ++i) {
            read_until(fd, pong_id);
        }
        return receiver.cpu() - before;
    };
    const Duel cpu = duel(
        scale.rounds * 3, [&] { return once(node, to_node); }, [&] { return once(raw, to_raw); });
    Row row = rate_row("Pings in a row, each answered", 2e-3 / cpu.ours, 2e-3 / cpu.yardstick, "M/s", 0);
    row.judge = Judge::none;
    return row;
}

Row ping_pong_row(const Scale& scale) {
    const OneProcessor together;
    NodeThread node(node_options());
    const Fd to_node = connect_peer(node.port(), 1, wire::capability::peers);
    const int turns = scale.smoke ? 100 : 5'000;
    RawLoop raw(RawLoop::Answer::answer_each);
    const Fd to_raw = connect_to(raw.port());
    const Duel cpu = duel(
        scale.rounds, [&] { return ping_pong(node, to_node, turns); }, [&] { return ping_pong(raw, to_raw, turns); });
    const double microseconds = 1e6 / turns;
    return cost_row("Ping to Pong, CPU of a round trip", cpu.ours * microseconds, cpu.yardstick * microseconds, "us",
                    1.15);
}

} // namespace

Rows receive_rows(const Scale& scale) {
    NodeThread node(node_options());
    const Fd to_node = connect_peer(node.port(), 1, wire::capability::peers);
    return {frames_row(node, to_node, scale), flood_row(node, to_node, scale), ping_pong_row(scale)};
}

} // namespace ethpoc::bench
