// Follower: segments of TCP by connection. Finds out where one ends and the next one on the same addresses begins, puts
// the streams together and tells what was said in them.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <utility>

#include "record/tcp_stream.hpp"
#include "wire/conversation.hpp"

namespace ethpoc::record {

/// One thing that happened in a connection. Views live during the call only.
struct Heard {
    double seconds = 0; // since the first packet; less than zero for a packet that says it is older than it
    std::size_t connection = 0;
    wire::Side from{};
    std::size_t segments = 0;         // of TCP that brought the message
    const wire::Said* said = nullptr; // a message, or
    const Error* garbage = nullptr;   // bytes that are no frame, or
    const Aside* aside = nullptr;     // bytes that have no place in the stream, or
    std::uint64_t gap = 0;            // bytes that are not in the capture,
    std::uint64_t offset = 0;         // from here on in the stream of this side
    std::uint64_t unfinished = 0;     // with a gap: bytes before it of a message that it cut
};

/// What is known of a connection at the end.
struct ConnectionInfo {
    std::size_t number = 0;
    TcpAddress dialer{};
    TcpAddress listener{};
    std::array<std::uint64_t, 2> bytes{}; // by wire::Side; gaps included
    std::array<std::uint64_t, 2> left{};  // of an unfinished frame at the end
    std::size_t messages = 0;
    std::size_t malformed = 0;
    std::size_t tolerated = 0;              // messages that a peer reads although they are not right
    std::uint64_t missing = 0;              // bytes of gaps
    const wire::Profile* profile = nullptr; // nullptr: no Hello was heard

    // Every captured byte of its segments is in one of these: stream.told is the sum of the four, stream.sum() that of
    // all.
    std::uint64_t payload = 0;        // captured bytes
    std::uint64_t in_messages = 0;    // frames, with their headers
    std::uint64_t no_frame = 0;       // told as garbage
    std::uint64_t unfinished = 0;     // of frames that a gap or the end has cut
    std::uint64_t other_protocol = 0; // of a connection in which no frame was ever seen
    StreamTally stream{};             // of both sides
};

/// The next bytes of one side of a connection, `place` bytes from its first one; what a gap leaves out is not told. The
/// view lives during the call.
using StreamListener =
    std::function<void(std::size_t connection, wire::Side from, std::uint64_t place, BytesView bytes)>;

/// How segments are followed. Pointers and callables outlive the follower.
struct FollowOptions {
    const wire::Profile* assumed = nullptr;
    std::size_t max_connections = 20'000;
    StreamListener stream{}; // may be empty
};

/// Keeps a conversation and two streams for each open connection; see the head of this file.
class Follower final : public wire::ConversationListener {
  public:
    /// `hear` returns false when it has enough.
    Follower(FollowOptions options, std::function<bool(const Heard&)> hear) :
        options_(std::move(options)), hear_(std::move(hear)) {}

    /// False: the segment belongs to a connection beyond the limit, and nothing was done with it.
    bool take(const TcpSegment& segment, double seconds);
    /// The end of the capture; what was found, in the order in which the connections began.
    std::vector<ConnectionInfo> finish();
    bool going() const noexcept { return going_; }

    void said(const wire::Said& said) override;
    void garbage(wire::Side from, const Error& error) override;

  private:
    /// What is needed while segments come.
    struct Live {
        Live(const wire::Profile* assumed, StreamMemory* memory) :
            conversation(assumed), streams{TcpStream(memory), TcpStream(memory)} {}
        wire::Conversation conversation;
        std::array<TcpStream, 2> streams;
        std::array<std::size_t, 2> segments{};    // since the last message of this side
        std::array<std::uint64_t, 2> accounted{}; // up to here the stream is in messages, garbage or gaps
    };
    struct Connection {
        ConnectionInfo info{};
        std::unique_ptr<Live> live{};
        bool over = false; // FIN or RST
        Live& state() const { return *live; }
    };
    /// On the same addresses: the one of now, and the one before it, whose last segments may still come.
    struct Pair {
        Connection* now = nullptr;
        Connection* before = nullptr;
    };
    using Ends = std::pair<TcpAddress, TcpAddress>; // the smaller one first

    static wire::Side side_of(const Connection& connection, const TcpSegment& segment);
    static bool begins_anew(const Connection& connection, const TcpSegment& segment);
    static bool opened_by(const Connection& connection, const TcpSegment& segment);
    static bool fits(const Connection& connection, const TcpSegment& segment);
    Connection* find(const TcpSegment& segment);
    Connection* open(const TcpSegment& segment);
    TcpStream::Sink sink(Connection& connection, wire::Side from);
    void gap(Connection& connection, wire::Side from, std::uint64_t bytes);
    std::uint64_t settle(Connection& connection, wire::Side from);
    void account(wire::Side from, std::uint64_t end, std::uint64_t& kind);
    void close(Connection& connection);
    void put(const Heard& heard) { going_ = going_ && hear_(heard); }

    FollowOptions options_;
    std::function<bool(const Heard&)> hear_;
    StreamMemory memory_{};
    std::list<Connection> connections_{};
    std::map<Ends, Pair> by_ends_{};
    Connection* current_ = nullptr;
    double seconds_ = 0;
    bool settling_ = false;
    bool untracked_ = false;
    bool going_ = true;
};

} // namespace ethpoc::record
