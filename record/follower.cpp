#include "record/follower.hpp"

#include <algorithm>

#include "wire/frame.hpp"

namespace ethpoc::record {
namespace {

using wire::Side;

constexpr std::size_t index_of(Side side) noexcept {
    return static_cast<std::size_t>(side);
}

/// Sequence numbers that are this near belong together; those of two connections differ by chance.
constexpr std::int64_t near_before = 64 << 10;
constexpr std::int64_t near_behind = 16 << 20;

/// The dialer is the sender of the SYN; in a capture that began later, the one with the higher port.
bool sender_dialled(const TcpSegment& segment) {
    if (segment.syn) { return !segment.ack; }
    return segment.from.port > segment.to.port;
}

} // namespace

Side Follower::side_of(const Connection& connection, const TcpSegment& segment) {
    return segment.from == connection.info.dialer ? Side::dialer : Side::listener;
}

/// Is it the very SYN that this connection began with?
bool Follower::opened_by(const Connection& connection, const TcpSegment& segment) {
    if (connection.live == nullptr) { return false; }
    const TcpStream& own = connection.live->streams[index_of(side_of(connection, segment))];
    return own.began_with_syn() && own.first() == segment.sequence + 1;
}

/// Does this SYN begin another connection? Not the same one sent again; not that of a simultaneous open; not one that
/// comes a little behind the first data (packets are not always captured in order).
bool Follower::begins_anew(const Connection& connection, const TcpSegment& segment) {
    const Side from = side_of(connection, segment);
    const TcpStream& own = connection.live->streams[index_of(from)];
    const TcpStream& other = connection.live->streams[index_of(wire::other(from))];
    if (!own.started()) { return connection.over && !segment.ack; }
    const auto before = static_cast<std::int32_t>(own.first() - (segment.sequence + 1));
    if (before == 0) { return connection.over && !segment.ack; }
    const bool behind_its_data = !own.began_with_syn() && before > 0 && before < near_before;
    const bool answers = segment.ack && other.began_with_syn() && segment.acknowledged == other.first();
    return !behind_its_data && !answers;
}

/// Can it be a segment of this connection, by its numbers?
bool Follower::fits(const Connection& connection, const TcpSegment& segment) {
    const auto near = [](const TcpStream& stream, std::uint32_t sequence) {
        const std::int64_t place = stream.place_of(sequence);
        return place >= -near_before && place - static_cast<std::int64_t>(stream.position()) <= near_behind;
    };
    if (connection.live == nullptr) { return false; }
    const Side from = side_of(connection, segment);
    const TcpStream& own = connection.live->streams[index_of(from)];
    const TcpStream& other = connection.live->streams[index_of(wire::other(from))];
    if (own.started()) { return near(own, segment.sequence); }
    return !segment.ack || !other.started() || near(other, segment.acknowledged);
}

Follower::Connection* Follower::open(const TcpSegment& segment) {
    if (connections_.size() >= options_.max_connections) {
        untracked_ = true;
        return nullptr;
    }
    Connection& made = connections_.emplace_back();
    made.live = std::make_unique<Live>(options_.assumed, &memory_);
    made.info.number = connections_.size() - 1;
    const bool dialled = sender_dialled(segment);
    made.info.dialer = dialled ? segment.from : segment.to;
    made.info.listener = dialled ? segment.to : segment.from;
    return &made;
}

/// nullptr: untracked_, or an acknowledgement of something that began before the capture.
Follower::Connection* Follower::find(const TcpSegment& segment) {
    const Ends ends = std::minmax(segment.from, segment.to);
    const auto found = by_ends_.find(ends);
    if (found == by_ends_.end()) {
        if (!segment.syn && segment.data_size == 0) { return nullptr; }
        Connection* const made = open(segment);
        if (made != nullptr) { by_ends_[ends].now = made; }
        return made;
    }
    Pair& pair = found->second;
    if (!segment.syn) {
        if (fits(*pair.now, segment)) { return pair.now; }
        if (pair.before != nullptr && fits(*pair.before, segment)) { return pair.before; }
        // Other numbers behind the end: another connection, whose SYN was not captured.
        if (!pair.now->over || segment.data_size == 0) { return pair.now; }
    } else {
        if (!begins_anew(*pair.now, segment)) { return pair.now; }
        if (pair.before != nullptr && opened_by(*pair.before, segment)) { return pair.before; }
    }
    Connection* const made = open(segment);
    if (made == nullptr) { return nullptr; }
    if (pair.before != nullptr) { close(*pair.before); }
    pair = {made, pair.now};
    return made;
}

TcpStream::Sink Follower::sink(Connection& connection, Side from) {
    return {[this, &connection, from](BytesView bytes, double seconds) {
                Live& live = connection.state();
                seconds_ = seconds;
                std::uint64_t& place = connection.info.bytes[index_of(from)];
                if (options_.stream) { options_.stream(connection.info.number, from, place, bytes); }
                place += bytes.size();
                ++live.segments[index_of(from)];
                live.conversation.feed(from, bytes, *this);
                if (live.conversation.left_over(from) == 0) { live.segments[index_of(from)] = 0; }
            },
            [this, &connection, from](std::uint64_t bytes, double seconds) {
                seconds_ = seconds;
                gap(connection, from, bytes);
            },
            [this, &connection, from](const Aside& aside) {
                Heard heard{.seconds = seconds_, .connection = connection.info.number, .from = from};
                heard.aside = &aside;
                heard.offset = static_cast<std::uint64_t>(std::max<std::int64_t>(aside.place, 0));
                put(heard);
            }};
}

bool Follower::take(const TcpSegment& segment, double seconds) {
    untracked_ = false;
    Connection* const connection = find(segment);
    if (connection == nullptr) { return !untracked_; }
    seconds_ = seconds;
    current_ = connection;
    connection->info.payload += std::min(segment.data.size(), segment.data_size);
    const Side from = side_of(*connection, segment);
    connection->live->streams[index_of(from)].take(segment, seconds, sink(*connection, from));
    if (segment.ack && !segment.syn && !segment.rst) {
        connection->live->streams[index_of(wire::other(from))].announce(segment.acknowledged, seconds);
    }
    if (segment.fin || segment.rst) { connection->over = true; }
    return true;
}

/// The stream of a side up to `end` is of one `kind` now, as far as it was none before.
void Follower::account(Side from, std::uint64_t end, std::uint64_t& kind) {
    std::uint64_t& place = current_->live->accounted[index_of(from)];
    if (end <= place) { return; }
    kind += end - place;
    place = end;
}

void Follower::said(const wire::Said& said) {
    Connection& connection = *current_;
    std::size_t& segments = connection.live->segments[index_of(said.from)];
    ++connection.info.messages;
    if (said.error != nullptr) { ++connection.info.malformed; }
    if (said.tolerated != nullptr) { ++connection.info.tolerated; }
    account(said.from, said.offset + wire::frame_header_size + said.payload.size(), connection.info.in_messages);
    Heard heard{.seconds = seconds_, .connection = connection.info.number, .from = said.from};
    heard.segments = std::max<std::size_t>(segments, 1);
    heard.said = &said;
    heard.offset = said.offset;
    put(heard);
    segments = 1; // the next message begins in the same segment
}

void Follower::garbage(Side from, const Error& error) {
    ConnectionInfo& info = current_->info;
    if (settling_) {
        if (error.code == &wire::errors::incomplete) { return; } // settle() counts it
        const std::uint64_t end = info.bytes[index_of(from)];
        if (info.messages == 0 && info.malformed == 0) { return account(from, end, info.other_protocol); }
        account(from, end, info.no_frame);
    } else {
        account(from, std::min(error.offset + error.length, info.bytes[index_of(from)]), info.no_frame);
    }
    ++info.malformed;
    Heard heard{.seconds = seconds_, .connection = info.number, .from = from, .segments = 1};
    heard.garbage = &error;
    heard.offset = error.offset;
    put(heard);
}

/// Nothing follows on what came of this side: tells of garbage that no token has ended. Returns the bytes of a frame
/// that will not be finished.
std::uint64_t Follower::settle(Connection& connection, Side from) {
    current_ = &connection;
    settling_ = true;
    connection.live->conversation.finish(from, *this);
    settling_ = false;
    const std::uint64_t before = connection.info.unfinished;
    account(from, connection.info.bytes[index_of(from)], connection.info.unfinished);
    return connection.info.unfinished - before;
}

void Follower::gap(Connection& connection, Side from, std::uint64_t bytes) {
    const std::uint64_t unfinished = settle(connection, from);
    Live& live = connection.state();
    const std::uint64_t place = connection.info.bytes[index_of(from)];
    connection.info.missing += bytes;
    connection.info.bytes[index_of(from)] += bytes;
    live.accounted[index_of(from)] += bytes;
    live.conversation.lost(from, bytes);
    live.segments[index_of(from)] = 0;
    Heard heard{.seconds = seconds_, .connection = connection.info.number, .from = from};
    heard.gap = bytes;
    heard.offset = place;
    heard.unfinished = unfinished;
    put(heard);
}

void Follower::close(Connection& connection) {
    if (connection.live == nullptr) { return; }
    current_ = &connection;
    StreamTally& sum = connection.info.stream;
    for (const Side side : {Side::dialer, Side::listener}) {
        TcpStream& stream = connection.live->streams[index_of(side)];
        stream.finish(sink(connection, side));
        connection.info.left[index_of(side)] = settle(connection, side);
        const StreamTally& one = stream.tally();
        sum = {sum.told + one.told,
               sum.repeated + one.repeated,
               sum.unchecked + one.unchecked,
               sum.conflicting + one.conflicting,
               sum.late + one.late,
               sum.outside + one.outside,
               0};
    }
    connection.info.profile = connection.live->conversation.profile();
    connection.live.reset();
}

std::vector<ConnectionInfo> Follower::finish() {
    std::vector<ConnectionInfo> out;
    for (Connection& connection : connections_) {
        close(connection);
        out.push_back(connection.info);
    }
    return out;
}

} // namespace ethpoc::record
