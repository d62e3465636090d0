#include "record/capture.hpp"

#include <algorithm>
#include <map>

#include "record/packet_file.hpp"

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

} // namespace

std::expected<CaptureSummary, std::string> read_capture(const std::string& file, const CaptureOptions& options,
                                                        const std::function<bool(const Heard&)>& hear) {
    const auto packets = PacketFile::open(file);
    if (!packets) { return std::unexpected(packets.error()); }
    CaptureSummary summary;
    Follower follower({options.assumed, options.max_connections}, hear);
    Peeler peeler;
    Reasons reasons;
    Clock clock;
    std::optional<Packet> packet;
    while (follower.going() && (packet = (*packets)->next())) {
        ++summary.packets;
        const double seconds = clock.take(*packet, summary);
        if (!packet->link_type) {
            reasons.add({StopKind::damaged, "packet of an interface that was not described", -1, false}, 1,
                        packet->data.size());
            continue;
        }
        const Peeled peeled = peeler.peel(*packet->link_type, packet->data, packet->wire_size, clock.nanoseconds());
        if (peeled.stop) { reasons.add(*peeled.stop, 1, packet->data.size()); }
        if (!peeled.segment) { continue; }
        if (follower.take(*peeled.segment, seconds)) {
            ++summary.segments;
        } else {
            ++summary.untracked;
            reasons.add({StopKind::damaged, "TCP of more connections than are followed", -1, false}, 1,
                        packet->data.size());
        }
    }
    peeler.finish();
    summary.joined = peeler.fragments().joined().packets;
    const Fragments::Count& given_up = peeler.fragments().unfinished();
    reasons.add({StopKind::damaged, "IP fragment whose other parts are not there", -1, false}, given_up.packets,
                given_up.bytes);
    summary.connections = follower.finish();
    summary.unread = reasons.sorted();
    tell_file(**packets, summary);
    return summary;
}

} // namespace ethpoc::record
