// Probe: one connection of the tester. It sends what it is told, write by write, and cuts what comes into frames; it
// knows no message.
#pragma once

#include <deque>

#include "conform/heard.hpp"
#include "peer/driver.hpp"
#include "wire/frame.hpp"

namespace ethpoc::conform {

/// Moments of the clock that drivers go by.
using peer::Time;
class Probe;

/// Hears what comes on a probe, in its order.
class ProbeWatcher {
  public:
    virtual ~ProbeWatcher() = default;
    /// As they came, before they are frames.
    virtual void on_bytes(Probe& /*probe*/, BytesView /*bytes*/) {}
    /// `payload` goes away after the call.
    virtual void on_frame(Probe& probe, BytesView payload, Time now) = 0;
    /// A run of so many bytes that are no frame.
    virtual void on_garbage(Probe& probe, std::uint64_t size, Time now) = 0;
    /// The target closed its direction, or the connection broke. Once.
    virtual void on_ended(Probe& probe, Ending how, Time now) = 0;
    /// The last write has left.
    virtual void on_sent(Probe& probe, Time now) = 0;
};

/// Frames of more bytes are not read: the target is hostile until proven otherwise.
inline constexpr std::size_t most_heard = 64u << 20;

/// One connection: sends what it is told and cuts what comes.
class Probe final : public peer::Driver {
  public:
    /// `watcher` outlives it. `line`: the watcher's number for it.
    Probe(ProbeWatcher& watcher, wire::ConnectionId id, Line line);

    wire::ConnectionId id() const noexcept { return id_; }
    Line line() const noexcept { return line_; }

    // ---- what it shall do; Transport::flush() afterwards
    void send(Bytes bytes); // one write
    /// The last bytes of the target were a frame's beginning.
    bool inside_frame() const { return decoder_.unfinished().has_value(); }
    bool has_unsent() const noexcept { return !writes_.empty(); }
    /// Bytes that wait, for a target that does not read.
    std::size_t unsent() const noexcept;
    void finish() noexcept { finishes_ = true; } // our direction is closed once all has left
    void reset() noexcept;                       // now, and with RST
    /// Both directions, once all has left.
    void close_when_sent() noexcept { closes_ = true; }
    /// Now, and without a word.
    void drop() noexcept { ended_ = true; }
    /// From now on bytes stay in the socket; the target's window fills.
    void stop_reading() noexcept { reads_ = false; }

    // ---- peer::Driver
    void start(Time now) override;
    void receive(BytesView bytes, Time now) override;
    void receive_eof(Time now) override;
    void receive_error(std::string why) override;
    void tick(Time now) override;
    bool wants_bytes() const override { return reads_ && !gone_; }
    const Bytes* writable(Time now) override;
    void wrote(Time now) override;
    void moved(Time now) override;
    Time deadline() const override { return Time::max(); }
    bool ended() const override;
    bool finishes() const override { return finishes_ && writes_.empty(); }
    bool resets() const override { return resets_; }

  private:
    void end(Ending how, Time now);

    ProbeWatcher& watcher_;
    wire::ConnectionId id_;
    Line line_;
    wire::FrameDecoder decoder_;
    std::deque<Bytes> writes_{};
    Time last_seen_{};
    bool reads_ = true;
    bool finishes_ = false;
    bool closes_ = false;
    bool resets_ = false;
    bool ended_ = false;
    bool gone_ = false; // the target ended it
};

} // namespace ethpoc::conform
