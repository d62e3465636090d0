#include "record/capture_writer.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "record/session_segments.hpp"

namespace ethpoc::record {
namespace {

constexpr std::uint8_t fin = 0x01;
constexpr std::uint8_t syn = 0x02;
constexpr std::uint8_t push = 0x08;
constexpr std::uint8_t ack = 0x10;
constexpr std::int64_t undated = 1'393'632'000; // 2014-03-01
constexpr double most_seconds = 1e9;            // a packet's time has 32 bits
constexpr std::uint32_t snap_length = 65535;
constexpr std::uint32_t ethernet = 1; // LINKTYPE_ETHERNET

void put16(Bytes& out, std::size_t value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8));
    out.push_back(static_cast<std::uint8_t>(value));
}
void put32(Bytes& out, std::uint32_t value) {
    put16(out, value >> 16);
    put16(out, value & 0xffff);
}

// The headers of a capture file are in the byte order of whoever wrote them; these are little-endian everywhere.
void put32_little(Bytes& out, std::uint32_t value) {
    for (int shift = 0; shift < 32; shift += 8) {
        out.push_back(static_cast<std::uint8_t>(value >> shift));
    }
}

void append(Bytes& out, BytesView bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

//   d4 c3 b2 a1 | 02 00 | 04 00 | time zone, accuracy: 0 | most bytes of a packet | kind of link
Bytes pcap_header() {
    Bytes out;
    put32_little(out, 0xa1b2c3d4); // times in microseconds
    put32_little(out, 4u << 16 | 2u);
    put32_little(out, 0);
    put32_little(out, 0);
    put32_little(out, snap_length);
    put32_little(out, ethernet);
    return out;
}

/// Blocks of pcapng and the values of their options fill up words of 32 bits.
void pad(Bytes& out) {
    out.resize((out.size() + 3) / 4 * 4);
}

//   type | size | body | size
Bytes block(std::uint32_t type, BytesView body) {
    const auto size = static_cast<std::uint32_t>(body.size() + 12);
    Bytes out;
    put32_little(out, type);
    put32_little(out, size);
    append(out, body);
    put32_little(out, size);
    return out;
}

/// A section header with the comment, and the one interface.
Bytes pcapng_header(std::string_view comment) {
    constexpr std::size_t most_text = 1024;
    constexpr std::uint32_t opt_comment = 1;
    const std::string_view text = comment.substr(0, most_text);
    Bytes section;
    put32_little(section, 0x1a2b3c4d); // the order of bytes
    put32_little(section, 1);          // version 1.0
    put32_little(section, 0xffffffff); // how long the section is will not be said
    put32_little(section, 0xffffffff);
    put32_little(section, static_cast<std::uint32_t>(text.size()) << 16 | opt_comment);
    append(section, as_bytes(text));
    pad(section);
    put32_little(section, 0); // no more options
    Bytes interface;
    put32_little(interface, ethernet);
    put32_little(interface, snap_length);
    Bytes out = block(0x0a0d0d0a, section);
    append(out, block(1, interface)); // times in microseconds, unless an option says otherwise
    return out;
}

/// A packet as it stands in the file.
Bytes packet_record(CaptureForm form, std::int64_t micros, BytesView frame) {
    const auto size = static_cast<std::uint32_t>(frame.size()); // as captured, and as it was on the wire
    Bytes out;
    if (form == CaptureForm::pcap) {
        put32_little(out, static_cast<std::uint32_t>(micros / 1'000'000));
        put32_little(out, static_cast<std::uint32_t>(micros % 1'000'000));
    } else {
        put32_little(out, 0); // interface
        put32_little(out, static_cast<std::uint32_t>(micros >> 32));
        put32_little(out, static_cast<std::uint32_t>(micros));
    }
    put32_little(out, size);
    put32_little(out, size);
    append(out, frame);
    if (form == CaptureForm::pcap) { return out; }
    pad(out);
    return block(6, out); // enhanced packet block
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

/// The segment with its TCP header; `addresses` of IPv4, from and to.
Bytes tcp_part(const TcpSegment& segment, BytesView addresses) {
    const unsigned flags = (segment.syn ? syn : 0U) | (segment.fin ? fin : 0U) | (segment.ack ? ack : 0U) |
                           (segment.data.empty() ? 0U : push);
    Bytes out;
    put16(out, segment.from.port);
    put16(out, segment.to.port);
    put32(out, segment.sequence);
    put32(out, segment.acknowledged);
    put16(out, std::size_t{0x5000} | flags);
    put16(out, 65535); // window
    put32(out, 0);     // checksum, urgent pointer
    append(out, segment.data);
    std::uint32_t pseudo = 6 + static_cast<std::uint32_t>(out.size());
    for (std::size_t i = 0; i < addresses.size(); i += 2) {
        pseudo += std::uint32_t{addresses[i]} << 8 | addresses[i + 1];
    }
    const std::uint16_t sum = checksum(out, pseudo);
    out[16] = static_cast<std::uint8_t>(sum >> 8);
    out[17] = static_cast<std::uint8_t>(sum);
    return out;
}

Bytes frame_of(const TcpSegment& segment, std::size_t id) {
    Bytes addresses(segment.from.ip.begin(), segment.from.ip.begin() + 4);
    append(addresses, BytesView{segment.to.ip}.first(4));
    const Bytes tcp = tcp_part(segment, addresses);
    Bytes ip{0x45, 0};
    put16(ip, 20 + tcp.size());
    put16(ip, id & 0xffff);
    put16(ip, 0x4000); // do not fragment
    append(ip, Bytes{64, 6, 0, 0});
    append(ip, addresses);
    const std::uint16_t sum = checksum(ip);
    ip[10] = static_cast<std::uint8_t>(sum >> 8);
    ip[11] = static_cast<std::uint8_t>(sum);
    Bytes out(12, 0);
    put16(out, 0x0800);
    append(out, ip);
    append(out, tcp);
    return out;
}

class PacketWriter {
  public:
    PacketWriter(FileWriter& file, CaptureForm form, std::int64_t started) :
        file_(file), form_(form), started_(started) {}

    Result<void> begin(std::string_view comment) {
        return file_.write(form_ == CaptureForm::pcap ? pcap_header() : pcapng_header(comment));
    }
    /// In one piece: see FileWriter::flush.
    void put(const TcpSegment& segment, double at) {
        const auto micros = static_cast<std::int64_t>(std::llround(std::clamp(at, 0.0, most_seconds) * 1e6));
        const Bytes record = packet_record(form_, started_ * 1'000'000 + micros, frame_of(segment, packets_));
        if (file_.write(record)) { ++packets_; }
    }
    std::size_t packets() const noexcept { return packets_; }

  private:
    FileWriter& file_; // remembers its first failure
    CaptureForm form_;
    std::int64_t started_;
    std::size_t packets_ = 0;
};

} // namespace

std::optional<CaptureForm> capture_form_of(const std::string& name) {
    std::string ending = name.substr(std::min(name.size(), name.rfind('.')));
    std::ranges::transform(ending, ending.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    if (ending == ".pcap") { return CaptureForm::pcap; }
    return ending == ".pcapng" ? std::optional(CaptureForm::pcapng) : std::nullopt;
}

Result<WrittenCapture> write_capture(FileWriter& file, const SessionFile& session, CaptureForm form) {
    PacketWriter writer(file, form, undated);
    if (auto begun = writer.begin(session.what); !begun) { return std::unexpected(std::move(begun.error())); }
    SessionSegments segments([&writer](const TcpSegment& segment, double at) { writer.put(segment, at); });
    for (const SessionLine& line : session.lines) {
        segments.take(line);
    }
    segments.finish();
    if (auto done = file.finish(); !done) { return std::unexpected(std::move(done.error())); }
    return WrittenCapture{writer.packets(), segments.connections()};
}

struct CaptureWriter::Parts {
    Parts(FileWriter& file, CaptureForm form, std::int64_t started) : writer(file, form, started) {}
    PacketWriter writer;
    SessionSegments segments{[this](const TcpSegment& segment, double at) { writer.put(segment, at); }};
};

CaptureWriter::CaptureWriter(FileWriter file, CaptureForm form, std::int64_t started, const std::string& comment) :
    Recording(std::move(file)), parts_(std::make_unique<Parts>(file_, form, started)) {
    keep(parts_->writer.begin(comment));
    keep(file_.publish());
}

CaptureWriter::~CaptureWriter() = default;

void CaptureWriter::write(const SessionLine& line) {
    parts_->segments.take(line);
    keep(file_.flush());
}

void CaptureWriter::finish() {
    parts_->segments.finish();
    keep(file_.finish());
}

} // namespace ethpoc::record
