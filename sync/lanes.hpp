// CommandLanes: what peers want of the chain thread, waiting. A lane for each peer, lanes in groups by address; the
// chain takes one command of each group in turn, and of each lane within its group, so nobody waits behind what another
// has piled up; a group that was answered with many bytes misses turns until the others had as many. Bounded in bytes
// by lane, by address and in all; nothing is dropped that its sender can still hear of.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "sync/budget.hpp"
#include "sync/command.hpp"

namespace ethpoc::sync {

/// A fair queue to the chain thread. Calls may come from both threads; it locks itself.
class CommandLanes {
  public:
    /// `max_bytes`: of all lanes. `on_room`: a lane that was full() can take in more again; called from the chain
    /// thread.
    explicit CommandLanes(std::size_t max_bytes, std::function<void(ConnectionId)> on_room = {});

    /// Whose commands those of `peer` count with; without it the peer has a group of its own and no account.
    void open(ConnectionId peer, std::shared_ptr<Account> account);

    /// Always takes the command, so that what was read is never lost; the caller asks full() before it reads more.
    void push(Command command);
    /// True: read nothing more of this peer until on_room. A peer of which nothing waits is never full.
    bool full(ConnectionId peer) const;
    /// The peer has gone: what it asked for is dropped, since nobody is there to hear the answer; so are its blocks and
    /// transactions when its address holds more than its share. Then PeerDown waits as its last command.
    void leave(ConnectionId peer);

    /// The next command; waits until `until`. Nothing: the time is over, or wake() or close() was called.
    std::optional<Command> pop(std::chrono::steady_clock::time_point until);
    /// The next command without waiting; nothing: there is none.
    std::optional<Command> try_pop();
    /// More of this command is to be done: it comes again after the others have had their turn. `served`: bytes with
    /// which it was answered so far, since it was taken.
    void put_back(Command command, std::size_t served = 0);
    /// The command has been carried out.
    void done(const Command& command, std::size_t served = 0);

    /// Ends one pop(), this one or the next, though nothing may be there. Any thread.
    void wake();
    /// Wakes pop(), which gives nothing from then on.
    void close();
    /// close() was called.
    bool closed() const;
    std::size_t max_bytes() const noexcept { return max_bytes_; }
    std::size_t bytes() const;     // of everything that waits or is being carried out
    std::uint64_t dropped() const; // commands of peers that had gone

    static constexpr std::size_t shares = 8; // a lane may hold an eighth of the whole, and the command that goes beyond
    static constexpr std::size_t quantum = 4096; // bytes of answers that go with a turn

  private:
    struct Group;
    struct Lane {
        std::deque<Command> waiting{};
        std::size_t bytes = 0; // also of the command that is being carried out
        bool was_full = false;
        bool queued = false; // stands in its group
        bool gone = false;
        std::shared_ptr<Account> account{};
        Group* group = nullptr;
    };
    struct Group {
        std::deque<Lane*> turns{}; // lanes with something to do
        std::size_t lanes = 0;
        std::size_t debt = 0; // bytes that it was answered beyond its turns
    };

    Lane& lane_of(ConnectionId peer);
    void enqueue(Lane& lane);
    std::optional<Command> take();
    Group* next_group();
    static void serve(Lane& lane, std::size_t bytes);
    void uncharge(Lane& lane, std::size_t bytes);
    void erase_if_over(ConnectionId peer);
    bool is_full(const Lane& lane) const;

    const std::size_t max_bytes_;
    const std::function<void(ConnectionId)> on_room_;
    mutable std::mutex mutex_{};
    std::condition_variable filled_{};
    mutable std::map<ConnectionId, Lane> lanes_{};
    std::map<const void*, Group> groups_{}; // by account, or by the lane itself
    std::deque<Group*> turns_{};
    std::size_t bytes_ = 0;
    std::uint64_t dropped_ = 0;
    bool woken_ = false;
    bool closed_ = false;
};

} // namespace ethpoc::sync
