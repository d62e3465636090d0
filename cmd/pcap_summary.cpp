#include "cmd/pcap_summary.hpp"

#include <algorithm>

#include "cmd/view/byte_options.hpp"

namespace ethpoc::cmd {
namespace {

const char* word_of(record::StopKind kind) noexcept {
    switch (kind) {
    case record::StopKind::no_tcp:
        return "no_tcp";
    case record::StopKind::not_understood:
        return "not_understood";
    case record::StopKind::damaged:
        break;
    }
    return "damaged";
}

/// The captured bytes of TCP by what became of them; `payload` is the sum of the others.
struct ByteTally {
    std::uint64_t payload = 0;
    std::uint64_t in_messages = 0;
    std::uint64_t no_frame = 0;
    std::uint64_t unfinished = 0;
    std::uint64_t other_protocol = 0;
    std::uint64_t repeated = 0;
    std::uint64_t unchecked = 0;
    std::uint64_t conflicting = 0;
    std::uint64_t late = 0;
    std::uint64_t outside = 0;

    ByteTally& operator+=(const ByteTally& other);
};

struct TallyRow {
    std::uint64_t ByteTally::*member;
    const char* name;  // for programs
    const char* words; // for people
};
constexpr TallyRow tally_rows[] = {
    {&ByteTally::payload, "payload_bytes", "of TCP"},
    {&ByteTally::in_messages, "message_bytes", "in messages"},
    {&ByteTally::no_frame, "garbage_bytes", "that are no frame"},
    {&ByteTally::unfinished, "unfinished_bytes", "of unfinished messages"},
    {&ByteTally::other_protocol, "other_protocol_bytes", "of another protocol"},
    {&ByteTally::repeated, "repeated_bytes", "sent again"},
    {&ByteTally::unchecked, "unchecked_bytes", "sent again and not compared"},
    {&ByteTally::conflicting, "conflicting_bytes", "unlike those heard before in their place"},
    {&ByteTally::late, "late_bytes", "too late for their place"},
    {&ByteTally::outside, "outside_bytes", "outside of the connection"},
};

ByteTally& ByteTally::operator+=(const ByteTally& other) {
    for (const TallyRow& row : tally_rows) {
        this->*row.member += other.*row.member;
    }
    return *this;
}

ByteTally tally_of(const record::ConnectionInfo& info) {
    return {info.payload,        info.in_messages,     info.no_frame,         info.unfinished,
            info.other_protocol, info.stream.repeated, info.stream.unchecked, info.stream.conflicting,
            info.stream.late,    info.stream.outside};
}

void write_tally(JsonWriter& json, const ByteTally& tally) {
    for (const TallyRow& row : tally_rows) {
        json.member(row.name, tally.*row.member);
    }
}

void write_connection(JsonWriter& json, const record::ConnectionInfo& info) {
    json.begin_object();
    json.member("connection", info.number);
    json.member("dialer", info.dialer.text());
    json.member("listener", info.listener.text());
    json.key("protocol");
    info.profile != nullptr ? json.string(info.profile->name) : json.null();
    json.member("messages", info.messages);
    json.member("malformed", info.malformed);
    json.member("tolerated", info.tolerated);
    json.member("dialer_bytes", info.bytes[0]);
    json.member("listener_bytes", info.bytes[1]);
    json.member("dialer_left", info.left[0]);
    json.member("listener_left", info.left[1]);
    json.member("missing_bytes", info.missing);
    write_tally(json, tally_of(info));
    json.end_object();
}

/// What of the file gave no segment of TCP, and why.
void write_unread(JsonWriter& json, const record::CaptureSummary& summary) {
    json.key("unread");
    json.begin_list();
    for (const record::Unread& row : summary.unread) {
        json.begin_object();
        json.member("kind", word_of(row.kind));
        json.member("reason", row.reason);
        json.member("packets", row.packets);
        json.member("bytes", row.bytes);
        json.end_object();
    }
    json.end_list();
    json.key("skipped_blocks");
    json.begin_list();
    for (const record::SkippedBlocks& row : summary.blocks) {
        json.begin_object();
        json.member("block", row.what);
        json.member("count", row.count);
        json.member("bytes", row.bytes);
        json.end_object();
    }
    json.end_list();
}

void show_connection(Output& out, const record::ConnectionInfo& info, std::size_t width) {
    const std::string protocol = info.profile != nullptr ? "protocol " + std::string(info.profile->name) : "no Hello";
    std::string line = std::to_string(info.number) + ": " + info.dialer.text() + " -> " + info.listener.text() + ", " +
                       protocol + ", " + plural(info.messages, "message");
    if (info.malformed != 0) { line += ", " + std::to_string(info.malformed) + " malformed"; }
    if (info.tolerated != 0) { line += ", " + std::to_string(info.tolerated) + " tolerated"; }
    if (info.missing != 0) { line += ", " + plural(info.missing, "byte") + " missing"; }
    if (const std::uint64_t left = info.left[0] + info.left[1]; left != 0) {
        line += ", the last message is not whole (" + plural(left, "byte") + ')';
    }
    ByteTally tally = tally_of(info);
    tally.unfinished -= info.left[0] + info.left[1]; // said already; the others were cut by gaps
    for (const TallyRow& row : tally_rows) {
        if (row.member == &ByteTally::payload || row.member == &ByteTally::in_messages || tally.*row.member == 0) {
            continue;
        }
        line += ", " + plural(tally.*row.member, "byte") + ' ' + row.words;
    }
    out.text(hanging("connection ", line, width) + '\n');
}

/// "4 packets carry no TCP: 3 ARP, 1 UDP"
void show_unread(Output& out, const record::CaptureSummary& summary, std::size_t width) {
    struct Row {
        record::StopKind kind;
        const char* words;
        Tone tone;
    };
    for (const Row& row : {Row{record::StopKind::no_tcp, " without TCP: ", Tone::plain},
                           Row{record::StopKind::not_understood, " not understood: ", Tone::yellow},
                           Row{record::StopKind::damaged, " not whole: ", Tone::yellow}}) {
        std::size_t packets = 0;
        std::uint64_t bytes = 0;
        std::string list;
        for (const record::Unread& one : summary.unread) {
            if (one.kind != row.kind) { continue; }
            packets += one.packets;
            bytes += one.bytes;
            list += (list.empty() ? "" : "; ") + std::to_string(one.packets) + ' ' + one.reason;
        }
        if (packets == 0) { continue; }
        const std::string front = plural(packets, "packet") + " (" + plural(bytes, "byte") + ')' + row.words;
        out.text(out.paint(row.tone, wrapped(front + list, width, 4)) + '\n');
    }
}

} // namespace

bool is_good(const record::CaptureSummary& summary) {
    const bool bad = std::ranges::any_of(summary.connections, [](const record::ConnectionInfo& info) {
        const record::StreamTally& stream = info.stream;
        return info.malformed != 0 || info.missing != 0 || stream.conflicting + stream.late + stream.outside != 0;
    });
    const bool unread = std::ranges::any_of(
        summary.unread, [](const record::Unread& row) { return row.kind != record::StopKind::no_tcp; });
    return !bad && !unread && summary.trouble.empty();
}

void write_summary(JsonWriter& json, const record::CaptureSummary& summary) {
    json.key("connections");
    json.begin_list();
    ByteTally all;
    for (const record::ConnectionInfo& info : summary.connections) {
        write_connection(json, info);
        all += tally_of(info);
    }
    json.end_list();
    json.member("packets", summary.packets);
    json.member("segments", summary.segments);
    json.member("joined_fragments", summary.joined);
    write_unread(json, summary);
    json.key("tcp");
    json.begin_object();
    write_tally(json, all);
    json.end_object();
    json.member("link", summary.link);
    json.member("file_bytes", summary.file_bytes);
    json.flag("compressed", summary.compressed);
    json.member("times_back", summary.times_back);
    json.member("without_time", summary.without_time);
    if (!summary.trouble.empty()) {
        json.member("trouble", summary.trouble);
        json.key("error");
        json.begin_object();
        json.member("code", "input.unreadable");
        json.member("detail", summary.trouble);
        json.end_object();
        json.member("unread_bytes", summary.unread_bytes);
    }
    json.flag("ok", is_good(summary));
}

void show_summary(Output& out, const record::CaptureSummary& summary, std::size_t width) {
    for (const record::ConnectionInfo& info : summary.connections) {
        if (info.payload + info.missing == 0) { continue; }
        show_connection(out, info, width);
    }
    std::string line = plural(summary.packets, "packet") + " (" + summary.link + "), " +
                       plural(summary.segments, "segment") + " of TCP, " +
                       plural(summary.connections.size(), "connection");
    if (summary.joined != 0) { line += ", " + plural(summary.joined, "IP fragment") + " put together"; }
    if (summary.times_back != 0) { line += ", " + plural(summary.times_back, "packet") + " older than the one before"; }
    if (summary.without_time != 0) { line += ", " + plural(summary.without_time, "packet") + " without a time"; }
    for (const record::SkippedBlocks& row : summary.blocks) {
        line += ", " + plural(row.count, "block") + " skipped (" + row.what + ')';
    }
    out.text(wrapped(line, width, 4) + '\n');
    show_unread(out, summary, width);
}

} // namespace ethpoc::cmd
