#include "conform/runner.hpp"

#include <algorithm>
#include <utility>

#include "conform/errors.hpp"

namespace ethpoc::conform {

using std::chrono::milliseconds;

namespace {

constexpr unsigned most_deaths = 60; // of a target that is started again each time
constexpr milliseconds retry_pause{1000};

/// Connections that it has at a time; clients count those of one host.
std::size_t weight_of(const Run& run) {
    return run.test->has_flag("second") ? 2 : 1;
}

Facts first_facts(const RunnerOptions& options) {
    Facts out;
    out.profile = options.profile;
    out.endpoint = options.endpoint;
    out.own_endpoint = options.own_endpoint;
    out.seed = options.seed;
    if (options.exceptions != nullptr && options.exceptions->barrier_silence) {
        out.answers_ping = false;
        out.barrier_silence = std::chrono::duration_cast<milliseconds>(*options.exceptions->barrier_silence);
    }
    return out;
}

} // namespace

Runner::Runner(std::vector<const Case*> cases, RunnerOptions options, peer::Transport& transport,
               std::function<Time()> clock, RunnerListener& listener) :
    options_(std::move(options)),
    cases_(std::move(cases)), transport_(transport), clock_(std::move(clock)), listener_(listener),
    facts_(first_facts(options_)), control_(facts_, options_.patience, *this, options_.target_dials) {}

Runner::~Runner() = default;

void Runner::start() {
    control_.introduce();
    tick();
}

void Runner::set_endpoint(std::string endpoint) {
    options_.endpoint = endpoint;
    facts_.endpoint = std::move(endpoint);
}

void Runner::set_own_endpoint(std::string endpoint) {
    options_.own_endpoint = endpoint;
    facts_.own_endpoint = std::move(endpoint);
}

// ---------------------------------------------------------------------------------------------------- time

void Runner::tick() {
    if (std::exchange(ticking_, true)) { return; }
    control_.tick();
    if (stage_ == Stage::introduce && control_.failed()) {
        stage_ = Stage::over;
        listener_.failed(control_.why());
    }
    if (stage_ == Stage::introduce && control_.ready()) { introduced(); }
    if (stage_ == Stage::run || stage_ == Stage::leave) {
        advance_jobs();
        advance_questions();
        fill();
        finish();
    }
    ticking_ = false;
}

/// Something was heard meanwhile that no time is waited for any more.
bool Runner::has_work() const noexcept {
    if (stage_ == Stage::introduce) { return control_.ready() || control_.failed(); }
    return (question_ && control_.answered()) || std::ranges::any_of(jobs_, [](const Job& job) {
               return !job.judging && (!job.looking || job.looked) &&
                      (job.trial->phase() == Trial::Phase::heard || job.trial->phase() == Trial::Phase::over);
           });
}

Time Runner::deadline() const {
    if (stage_ == Stage::over) { return Time::max(); }
    if (has_work()) { return clock_(); }
    Time out = control_.deadline();
    for (const Job& job : jobs_) {
        if (!job.judging) { out = std::min(out, job.trial->deadline()); }
    }
    const bool waiting = !side_by_side_.empty() || !alone_.empty();
    if (stage_ == Stage::run && waiting && pause_until_ != Time{}) { out = std::min(out, pause_until_); }
    return out;
}

void Runner::stop() {
    side_by_side_.clear();
    alone_.clear();
    if (stage_ == Stage::introduce) {
        control_.close();
        stage_ = Stage::over;
        return;
    }
    stage_ = Stage::leave;
    for (Job& job : jobs_) {
        if (job.trial->phase() < Trial::Phase::farewell) { job.trial->farewell(); }
    }
    tick();
}

void Runner::finish() {
    if (!jobs_.empty() || !side_by_side_.empty() || !alone_.empty() || stage_ == Stage::over) { return; }
    if (stage_ == Stage::introduce) { return; } // learning anew
    complete_ = stage_ == Stage::run && std::ranges::all_of(settled_, std::identity{});
    control_.close();
    stage_ = Stage::over;
}

// ---------------------------------------------------------------------------------------------------- runs

std::size_t Runner::load() const {
    std::size_t out = 0;
    for (const Job& job : jobs_) {
        out += weight_of(runs_[job.run]);
    }
    return out;
}

void Runner::fill() {
    if (stage_ != Stage::run || reviving_ || clock_() < pause_until_) { return; }
    pause_until_ = {}; // it is over
    while (!side_by_side_.empty()) {
        const std::size_t next = weight_of(runs_[side_by_side_.front().first]);
        if (!jobs_.empty() && load() + next > width_) { break; }
        const auto [run, attempts] = side_by_side_.front();
        side_by_side_.pop_front();
        begin(run, attempts);
    }
    while (jobs_.empty() && side_by_side_.empty() && !alone_.empty()) {
        const auto [run, attempts] = alone_.front();
        alone_.pop_front();
        begin(run, attempts);
    }
}

bool Runner::begin(std::size_t run, unsigned attempts) {
    if (solo_) { control_.close(); }
    auto trial = std::make_unique<Trial>(runs_[run], facts_, options_.patience, *this);
    Job& job =
        jobs_.emplace_back(Job{run, std::move(trial), attempts, clock_(), {}, options_.memory ? options_.memory() : 0});
    Trial& begun = *job.trial;
    if (const auto started = begun.start(); !started) {
        const bool fact = started.error().code == &errors::script_unknown_fact;
        const bool no_eth = facts_.profile->family == wire::Family::p2p && facts_.offsets.eth == 0;
        jobs_.pop_back();
        not_run(run,
                !fact    ? Verdict::error
                : no_eth ? Verdict::unimpl
                         : Verdict::skip,
                fact ? "not known of this target: " + started.error().detail : started.error().message());
        return false;
    }
    begun.tick();
    return true;
}

void Runner::advance_jobs() {
    for (Job& job : jobs_) {
        if (job.judging) { continue; }
        job.trial->tick();
        if (job.trial->phase() == Trial::Phase::heard) {
            // What is judged there is what others are answered meanwhile.
            const bool looks = job.trial->run().test->has_flag("control") && !dialling_only();
            job.looking = looks && !job.looked;
            if (job.looking) { continue; }
            job.ended = clock_();
            job.trial->farewell();
        }
        job.judging = job.trial->phase() == Trial::Phase::over;
    }
}

/// Such a run is alone.
Runner::Job* Runner::looking() noexcept {
    const auto at = std::ranges::find_if(jobs_, [](const Job& job) { return job.looking && !job.looked; });
    return at == jobs_.end() ? nullptr : &*at;
}

bool Runner::dialling_only() const noexcept {
    return options_.target_dials && options_.endpoint.empty();
}

void Runner::judge_those_over() {
    for (Job& job : jobs_) {
        if (job.judging) { judge(job, true); }
    }
    std::erase_if(jobs_, [](const Job& job) { return job.trial == nullptr; });
}

/// Puts the questions to the control connection, and judges by its answer.
void Runner::advance_questions() {
    const auto waits = [](const Job& job) { return job.judging; };
    if (stage_ == Stage::leave) {
        for (Job& job : jobs_) {
            if (waits(job)) { gone_.push_back(std::move(job.trial)); }
        }
        std::erase_if(jobs_, [](const Job& job) { return job.trial == nullptr; });
        return;
    }
    if (question_ && control_.answered()) {
        question_ = false;
        if (!control_.alive()) { return died(); }
        reviving_ = false;
        if (Job* const open = looking(); open != nullptr) {
            open->looked = true; // and is asked once more when its connections are closed
            advance_jobs();
        } else {
            judge_those_over();
            pause_until_ = std::max(pause_until_, clock_() + gap_); // one that is tried again has set a longer one
        }
    }
    if (!question_ && looking() != nullptr) {
        question_ = true;
        return control_.ask();
    }
    if (!question_ && std::ranges::any_of(jobs_, waits)) {
        if (dialling_only()) { return judge_those_over(); } // the next run shows that it still dials
        question_ = true;
        control_.ask();
    }
}

/// Once more: it could not begin, or what it says of the chain is no longer so.
void Runner::again(Job& job, bool alone) {
    (alone ? alone_ : side_by_side_).emplace_front(job.run, job.attempts + 1);
    gone_.push_back(std::move(job.trial));
    pause_until_ = clock_() + retry_pause;
}

/// The target does not answer any more. With several runs at a time each of them is tried again alone; the one that was
/// alone has done it.
void Runner::died() {
    const bool guilty = jobs_.size() == 1;
    for (Job& job : jobs_) {
        if (guilty) {
            if (job.trial->phase() < Trial::Phase::farewell) { job.trial->farewell(); }
            judge(job, false);
        } else {
            if (job.trial->phase() < Trial::Phase::farewell) { job.trial->farewell(); }
            again(job, true);
        }
    }
    jobs_.clear();
    // The control connection is the first to find out that it is there again.
    if (!std::exchange(reviving_, false) && ++deaths_ <= most_deaths && listener_.revive()) {
        reviving_ = question_ = true;
        return control_.ask_for_start();
    }
    for (auto* const queue : {&side_by_side_, &alone_}) {
        for (const auto& [run, attempts] : *queue) {
            not_run(run, Verdict::skip, "the target does not answer any more");
        }
        queue->clear();
    }
}

// ---------------------------------------------------------------------------------------------------- callers

void Runner::said(const Run& run, Line line, bool ours, BytesView bytes) {
    listener_.said(run, line, ours, bytes, clock_());
}

void Runner::want_caller(Trial& trial) {
    callers_.push_back(&trial);
    if (options_.target_dials) { listener_.wants_call(); }
}

bool Runner::has_room(const std::string& /*endpoint*/) {
    return stage_ != Stage::over;
}

void Runner::turned_away(const std::string& /*endpoint*/) {}

std::unique_ptr<peer::Driver> Runner::connected(wire::ConnectionId id, peer::Direction /*direction*/,
                                                std::string endpoint) {
    if (control_.wants_caller()) {
        accepted_[id] = &control_;
        auto out = control_.adopt(id);
        tick();
        return out;
    }
    while (!callers_.empty()) {
        Trial* const trial = callers_.front();
        callers_.pop_front();
        if (auto out = trial->adopt(id, endpoint)) {
            accepted_[id] = trial;
            tick();
            return out;
        }
    }
    for (Job& job : jobs_) {
        ++job.trial->heard().dials;
    }
    return nullptr;
}

void Runner::closed(wire::ConnectionId id) {
    const auto at = accepted_.find(id);
    if (at == accepted_.end()) { return; }
    peer::DriverOwner* const owner = at->second;
    accepted_.erase(at);
    owner->closed(id);
    tick();
}

std::vector<Outcome> Runner::take_outcomes() {
    std::vector<Outcome> out;
    for (std::size_t i = 0; i < outcomes_.size(); ++i) {
        if (settled_[i]) { out.push_back(std::move(outcomes_[i])); }
    }
    return out;
}

} // namespace ethpoc::conform
