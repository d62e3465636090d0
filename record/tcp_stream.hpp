// TcpStream: the segments of one direction of a connection, put in order. Of two that bring the same place the first
// one heard is told; what comes again is compared with it. Early segments wait, and what never came becomes a gap.
//
//   arrive   [0,5)  [9,12)  [5,9)  [5,9)  ..  [20,25)  end
//   leave    [0,5)          [5,12)            gap [12,20)  [20,25)
//   counted                        repeated 4
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "record/tcp_segment.hpp"

namespace ethpoc::record {

/// What all streams of a capture keep together. Beyond a limit each keeps less, for itself.
struct StreamMemory {
    std::size_t max_waiting = 256u << 20;
    std::size_t max_recent = 64u << 20;
    std::size_t waiting = 0; // bytes of early segments
    std::size_t recent = 0;  // of what was told, to compare with it
};

/// What became of the captured bytes of all segments: their sum is what they brought, when nothing waits.
struct StreamTally {
    std::uint64_t told = 0;
    std::uint64_t repeated = 0;    // again, and the same
    std::uint64_t unchecked = 0;   // again, after what they could be compared with was forgotten
    std::uint64_t conflicting = 0; // again, and other ones
    std::uint64_t late = 0;        // in a place that was told as a gap, or before the first byte that was heard
    std::uint64_t outside = 0;     // before the first byte of the connection, or too far ahead
    std::uint64_t waiting = 0;

    std::uint64_t sum() const noexcept { return told + repeated + unchecked + conflicting + late + outside + waiting; }
    friend bool operator==(const StreamTally&, const StreamTally&) = default;
};

/// Captured bytes that are not told, because of their place in the stream.
struct Aside {
    /// What an Aside tells of: other bytes at a place that was told, bytes for a place that is given up, or bytes far
    /// outside.
    enum class Kind : std::uint8_t { conflicting, late, outside };
    Kind kind{};
    std::int64_t place = 0; // of the first one, from the first byte of the stream
    std::uint64_t bytes = 0;
};

/// One direction of one connection.
class TcpStream {
  public:
    /// Early segments that wait, at most, in bytes and in number; beyond that the missing bytes are given up.
    static constexpr std::size_t max_waiting = 4u << 20;
    static constexpr std::size_t max_segments = 4096;
    /// What was told and is kept to compare with it.
    static constexpr std::size_t max_recent = 64u << 10;
    /// Nothing is believed to be that far ahead: a window of TCP is smaller.
    static constexpr std::int64_t max_ahead = 256 << 20;
    /// Bytes at the end that never came are a gap if a later segment without data counts so many, at most.
    static constexpr std::int64_t max_announced = 16 << 20;

    /// Who hears the stream. Views live during the call; `seconds` are of the segment that brought them.
    struct Sink {
        std::function<void(BytesView, double seconds)> bytes;
        std::function<void(std::uint64_t, double seconds)> gap; // so many bytes are missing
        std::function<void(const Aside&)> aside{};
    };

    /// `memory` must outlive it; nullptr: its own limits only.
    explicit TcpStream(StreamMemory* memory = nullptr) : memory_(memory) {}
    TcpStream(const TcpStream&) = delete;
    TcpStream& operator=(const TcpStream&) = delete;
    ~TcpStream() { forget(); }

    /// Takes one segment of this direction and tells `sink` whatever is in order now.
    void take(const TcpSegment& segment, double seconds, const Sink& sink);
    /// What stands before `sequence` was sent, as a later segment or the receiver says, although it may not be in the
    /// capture. Does nothing before the stream started.
    void announce(std::uint32_t sequence, double seconds);
    /// Nothing more will come: gives up what is missing, and its memory.
    void finish(const Sink& sink);

    std::uint64_t position() const noexcept { return next_; } // bytes so far, gaps included
    bool started() const noexcept { return first_.has_value(); }
    bool began_with_syn() const noexcept { return with_syn_; }
    /// Sequence number of the first byte; 0 before it started.
    std::uint32_t first() const noexcept { return first_.value_or(0); }
    /// Where a sequence number stands: bytes from the first one. Of the possible ones the nearest to what is expected.
    std::int64_t place_of(std::uint32_t sequence) const noexcept;
    const StreamTally& tally() const noexcept { return tally_; }

  private:
    struct Piece {
        std::int64_t place = 0;
        BytesView data{};
        std::size_t cut = 0; // bytes behind `data` that the capture left out
        double seconds = 0;
        void skip(std::uint64_t size);
    };
    struct Early {
        Bytes data;
        std::size_t cut = 0;
        double seconds = 0;
    };
    using Waiting = std::map<std::uint64_t, Early>;
    struct Range {
        std::uint64_t begin = 0;
        std::uint64_t end = 0;
    };

    void take_piece(Piece piece, const Sink& sink);
    void pass_known(Piece& piece);
    void keep_early(const Piece& piece);
    Waiting::iterator drop_probe(Waiting::iterator it);
    void add_early(std::uint64_t place, BytesView data, std::size_t cut, double seconds);
    void compare(std::uint64_t place, BytesView data, BytesView before);
    void note(Aside::Kind kind, std::int64_t place, std::uint64_t bytes);
    void deliver(BytesView data, std::size_t cut, double seconds, const Sink& sink);
    void skip_gap(std::uint64_t bytes, double seconds, const Sink& sink);
    void drain(double seconds, const Sink& sink);
    void give_up_gap(const Sink& sink);
    bool too_much_waits() const noexcept;
    void remember(BytesView data);
    void forget();
    void tell_asides(const Sink& sink);

    StreamMemory* memory_;
    std::optional<std::uint32_t> first_{};
    bool with_syn_ = false;
    std::uint64_t announced_ = 0; // so many bytes were sent, as others say than those that brought them
    double announced_at_ = 0;
    std::optional<std::int64_t> fin_{}; // the place behind the last byte
    std::uint64_t next_ = 0;            // place of the byte that is expected
    Waiting waiting_{};                 // do not overlap
    Bytes recent_{};                    // what was told, up to next_, without a gap in it
    std::vector<Range> gaps_{};         // of late, the oldest first
    StreamTally tally_{};
    std::vector<Aside> asides_{}; // of the segment that is being taken, one of each kind at most
};

} // namespace ethpoc::record
