// Control: the connection on which a tester learns who its target is, and asks after each run whether it is still
// alive. It finds out the version as a peer does: it listens first, and says guesses only to a target that says
// nothing. Where the target has room for one connection of a host alone, it is opened for each question and closed
// again.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "conform/learner.hpp"
#include "conform/trial.hpp"

namespace ethpoc::conform {

/// One connection at a time; keeps what came on it.
class Control final : public peer::DriverOwner, public ProbeWatcher {
  public:
    /// `facts`: the profile in it, if it is not nullptr, is the one to speak. Both outlive the control. `of_target`:
    /// the connection is one that the target makes; whoever accepts gives it to adopt().
    Control(Facts& facts, const Patience& patience, TrialHost& host, bool of_target);
    ~Control() override;

    /// Who it is, and what it has. Ends in ready() or failed().
    void introduce();
    bool ready() const noexcept { return state_ == State::ready; }
    bool failed() const noexcept { return state_ == State::failed; }
    const std::string& why() const noexcept { return why_; }

    /// Is it alive? answered() says when that is known. A connection that was lost is made again.
    void ask();
    bool answered() const noexcept { return !asking_; }
    bool alive() const noexcept { return alive_; }
    /// The same of a target that was started a moment ago: until it listens, it is dialled again, and its Hello will
    /// do.
    void ask_for_start();
    /// Closes the connection; ask() opens another.
    void close();
    /// What came since then. Bounded: the newest 1,000.
    std::vector<HeardMessage> heard_since(Time from) const;

    /// Whatever time brings: questions that are not answered, dials that come to nothing.
    void tick();
    Time deadline() const noexcept { return deadline_; }
    bool wants_caller() const noexcept { return wants_caller_; }
    /// Takes a connection that the target made, while wants_caller().
    std::unique_ptr<peer::Driver> adopt(wire::ConnectionId id);

    // peer::DriverOwner
    bool has_room(const std::string& /*endpoint*/) override { return true; }
    void turned_away(const std::string& /*endpoint*/) override {}
    std::unique_ptr<peer::Driver> connected(wire::ConnectionId id, peer::Direction direction,
                                            std::string endpoint) override;
    void closed(wire::ConnectionId id) override;
    bool still_wanted(const std::string& /*endpoint*/) override { return true; }
    void dial_failed(const std::string& endpoint, std::string_view why) override;

    // ProbeWatcher
    void on_frame(Probe& probe, BytesView payload, Time now) override;
    void on_garbage(Probe& probe, std::uint64_t size, Time now) override;
    void on_ended(Probe& probe, Ending how, Time now) override;
    void on_sent(Probe& /*probe*/, Time /*now*/) override {}

  private:
    enum class State : std::uint8_t { idle, connecting, listening, greeting, settling, learning, ready, failed };

    void connect();
    void enter(State state);
    void on_hello(BytesView payload);
    void say_hello();
    void say_status();
    void next_guess();
    void lost(const std::string& why);
    void fail(std::string why);
    void say(Bytes frame);
    void begin_learning();
    void known();
    void answer_question(bool alive);
    void ping();
    void look(Time limit, void (Control::*late)());
    void late_listening();
    void late_greeting();
    void late_settling();
    void late_learning();

    Facts& facts_;
    Patience patience_;
    TrialHost& host_;
    std::optional<Learner> learner_{};
    State state_ = State::idle;
    Time state_began_{};
    std::optional<Time> unreachable_since_{}; // no connection was made since then
    Time deadline_ = Time::max();
    Probe* probe_ = nullptr;
    bool of_target_;
    bool wants_caller_ = false;
    bool chosen_ = false;     // the profile was given
    bool introduced_ = false; // once; a later connection greets and asks only
    bool said_hello_ = false;
    bool said_status_ = false;
    bool heard_status_ = false;
    bool pinged_ = false;
    bool asking_ = false;
    bool starting_ = true; // no connection yet, which may take a while
    bool hello_will_do_ = false;
    bool alive_ = false;
    bool retried_ = false;     // a second connection is tried before the target is called dead
    unsigned connections_ = 0; // each has a node id of its own
    std::span<const wire::Profile* const> guesses_{};
    std::size_t guess_ = 0;
    std::optional<std::uint64_t> first_id_{};
    std::string why_{};
    struct Came {
        Time at{};
        HeardMessage message{};
    };
    std::deque<Came> came_{};
};

} // namespace ethpoc::conform
