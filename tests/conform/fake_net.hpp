// FakeNet: sockets of a network that is only in memory, with a clock that jumps. Each write arrives as one piece, in
// order, after a little time; deadlines come when they are due and nobody waits for them. So a conversation of minutes
// between two drivers takes as long as their code does.
//
//   FakeNet net;
//   net.listen("127.0.0.1:30303", target);
//   net.dial(tester, "127.0.0.1:30303", 0ms);
//   while (!done && net.step(limit)) {}
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <queue>
#include <string>
#include <vector>

#include "peer/driver.hpp"

namespace ethpoc::test {

using peer::Time;

class FakeNet final : public peer::Transport {
  public:
    FakeNet() = default;
    ~FakeNet() override;
    FakeNet(const FakeNet&) = delete;
    FakeNet& operator=(const FakeNet&) = delete;

    Time now() const noexcept override { return now_; }
    /// Connections to HOST:PORT are `owner`'s, which outlives the net. While it has no room they are refused.
    void listen(const std::string& endpoint, peer::DriverOwner& owner) { listeners_[endpoint] = &owner; }
    /// Dials of `owner` come from this host; others from 198.51.100.1.
    void calls_from(const peer::DriverOwner& owner, std::string host) { hosts_[&owner] = std::move(host); }

    /// When something happens next; Time::max(): never.
    Time next() const;
    /// The next thing that happens, if it is due by `until`; otherwise the clock goes there. False: nothing was due.
    bool step(Time until);
    std::uint64_t steps() const noexcept { return steps_; }
    std::size_t open_connections() const noexcept { return ends_.size() / 2; }

    /// Every socket is gone, without a word to anybody.
    void clear() { ends_.clear(); }

    // peer::Transport
    void flush(wire::ConnectionId id) override { dirty_.push_back(id); }
    void dial(peer::DriverOwner& owner, const std::string& endpoint, std::chrono::milliseconds delay) override;

  private:
    struct Piece {
        enum class What : std::uint8_t { bytes, fin, reset };
        What what{};
        Time at{};
        Bytes bytes{};
    };
    struct End {
        wire::ConnectionId other = 0;
        peer::DriverOwner* owner = nullptr;
        std::unique_ptr<peer::Driver> driver{};
        std::deque<Piece> coming{}; // to this end
        std::size_t waiting = 0;    // bytes of them
        Time noted = Time::max();   // the deadline that an event stands for
        bool finished = false;      // it has closed its direction
        bool closed = false;
    };
    struct Call {
        peer::DriverOwner* owner = nullptr;
        std::string endpoint{};
    };
    struct Event {
        Time at{};
        std::uint64_t order = 0;
        wire::ConnectionId id = 0; // 0: a call
        friend bool operator>(const Event& a, const Event& b) { return a.at != b.at ? a.at > b.at : a.order > b.order; }
    };

    void wake(wire::ConnectionId id, Time at);
    void connect(const Call& call);
    void visit(wire::ConnectionId id);
    void take_pieces(wire::ConnectionId id);
    void write_all(wire::ConnectionId id);
    void settle(wire::ConnectionId id);
    void close(wire::ConnectionId id, Piece::What what);
    void send(wire::ConnectionId from, Piece::What what, Bytes bytes = {});
    End* find(wire::ConnectionId id);

    Time now_{std::chrono::hours(1)};
    std::uint64_t steps_ = 0;
    std::uint64_t order_ = 0;
    wire::ConnectionId last_id_ = 0;
    std::uint16_t last_port_ = 40000;
    std::map<std::string, peer::DriverOwner*> listeners_{};
    std::map<const peer::DriverOwner*, std::string> hosts_{};
    std::map<wire::ConnectionId, End> ends_{};
    std::map<std::uint64_t, Call> calls_{}; // by Event::order
    std::priority_queue<Event, std::vector<Event>, std::greater<>> events_{};
    std::vector<wire::ConnectionId> dirty_{};
};

} // namespace ethpoc::test
