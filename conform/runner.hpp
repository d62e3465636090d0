// Runner: the work of a tester on one target: who it is, what it has, then every run, some at a time, and after each
// the question whether it is still alive. Sans-I/O as its trials: connections come from a transport, time from a clock.
//
//   introduce   what does it say of itself, which blocks has it        control connection
//   run         trials, `jobs` at a time; those that load it, alone    their own connections
//   judge       verdicts, by the expectation file                      -> RunnerListener
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "conform/control.hpp"
#include "conform/exceptions.hpp"
#include "conform/outcome.hpp"
#include "conform/trial.hpp"

namespace ethpoc::conform {

/// What is run, and how. Pointers outlive the runner.
struct RunnerOptions {
    std::string endpoint{};                 // HOST:PORT of the target; empty: it dials us
    bool target_dials = false;              // the runs take the connections that the target makes
    const wire::Profile* profile = nullptr; // nullptr: what the target says
    std::size_t jobs = 0;                   // runs at a time; 0: as many as the target's client stands
    Patience patience{};
    std::uint64_t seed = 1;
    bool strict = false;
    std::chrono::seconds longest{20};       // runs whose stimulus takes longer are skipped
    bool may_load = false;                  // runs with the flag `limits`
    const Exceptions* exceptions = nullptr; // lives as long as the runner
    std::chrono::sys_days today{};
    std::string own_endpoint{};               // where we listen; empty: nowhere
    std::function<bool(const Run&)> wanted{}; // empty: all runs of the cases
    std::function<std::uint64_t()> memory{};  // bytes that the target's process uses; empty: not known
    std::function<bool()> calls_itself{};     // its process has a connection to itself; empty: not known
};

/// Hears how the runs go, in the order in which they end.
class RunnerListener {
  public:
    virtual ~RunnerListener() = default;
    /// The target is known; so many runs follow.
    virtual void introduced(const Facts& facts, std::size_t runs) = 0;
    /// It is not: nothing is run.
    virtual void failed(const std::string& why) = 0;
    /// A run is over and judged.
    virtual void finished(const Outcome& outcome) = 0;
    /// Bytes of a connection of a run as they went over it, the greeting included. `ours`: from the tester.
    virtual void said(const Run& /*run*/, Line /*line*/, bool /*ours*/, BytesView /*bytes*/, Time /*at*/) {}
    /// A run waits for a connection that the target makes: what dials once, when it starts, must be started again.
    virtual void wants_call() {}
    /// It does not answer any more. True: it was started again, go on with the runs that are left.
    virtual bool revive() = 0;
};

/// One target, from its introduction to the last run; see the head of this file.
class Runner final : public TrialHost, public peer::DriverOwner {
  public:
    /// `cases` in the order of the table. All that is referred to outlives the runner, and the runner the transport's
    /// sockets.
    Runner(std::vector<const Case*> cases, RunnerOptions options, peer::Transport& transport,
           std::function<Time()> clock, RunnerListener& listener);
    ~Runner() override;

    /// Begins with the introduction.
    void start();
    /// Does what is due; when deadline() has come.
    void tick();
    /// When tick() is due.
    Time deadline() const;
    bool over() const noexcept { return stage_ == Stage::over; }
    /// Nothing new is begun; what runs is given up, with a Disconnect.
    void stop();
    /// All runs were made.
    bool complete() const noexcept { return complete_; }
    const Facts& facts() const noexcept { return facts_; }
    /// Before start(): where the target is, and where we listen, once it is known.
    void set_endpoint(std::string endpoint);
    /// HOST:PORT, for stimuli that tell it to the target.
    void set_own_endpoint(std::string endpoint);
    const std::string& own_endpoint() const noexcept { return options_.own_endpoint; }
    /// In the order of the table.
    std::vector<Outcome> take_outcomes();

    // TrialHost
    Time now() const override { return clock_(); }
    peer::Transport& transport() override { return transport_; }
    void want_caller(Trial& trial) override;
    void said(const Run& run, Line line, bool ours, BytesView bytes) override;

    // peer::DriverOwner, for connections that the target makes
    bool has_room(const std::string& endpoint) override;
    void turned_away(const std::string& endpoint) override;
    std::unique_ptr<peer::Driver> connected(wire::ConnectionId id, peer::Direction direction,
                                            std::string endpoint) override;
    void closed(wire::ConnectionId id) override;
    bool still_wanted(const std::string& /*endpoint*/) override { return true; }
    void dial_failed(const std::string& /*endpoint*/, std::string_view /*why*/) override {}

  private:
    static constexpr unsigned most_attempts = 3; // of one run
    enum class Stage : std::uint8_t { introduce, run, leave, over };
    struct Job {
        std::size_t run = 0; // of runs_
        std::unique_ptr<Trial> trial{};
        unsigned attempts = 1;
        Time began{};
        Time ended{};
        std::uint64_t memory = 0; // of the target, when it began
        bool judging = false;     // the control connection is being asked
        bool looking = false;     // the control connection is asked while the connections of the run are still there
        bool looked = false;
    };

    // ---- runner.cpp
    bool has_work() const noexcept;
    void introduced();
    void plan();
    bool may_run(const Run& run, std::string& why) const;
    std::size_t load() const;
    void fill();
    bool begin(std::size_t run, unsigned attempts);
    void advance_jobs();
    void advance_questions();
    void judge_those_over();
    Job* looking() noexcept;
    bool dialling_only() const noexcept;
    void again(Job& job, bool alone);
    void died();
    void finish();

    // ---- runner_judge.cpp
    Outcome outcome_of(const Run& run) const;
    void judge(Job& job, bool alive);
    void settle(std::size_t run, Outcome outcome);
    void not_run(std::size_t run, Verdict verdict, std::string reason);

    RunnerOptions options_;
    std::vector<const Case*> cases_;
    peer::Transport& transport_;
    std::function<Time()> clock_;
    RunnerListener& listener_;
    Facts facts_{};
    Control control_;
    Stage stage_ = Stage::introduce;
    std::vector<Run> runs_{};
    std::vector<Outcome> outcomes_{}; // by run
    std::vector<bool> settled_{};
    std::deque<std::pair<std::size_t, unsigned>> side_by_side_{}; // run, attempt
    std::deque<std::pair<std::size_t, unsigned>> alone_{};
    std::vector<Job> jobs_{};
    std::vector<std::unique_ptr<Trial>> gone_{}; // over, but a socket may still know them
    std::deque<Trial*> callers_{};               // that wait for a connection of the target
    std::map<wire::ConnectionId, peer::DriverOwner*> accepted_{};
    std::size_t width_ = 1; // runs at a time
    Time pause_until_{};
    std::chrono::milliseconds gap_{};
    bool solo_ = false;     // the control connection is closed while a trial runs
    bool question_ = false; // the control connection was asked
    bool reviving_ = false; // the target was started again, and has not answered yet
    bool complete_ = false;
    bool ticking_ = false;
    unsigned deaths_ = 0;
};

} // namespace ethpoc::conform
