#include "record/capture.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "record/packet_file.hpp"
#include "record/session_segments.hpp"

namespace ethpoc::record {
namespace {

constexpr std::size_t max_reasons = 256;

/// Reasons with their packets and bytes; no more of them than a person may read.
class Reasons {
  public:
    void add(Stop stop, std::size_t packets, std::uint64_t bytes) {
        if (packets == 0) { return; }
        if (rows_.size() >= max_reasons && !rows_.contains(stop)) { stop = {stop.kind, "other reasons", -1, false}; }
        Skipped& row = rows_[stop];
        row.count += packets;
        row.bytes += bytes;
    }
    std::vector<Unread> sorted() const {
        std::vector<Unread> out;
        out.reserve(rows_.size());
        for (const auto& [stop, row] : rows_) {
            out.push_back({stop.kind, stop.text(), row.count, row.bytes});
        }
        std::ranges::stable_sort(out, [](const Unread& a, const Unread& b) {
            return a.kind != b.kind ? a.kind < b.kind : a.packets > b.packets;
        });
        return out;
    }

  private:
    std::map<Stop, Skipped> rows_{};
};

/// Seconds of each packet since the first one, and what is odd about them.
class Clock {
  public:
    double take(const Packet& packet, CaptureSummary& summary) {
        if (!packet.nanoseconds) {
            ++summary.without_time;
            return now_;
        }
        if (!first_) { first_ = last_ = *packet.nanoseconds; }
        if (*packet.nanoseconds < last_) { ++summary.times_back; }
        last_ = *packet.nanoseconds;
        now_ = static_cast<double>(last_ - *first_) / 1e9;
        summary.seconds = std::max(summary.seconds, now_);
        return now_;
    }
    std::int64_t nanoseconds() const noexcept { return last_; }

  private:
    std::optional<std::int64_t> first_{};
    std::int64_t last_ = 0;
    double now_ = 0;
};

void tell_file(const PacketFile& file, CaptureSummary& summary) {
    summary.trouble = file.trouble();
    summary.file_bytes = file.size();
    summary.unread_bytes = file.unread();
    summary.compressed = file.compressed();
    constexpr std::size_t most_links = 8;
    for (std::size_t i = 0; i < std::min(file.links().size(), most_links); ++i) {
        summary.link += (i == 0 ? "" : ", ") + link_text(file.links()[i]);
    }
    if (file.links().size() > most_links) { summary.link += ", and more"; }
    for (const auto& [what, row] : file.skipped()) {
        summary.blocks.push_back({what, row.count, row.bytes});
    }
}

constexpr std::size_t head_size = 64; // by which a file shows what it is

/// The next line without its end; false at the end of the file. No longer than a packet may be, and a byte.
bool read_line(ByteFile& file, Bytes& line) {
    line.clear();
    while (line.size() <= max_packet && file.read(line, 1) == 1) {
        if (line.back() != '\n') { continue; }
        line.pop_back();
        return true;
    }
    return !line.empty();
}

/// Segments of TCP, however they came; counts them.
class SegmentCounter {
  public:
    SegmentCounter(const CaptureOptions& options, CaptureSummary& summary,
                   const std::function<bool(const Heard&)>& hear) :
        summary_(summary),
        follower_({options.assumed, options.max_connections, options.stream}, hear) {}

    /// `bytes`: of the packet that brought it.
    void take(const TcpSegment& segment, double seconds, std::uint64_t bytes) {
        if (follower_.take(segment, seconds)) {
            ++summary_.segments;
            return;
        }
        ++summary_.untracked;
        reasons.add({StopKind::damaged, "TCP of more connections than are followed", -1, false}, 1, bytes);
    }
    void finish() {
        summary_.connections = follower_.finish();
        summary_.unread = reasons.sorted();
    }
    bool going() const noexcept { return follower_.going(); }

    Reasons reasons{};

