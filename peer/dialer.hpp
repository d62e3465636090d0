// Dialer: whom we dial, with which version, and when again. No sockets and no clock: it asks to dial, and is told what
// came of it.
//
//   want ──► one connection ──their Hello──► mirrored, ready
//              │ silent for hello_wait: it waits for ours
//              ▼
//            our best guess, and beside it two more connections with the next two
//              │ closed at our Hello (2 to 3 s): that version is not its own
//              ▼
//            the next version that was not tried yet, until none is left ──► a pause that grows, and from the start
//
// Only what means "another version" leads to another guess: a plain close, and the reasons bad protocol and
// incompatible. Too many peers, already connected, quitting mean a pause.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "peer/observer.hpp"
#include "peer/session.hpp"
#include "peer/versions.hpp"

namespace ethpoc::peer {

/// Versions, pauses and numbers of tries.
struct DialerOptions {
    const wire::Profile* protocol = nullptr;    // nullptr: auto
    std::vector<const wire::Profile*> among{};  // with auto: these and no others, guessed in this order; empty: all
    std::chrono::milliseconds redial{2'000};    // first pause before a lost peer is dialled again
    std::chrono::milliseconds longest{300'000}; // the pause grows up to there
    std::chrono::milliseconds next_guess{100};  // before another version is tried
    std::chrono::milliseconds settled{60'000};  // a connection that lasted so long starts the pauses anew
    std::size_t side_by_side = 3;               // connections at once to one that waits for our Hello
    bool keep_dialling = true;                  // false: only other versions are tried, a lost peer stays lost
    std::uint64_t seed = 1;                     // of the random part of each pause
};

/// The targets and what is known of each; see the head of this file.
class Dialer {
  public:
    /// True: this version's chain is one of which we have blocks; it is the best guess.
    using HasChain = std::function<bool(const wire::Profile&)>;

    /// Connect to HOST:PORT after a delay.
    using Dial = std::function<void(const std::string& endpoint, std::chrono::milliseconds delay)>;

    /// `observers` outlives it.
    Dialer(DialerOptions options, Dial dial, const Observers& observers, HasChain has_chain);

    /// A peer to stay connected to, or (not `persistent`) one to try once.
    void want(const std::string& endpoint, bool persistent = true);
    /// It is dialled, or connected because we dialled it.
    bool wants(const std::string& endpoint) const { return targets_.contains(endpoint); }
    /// It is dialled no more than once from now on; a connection to it stays.
    void release(const std::string& endpoint);
    /// What is known of it from earlier: the version that worked (nullptr: none), and those that it refused, which are
    /// not tried again in its next round.
    void recall(const std::string& endpoint, const wire::Profile* works,
                const std::vector<const wire::Profile*>& refused);
    /// Nobody is dialled any more.
    void stop() noexcept;

    /// Asked when a delay is over: is there still a reason to dial?
    bool still_wanted(const std::string& endpoint);
    /// The connection could not be made: a pause follows, or the end.
    void failed(const std::string& endpoint);

    /// False: no --protocol that was given has this row among its own.
    bool allows(const wire::Profile& profile) const;

    /// What to say to this session. The same answer each time, until it has said its first words.
    SessionHost::Guess guess(const Session& session);
    /// Our Hello went out first: the other side waits for it.
    void spoke_first(const Session& session);
    /// The handshake is done: other connections of the same target are ended.
    void ready(const Session& session);
    /// The session has ended; `now` is the time of its end.
    void gone(const Session& session, bool was_ourselves);

    /// Ends all others of the same target; set by the manager, since sessions are its own.
    std::function<void(const std::string& endpoint, wire::ConnectionId except)> end_others{};
    /// Nothing more is done for this endpoint: it was to be tried once, or is ourselves. `refused`: versions that it
    /// did not take. Set by the manager.
    std::function<void(const std::string& endpoint, const std::vector<const wire::Profile*>& refused)> ended{};
    /// True: the node with this id is connected in another way.
    std::function<bool(BytesView node_id)> is_connected{};

  private:
    /// One endpoint that we dial.
    struct Target {
        bool persistent = false;
        unsigned failures = 0;                  // in a row
        unsigned open = 0;                      // connections, and dials that are under way
        unsigned pending = 0;                   // of them: has not been given a version
        wire::ConnectionId chosen = 0;          // the one that is ready
        const wire::Profile* version = nullptr; // known: from its Hello
        std::set<const wire::Profile*> tried{}; // in this round
        bool all_tried = false;                 // the next round begins after a pause
        std::optional<std::uint64_t> heard{};   // the id of what it said before its Hello
        Bytes node_id{};                        // as it said last
    };

    std::span<const wire::Profile* const> order(Direction direction, std::optional<std::uint64_t> heard) const;
    /// nullptr when none is left after the first `skip` of them.
    const wire::Profile* next_untried(const std::set<const wire::Profile*>& tried, Direction direction,
                                      std::optional<std::uint64_t> heard, std::size_t skip = 0) const;
    std::size_t untried(const Target& target) const;
    void dial(const std::string& endpoint, Target& target, std::chrono::milliseconds delay);
    void dial_again(const std::string& endpoint, Target& target, const Session* lost);
    void end(const std::string& endpoint);
    bool means_another_version(const Session& session) const;
    bool try_next(const Session& session, Target& target);
    std::chrono::milliseconds pause(unsigned failures);
    std::set<const wire::Profile*>& refused_by(const std::string& host);

    DialerOptions options_;
    Dial dial_;
    const Observers& observers_;
    HasChain has_chain_;
    VersionMemory versions_{1024};
    std::map<std::string, Target> targets_{};
    std::unordered_set<wire::ConnectionId> met_{};                              // connections that were given a version
    std::unordered_map<wire::ConnectionId, const wire::Profile*> said_{};       // or would be said, by connection
    std::unordered_map<std::string, std::set<const wire::Profile*>> refused_{}; // by host that dials us
    std::mt19937_64 random_;
};

} // namespace ethpoc::peer
