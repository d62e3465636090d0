#include "record/capture.hpp"

#include <memory>
#include <pcap/pcap.h>
#include <utility>

namespace ethpoc::record {
namespace {

using wire::Side;

struct ClosePcap {
    void operator()(pcap_t* handle) const noexcept { pcap_close(handle); }
};
using Handle = std::unique_ptr<pcap_t, ClosePcap>;

constexpr std::size_t index_of(Side side) noexcept {
    return static_cast<std::size_t>(side);
}

/// One TCP connection that is being followed.
struct Connection {
    ConnectionInfo info{};
    wire::Conversation conversation;
    std::array<TcpStream, 2> streams{};
    std::array<std::size_t, 2> segments{}; // since the last message of this side
    bool over = false;
};

class Follower final : public wire::ConversationListener {
  public:
    Follower(const CaptureOptions& options, const std::function<bool(const Heard&)>& hear) :
        options_(options), hear_(hear) {}

    void take(const TcpSegment& segment, double seconds, CaptureSummary& summary);
    void finish(CaptureSummary& summary);
    bool going() const noexcept { return going_; }

    void said(const wire::Said& said) override;
    void garbage(Side from, const Error& error) override;

  private:
    using Ends = std::pair<TcpAddress, TcpAddress>; // the smaller one first

    Connection* find(const TcpSegment& segment, CaptureSummary& summary);
    TcpStream::Sink sink(Connection& connection, Side from);
    void gap(Connection& connection, Side from, std::uint64_t bytes);
    void close(Connection& connection);
    void put(const Heard& heard) { going_ = going_ && hear_(heard); }

    CaptureOptions options_;
    const std::function<bool(const Heard&)>& hear_;
    std::list<Connection> connections_{};
    std::map<Ends, Connection*> by_ends_{};
    Connection* current_ = nullptr;
    double seconds_ = 0;
    bool going_ = true;
};

/// The dialer is the sender of the SYN; in a capture that began later, the one with the higher port.
bool sender_dialled(const TcpSegment& segment) {
    if (segment.syn) { return !segment.ack; }
    return segment.from.port > segment.to.port;
}

Connection* Follower::find(const TcpSegment& segment, CaptureSummary& summary) {
    const Ends ends = std::minmax(segment.from, segment.to);
    const auto found = by_ends_.find(ends);
    const bool opens = segment.syn && !segment.ack;
    // The same ports again, later: a new connection.
    const bool again = opens && found != by_ends_.end() && found->second->over;
    if (found != by_ends_.end() && !again) { return found->second; }
    if (!opens && segment.data_size == 0) { return nullptr; }
    if (connections_.size() >= options_.max_connections) {
        ++summary.untracked;
        return nullptr;
    }
    Connection& made = connections_.emplace_back(Connection{{}, wire::Conversation(options_.assumed)});
    made.info.number = connections_.size() - 1;
    const bool dialled = sender_dialled(segment);
    made.info.dialer = dialled ? segment.from : segment.to;
    made.info.listener = dialled ? segment.to : segment.from;
    return by_ends_[ends] = &made;
}

TcpStream::Sink Follower::sink(Connection& connection, Side from) {
    return {[this, &connection, from](BytesView bytes) {
                connection.info.bytes[index_of(from)] += bytes.size();
                ++connection.segments[index_of(from)];
                connection.conversation.feed(from, bytes, *this);
                if (connection.conversation.left_over(from) == 0) { connection.segments[index_of(from)] = 0; }
            },
            [this, &connection, from](std::uint64_t bytes) { gap(connection, from, bytes); }};
}

void Follower::take(const TcpSegment& segment, double seconds, CaptureSummary& summary) {
    Connection* const connection = find(segment, summary);
    if (connection == nullptr) { return; }
    seconds_ = seconds;
    current_ = connection;
    const Side from = segment.from == connection->info.dialer ? Side::dialer : Side::listener;
    TcpStream& stream = connection->streams[index_of(from)];
    stream.take(segment, sink(*connection, from));
    if (segment.fin || segment.rst) { connection->over = true; }
}

void Follower::said(const wire::Said& said) {
    Connection& connection = *current_;
    std::size_t& segments = connection.segments[index_of(said.from)];
    ++connection.info.messages;
    if (said.error != nullptr) { ++connection.info.malformed; }
    put({seconds_, connection.info.number, said.from, std::max<std::size_t>(segments, 1), &said, nullptr, 0,
         said.offset});
    segments = 1; // the next message begins in the same segment
}

void Follower::garbage(Side from, const Error& error) {
    ++current_->info.malformed;
    put({seconds_, current_->info.number, from, 1, nullptr, &error, 0, error.offset});
}

void Follower::gap(Connection& connection, Side from, std::uint64_t bytes) {
    const std::uint64_t place = connection.info.bytes[index_of(from)];
    connection.info.missing += bytes;
    connection.info.bytes[index_of(from)] += bytes;
    connection.conversation.lost(from, bytes);
    connection.segments[index_of(from)] = 0;
    put({seconds_, connection.info.number, from, 0, nullptr, nullptr, bytes, place});
}

void Follower::close(Connection& connection) {
    current_ = &connection;
    for (const Side side : {Side::dialer, Side::listener}) {
        connection.streams[index_of(side)].finish(sink(connection, side));
        connection.info.left[index_of(side)] = connection.conversation.left_over(side);
    }
    connection.info.profile = connection.conversation.profile();
}

void Follower::finish(CaptureSummary& summary) {
    for (Connection& connection : connections_) {
        close(connection);
        summary.connections.push_back(connection.info);
    }
}

std::expected<Handle, std::string> open_capture(const std::string& file) {
    std::array<char, PCAP_ERRBUF_SIZE> why{};
    pcap_t* const handle =
        pcap_open_offline_with_tstamp_precision(file.c_str(), PCAP_TSTAMP_PRECISION_NANO, why.data());
    if (handle == nullptr) { return std::unexpected(std::string(why.data())); }
    return Handle(handle);
}

std::string known_links() {
    return "Ethernet, raw IP, loopback and Linux cooked captures can be read";
}

} // namespace

std::expected<CaptureSummary, std::string> read_capture(const std::string& file, const CaptureOptions& options,
                                                        const std::function<bool(const Heard&)>& hear) {
    auto handle = open_capture(file);
    if (!handle) { return std::unexpected(std::move(handle.error())); }
    const int link_type = pcap_datalink(handle->get());
    if (link_name(link_type) == nullptr) {
        const char* const name = pcap_datalink_val_to_name(link_type);
        return std::unexpected("link type " + std::to_string(link_type) +
                               (name != nullptr ? " (" + std::string(name) + ")" : "") + " is not known here; " +
                               known_links());
    }
    CaptureSummary summary;
    summary.link = link_name(link_type);
    Follower follower(options, hear);
    pcap_pkthdr* header = nullptr;
    const u_char* data = nullptr;
    double first = 0;
    int got = 1;
    while (follower.going() && (got = pcap_next_ex(handle->get(), &header, &data)) == 1) {
        const double now = static_cast<double>(header->ts.tv_sec) + static_cast<double>(header->ts.tv_usec) / 1e9;
        if (summary.packets++ == 0) { first = now; }
        summary.seconds = now - first;
        if (const auto segment = read_segment(link_type, {data, header->caplen})) {
            ++summary.segments;
            follower.take(*segment, now - first, summary);
        }
    }
    if (got == PCAP_ERROR) { summary.trouble = pcap_geterr(handle->get()); }
    follower.finish(summary);
    return summary;
}

} // namespace ethpoc::record