  private:
    CaptureSummary& summary_;
    Follower follower_;
};

/// Line by line; of what is damaged the lines before are told.
CaptureSummary read_session_lines(ByteFile file, const CaptureOptions& options,
                                  const std::function<bool(const Heard&)>& hear) {
    CaptureSummary summary;
    SegmentCounter counter(options, summary, hear);
    std::optional<double> first;
    SessionSegments segments([&](const TcpSegment& segment, double seconds) {
        ++summary.packets;
        if (!first) { first = seconds; }
        summary.seconds = std::max(summary.seconds, seconds - *first);
        counter.take(segment, seconds - *first, segment.data.size());
    });
    Bytes text;
    if (file.peek(1).size() == 1 && file.peek(1)[0] == 0xef) { file.skip(3); } // a byte order mark
    for (std::size_t number = 1; counter.going(); ++number) {
        const std::uint64_t begin = file.position();
        if (!read_line(file, text)) { break; }
        const auto line = parse_session_line({reinterpret_cast<const char*>(text.data()), text.size()});
        if (!line) {
            summary.trouble = "line " + std::to_string(number) + ": " + line.error();
            file.skip(std::numeric_limits<std::uint64_t>::max());
            summary.unread_bytes = file.position() - begin;
            break;
        }
        if (*line) { segments.take(**line); }
    }
    segments.finish();
    counter.finish();
    if (summary.trouble.empty()) { summary.trouble = file.trouble(); }
    summary.file_bytes = file.position();
    summary.compressed = file.compressed();
    summary.link = "a recorded session";
    return summary;
}

} // namespace

bool holds_capture(ByteFile& file) {
    const BytesView head = file.peek(head_size);
    return begins_packet_file(head) || begins_session(head);
}

std::expected<CaptureSummary, std::string> read_capture(const std::string& file, const CaptureOptions& options,
                                                        const std::function<bool(const Heard&)>& hear) {
    auto opened = ByteFile::open(file);
    if (!opened) { return std::unexpected(std::move(opened.error())); }
    return read_capture(*std::move(opened), options, hear);
}

std::expected<CaptureSummary, std::string> read_capture(ByteFile file, const CaptureOptions& options,
                                                        const std::function<bool(const Heard&)>& hear) {
    // Text is read further than a capture needs: the first packet of one is told when it has come.
    const BytesView begin = file.peek(4);
    const bool text = !begin.empty() && (begin[0] == '{' || begin[0] == 0xef || begin[0] == ' ' || begin[0] == '\n');
    if (text && begins_session(file.peek(head_size))) { return read_session_lines(std::move(file), options, hear); }
    const auto packets = PacketFile::open(std::move(file));
    if (!packets) { return std::unexpected(packets.error()); }
    CaptureSummary summary;
    SegmentCounter counter(options, summary, hear);
    Peeler peeler;
    Clock clock;
    std::optional<Packet> packet;
    while (counter.going() && (packet = (*packets)->next())) {
        ++summary.packets;
        const double seconds = clock.take(*packet, summary);
        if (!packet->link_type) {
            counter.reasons.add({StopKind::damaged, "packet of an interface that was not described", -1, false}, 1,
                                packet->data.size());
            continue;
        }
        const Peeled peeled = peeler.peel(*packet->link_type, packet->data, packet->wire_size, clock.nanoseconds());
        if (peeled.stop) { counter.reasons.add(*peeled.stop, 1, packet->data.size()); }
        if (peeled.segment) { counter.take(*peeled.segment, seconds, packet->data.size()); }
    }
    peeler.finish();
    summary.joined = peeler.fragments().joined().packets;
    const Fragments::Count& given_up = peeler.fragments().unfinished();
    counter.reasons.add({StopKind::damaged, "IP fragment whose other parts are not there", -1, false}, given_up.packets,
                        given_up.bytes);
    counter.finish();
    tell_file(**packets, summary);
    return summary;
}

} // namespace ethpoc::record
