#include "record/session_segments.hpp"

#include <algorithm>
#include <utility>

namespace ethpoc::record {
namespace {

using wire::Side;

constexpr std::size_t segment_size = 1448; // what fits into an Ethernet frame with time stamps
constexpr std::uint16_t listener_port = 30303;
constexpr std::size_t first_port = 40000;
constexpr std::size_t port_count = 20000; // then they come again

constexpr std::size_t side_place(Side side) noexcept {
    return static_cast<std::size_t>(side);
}

TcpAddress local_address(std::uint8_t last, std::uint16_t port) {
    TcpAddress out;
    out.ip = {127, 0, 0, last};
    out.port = port;
    return out;
}

} // namespace

void SessionSegments::put(const Link& link, double at, Side from, Flags flags, BytesView data) {
    const TcpAddress dialer = local_address(1, link.dialer_port);
    const TcpAddress listener = local_address(2, listener_port);
    const bool dialled = from == Side::dialer;
    TcpSegment segment{.from = dialled ? dialer : listener, .to = dialled ? listener : dialer};
    segment.sequence = link.next[side_place(from)];
    segment.syn = flags == Flags::syn || flags == Flags::syn_ack;
    segment.ack = flags != Flags::syn;
    segment.fin = flags == Flags::fin;
    segment.acknowledged = segment.ack ? link.next[side_place(wire::other(from))] : 0;
    segment.data = data;
    segment.data_size = data.size();
    put_(segment, at);
}

void SessionSegments::open(Link& link, double at) {
    put(link, at, Side::dialer, Flags::syn);
    ++link.next[0];
    put(link, at, Side::listener, Flags::syn_ack);
    ++link.next[1];
    put(link, at, Side::dialer, Flags::ack);
}

void SessionSegments::data(Link& link, double at, Side from, BytesView bytes) {
    for (std::size_t i = 0; i < bytes.size(); i += segment_size) {
        const BytesView part = bytes.subspan(i, std::min(segment_size, bytes.size() - i));
        put(link, at, from, Flags::ack, part);
        link.next[side_place(from)] += static_cast<std::uint32_t>(part.size());
        put(link, at, wire::other(from), Flags::ack);
    }
}

void SessionSegments::end(Link& link, double at, Side from) {
    if (std::exchange(link.finished[side_place(from)], true)) { return; }
    put(link, at, from, Flags::fin);
    ++link.next[side_place(from)];
    put(link, at, wire::other(from), Flags::ack);
}

void SessionSegments::take(const SessionLine& line) {
    last_ = std::max(last_, line.seconds);
    const auto [found, made] = links_.try_emplace(line.connection);
    Link& link = found->second;
    if (made) {
        link.dialer_port = static_cast<std::uint16_t>(first_port + ++count_ % port_count);
        link.next = {0x1000, 0x2000};
        open(link, line.seconds);
    }
    if (!line.bytes.empty() && line.from) { data(link, line.seconds, *line.from, line.bytes); }
    if (line.event == "eof" && line.from) { end(link, line.seconds, *line.from); }
    if (line.event != "closed") { return; }
    end(link, line.seconds, Side::dialer);
    end(link, line.seconds, Side::listener);
    links_.erase(found);
}

void SessionSegments::finish() {
    for (auto& [number, link] : links_) {
        end(link, last_, Side::dialer);
        end(link, last_, Side::listener);
    }
    links_.clear();
}

} // namespace ethpoc::record
