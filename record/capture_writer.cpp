#include "record/capture_writer.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

namespace ethpoc::record {
namespace {

using wire::Side;

constexpr std::uint8_t fin = 0x01;
constexpr std::uint8_t syn = 0x02;
constexpr std::uint8_t push = 0x08;
constexpr std::uint8_t ack = 0x10;
constexpr std::size_t segment_size = 1448;      // what fits into an Ethernet frame with time stamps
constexpr std::int64_t started = 1'393'632'000; // 2014-03-01: a recording knows no date
constexpr double most_seconds = 1e9;            // a packet's time has 32 bits
constexpr std::uint32_t snap_length = 65535;
constexpr std::uint32_t ethernet = 1; // LINKTYPE_ETHERNET

constexpr std::size_t side_number(Side side) noexcept {
    return static_cast<std::size_t>(side);
}

void put16(Bytes& out, std::size_t value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8));
    out.push_back(static_cast<std::uint8_t>(value));
}
void put32(Bytes& out, std::uint32_t value) {
    put16(out, value >> 16);
    put16(out, value & 0xffff);
}

// The headers of a pcap file are in the byte order of whoever wrote them; these are little-endian everywhere.
void put32_little(Bytes& out, std::uint32_t value) {
    for (int shift = 0; shift < 32; shift += 8) {
        out.push_back(static_cast<std::uint8_t>(value >> shift));
    }
}

//   d4 c3 b2 a1 | 02 00 | 04 00 | time zone, accuracy: 0 | most bytes of a packet | kind of link
Bytes file_header() {
    Bytes out;
    put32_little(out, 0xa1b2c3d4); // times in microseconds
    put32_little(out, 4u << 16 | 2u);
    put32_little(out, 0);
    put32_little(out, 0);
    put32_little(out, snap_length);
    put32_little(out, ethernet);
    return out;
}

/// Ones' complement sum of 16-bit words, as IP and TCP have it.
std::uint16_t checksum(BytesView bytes, std::uint32_t sum = 0) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        sum += i % 2 == 0 ? std::uint32_t{bytes[i]} << 8 : bytes[i];
    }
    while (sum >> 16 != 0) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<std::uint16_t>(~sum);
}

/// One connection as it stands on the wire.
struct Link {
    std::uint16_t dialer_port = 0;
    std::array<std::uint32_t, 2> next{}; // sequence number, by side
    std::array<bool, 2> finished{};
};

class Writer {
  public:
    explicit Writer(FileWriter& file) : file_(file) {}

    void open(Link& link, double at) {
        packet(link, at, Side::dialer, syn, {});
        ++link.next[0];
        packet(link, at, Side::listener, syn | ack, {});
        ++link.next[1];
        packet(link, at, Side::dialer, ack, {});
    }
    void data(Link& link, double at, Side from, BytesView bytes) {
        for (std::size_t i = 0; i < bytes.size(); i += segment_size) {
            const BytesView part = bytes.subspan(i, std::min(segment_size, bytes.size() - i));
            packet(link, at, from, push | ack, part);
            link.next[side_number(from)] += static_cast<std::uint32_t>(part.size());
            packet(link, at, wire::other(from), ack, {});
        }
    }
    void end(Link& link, double at, Side from) {
        if (std::exchange(link.finished[side_number(from)], true)) { return; }
        packet(link, at, from, fin | ack, {});
        ++link.next[side_number(from)];
        packet(link, at, wire::other(from), ack, {});
    }
    std::size_t packets() const noexcept { return packets_; }

  private:
    void packet(const Link& link, double at, Side from, std::uint8_t flags, BytesView data);

    FileWriter& file_; // remembers its first failure
    std::size_t packets_ = 0;
};

