// Trial: one run of a case on one target. It opens the connections of the stimulus, sends it as the script says, notes
// what is heard, proves by a Ping behind it that what was not answered was ignored, and takes leave.
//
//   connect -> greet -> stimulus -> barrier -> (the runner asks the control connection) heard -> farewell -> over
//
// No socket and no clock of its own: connections are drivers (peer/driver.hpp) of whatever transport the runner has.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "conform/case.hpp"
#include "conform/expectation.hpp"
#include "conform/outcome.hpp"
#include "conform/probe.hpp"
#include "conform/script.hpp"
#include "conform/transcript.hpp"

namespace ethpoc::conform {

/// How long is waited for a target. --scale multiplies them all, and the pauses of the stimuli with them.
struct Patience {
    std::chrono::milliseconds hello{5000};  // the target's Hello
    std::chrono::milliseconds status{1000}; // and in p2p its Status behind it
    // --timeout: the barrier, and what is accepted, behind the stimulus. Python closes two seconds after what it cannot
    // read.
    std::chrono::milliseconds answer{3000};
    std::chrono::milliseconds breath{5};       // before the barrier, so that it is read by itself
    std::chrono::milliseconds settle{40};      // behind the last word of a target, before it is taken for the last
    std::chrono::milliseconds accepted{30000}; // until the target dials us
    std::chrono::milliseconds blocked{5000};   // a write that the target does not take
    std::chrono::milliseconds leave{500};      // for our Disconnect to leave
    std::chrono::milliseconds ready{0};        // of a target that is being started: until it can be dialled
    double scale = 1;                          // of the pauses of a stimulus

    /// All of them times `by`.
    Patience scaled(double by) const;
};

/// What one run is about.
struct Run {
    const Case* test = nullptr;
    const SubCase* sub = nullptr; // nullptr: the stimulus of the case
    std::string id{};             // "R22.01"

    std::string_view stimulus() const noexcept { return sub != nullptr ? sub->stimulus : test->stimulus; }
};

/// All runs of these cases for this version, in the order of the table.
std::vector<Run> runs_of(std::span<const Case* const> cases, const wire::Profile& profile);

class Trial;

/// What a trial needs of the house around it.
class TrialHost {
  public:
    virtual ~TrialHost() = default;
    /// The clock that trials go by.
    virtual Time now() const = 0;
    /// Where connections are made and flushed.
    virtual peer::Transport& transport() = 0;
    /// The next connection that the target makes belongs to this trial: adopt() is called for it.
    virtual void want_caller(Trial& trial) = 0;
    /// Every byte of its connections.
    virtual void said(const Run& /*run*/, Line /*line*/, bool /*ours*/, BytesView /*bytes*/) {}
};

/// One run of one case; see the head of this file. The sockets are the transport's.
class Trial final : public peer::DriverOwner, public ProbeWatcher {
  public:
    /// Where it is: see the drawing above.
    enum class Phase : std::uint8_t { idle, connect, greet, stimulus, barrier, heard, farewell, over };

    /// `host` outlives it. It must not go before it is over: sockets know it.
    Trial(Run run, Facts facts, const Patience& patience, TrialHost& host);
    ~Trial() override;

    /// Errors: those of read_stimulus() and read_expectation(). script.unknown_fact: the case is skipped. A trial that
    /// could not start is over.
    Result<void> start();
    /// Does what is due; when deadline() has come.
    void tick();
    /// When tick() is due.
    Time deadline() const noexcept { return deadline_; }