void Writer::packet(const Link& link, double at, Side from, std::uint8_t flags, BytesView data) {
    constexpr std::uint16_t listener_port = 30303;
    const bool dialer = from == Side::dialer;
    const std::array<std::uint8_t, 8> addresses{127, 0, 0, static_cast<std::uint8_t>(dialer ? 1 : 2),
                                                127, 0, 0, static_cast<std::uint8_t>(dialer ? 2 : 1)};
    Bytes tcp;
    put16(tcp, dialer ? link.dialer_port : listener_port);
    put16(tcp, dialer ? listener_port : link.dialer_port);
    put32(tcp, link.next[side_number(from)]);
    put32(tcp, (flags & ack) != 0 ? link.next[side_number(wire::other(from))] : 0);
    put16(tcp, std::size_t{0x5000} | flags);
    put16(tcp, 65535); // window
    put32(tcp, 0);     // checksum, urgent pointer
    tcp.insert(tcp.end(), data.begin(), data.end());
    std::uint32_t pseudo = 6 + static_cast<std::uint32_t>(tcp.size());
    for (std::size_t i = 0; i < addresses.size(); i += 2) {
        pseudo += std::uint32_t{addresses[i]} << 8 | addresses[i + 1];
    }
    const std::uint16_t sum = checksum(tcp, pseudo);
    tcp[16] = static_cast<std::uint8_t>(sum >> 8);
    tcp[17] = static_cast<std::uint8_t>(sum);

    Bytes ip{0x45, 0};
    put16(ip, 20 + tcp.size());
    put16(ip, packets_ & 0xffff);
    put16(ip, 0x4000); // do not fragment
    ip.insert(ip.end(), {64, 6, 0, 0});
    ip.insert(ip.end(), addresses.begin(), addresses.end());
    const std::uint16_t ip_sum = checksum(ip);
    ip[10] = static_cast<std::uint8_t>(ip_sum >> 8);
    ip[11] = static_cast<std::uint8_t>(ip_sum);

    Bytes frame(12, 0);
    put16(frame, 0x0800);
    frame.insert(frame.end(), ip.begin(), ip.end());
    frame.insert(frame.end(), tcp.begin(), tcp.end());
    const auto micros = static_cast<std::int64_t>(std::llround(std::clamp(at, 0.0, most_seconds) * 1e6));
    const auto size = static_cast<std::uint32_t>(frame.size());
    Bytes header;
    put32_little(header, static_cast<std::uint32_t>(started + micros / 1'000'000));
    put32_little(header, static_cast<std::uint32_t>(micros % 1'000'000));
    put32_little(header, size); // bytes that follow
    put32_little(header, size); // bytes that the packet had
    if (file_.write(header) && file_.write(frame)) { ++packets_; }
}

void write_lines(Writer& writer, const SessionFile& session, std::map<std::uint64_t, Link>& links) {
    double last = 0;
    for (const SessionLine& line : session.lines) {
        last = std::max(last, line.seconds);
        const auto [found, made] = links.try_emplace(line.connection);
        Link& link = found->second;
        if (made) {
            link.dialer_port = static_cast<std::uint16_t>(40000 + links.size() % 20000);
            link.next = {0x1000, 0x2000};
            writer.open(link, line.seconds);
        }
        if (!line.bytes.empty() && line.from) { writer.data(link, line.seconds, *line.from, line.bytes); }
        if (line.event == "eof" && line.from) { writer.end(link, line.seconds, *line.from); }
    }
    for (auto& [number, link] : links) {
        writer.end(link, last, Side::dialer);
        writer.end(link, last, Side::listener);
    }
}

} // namespace

Result<WrittenCapture> write_capture(FileWriter& file, const SessionFile& session) {
    if (auto begun = file.write(file_header()); !begun) { return std::unexpected(std::move(begun.error())); }
    Writer writer(file);
    std::map<std::uint64_t, Link> links;
    write_lines(writer, session, links);
    if (auto done = file.finish(); !done) { return std::unexpected(std::move(done.error())); }
    return WrittenCapture{writer.packets(), links.size()};
}

} // namespace ethpoc::record