    Phase phase() const noexcept { return phase_; }
    /// With Phase::heard: all was heard that will be. The runner sets Heard::alive, control and what the target's
    /// process shows, judges, and calls farewell().
    Heard& heard() noexcept { return heard_; }
    const Facts& facts() const noexcept { return facts_; }
    const Run& run() const noexcept { return run_; }
    Transcript& transcript() noexcept { return transcript_; }
    bool accepted() const { return meets(heard_, accept_, facts_, patience_.answer); }
    bool tolerated() const { return meets(heard_, tolerate_, facts_, patience_.answer); }
    /// Its own Hello or Status named another head than the facts: what the case says of the chain is no longer true.
    bool stale() const noexcept { return stale_; }
    /// The state that the case begins with was never reached.
    bool unmet() const noexcept { return unmet_; }
    /// When the stimulus began.
    Time origin() const noexcept { return origin_; }
    /// Says Disconnect on every connection that is still open, and closes it.
    void farewell();

    /// A connection that the target made.
    std::unique_ptr<peer::Driver> adopt(wire::ConnectionId id, const std::string& endpoint);

    // peer::DriverOwner, for the connections that it dials
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
    void on_sent(Probe& probe, Time now) override;
    void on_bytes(Probe& probe, BytesView bytes) override;

  private:
    /// One connection, beside what is heard on it.
    struct Connection {
        Probe* probe = nullptr; // nullptr: not there, or gone
        wire::FrameDecoder said{{.max_payload = most_heard}};
        wire::IdOffsets offsets{};
        std::vector<Bytes> waiting{}; // answers of ours, while a frame of the stimulus is half sent
        Time greeted_at{};
        std::optional<Time> disconnected_at{}; // behind the stimulus
        Time heard_at{};                       // the last bytes of the target
        bool inside_frame = false;
        bool silent = false; // nothing is answered
        bool finished = false;
        bool status_said = false;
    };

    // ---- trial.cpp
    void enter(Phase phase);
    void advance();
    void advance_connect();
    void advance_greet();
    bool greeting_done(Time now);
    void say_status(Time now);
    void begin_stimulus();
    void advance_farewell();
    Connection* open_line(Line line);
    Since since(Time now) const { return now - origin_; }
    void wait_until(Time at) noexcept { deadline_ = std::min(deadline_, at); }
    /// One write of ours on this line.
    void say(Line line, Bytes bytes);
    void answer(Line line, const HeardMessage& message);
    void learn(const HeardMessage& message);

    // ---- trial_steps.cpp
    void advance_stimulus();
    bool take(const Step& step, Time now);
    bool take_write(const Step& step, Time now);
    bool take_wait(const Step& step, Time now);
    bool take_open(const Step& step, Time now);
    void request(Line line, bool from_target);
    void finish(Line line);

    // ---- trial_barrier.cpp
    void ask_barrier();
    void ask_eth();
    void ask_blocks(const HeardMessage& message);
    void advance_barrier();
    bool all_settled(Time now);
    void leave_with(Line line, Time at);
    bool settled(Line line, Time now);
    Since quiet_wanted() const;
    void note_pong(Line line);
    static void mark_as_ours(std::vector<HeardMessage>& messages);

    Run run_;
    Facts facts_;
    Patience patience_;
    TrialHost& host_;
    Script script_{};
    Expectation accept_{};
    Expectation tolerate_{};
    Heard heard_{};
    Transcript transcript_{};
    std::vector<Connection> connections_{};
    Phase phase_ = Phase::idle;
    Time phase_began_{};
    Time origin_{};
    Time deadline_ = Time::max();
    Time last_word_{};     // of the target
    std::size_t step_ = 0; // of the script
    std::optional<Time> step_began_{};
    std::optional<Time> settled_at_{}; // the barrier was answered, or the connections had ended
    std::optional<Line> awaited_{};    // the line whose connection is being made
    bool failed_to_connect_ = false;
    bool barrier_asked_ = false;
    bool settle_asked_ = false; // the Ping at the end of the greeting
    bool settle_answered_ = false;
    bool blocks_asked_ = false; // for <hash-chain>
    bool blocks_came_ = false;
    bool stale_ = false;
    bool unmet_ = false;
    bool advancing_ = false;
};

} // namespace ethpoc::conform
