// The stimulus of a trial, step by step.
#include <cmath>

#include "conform/trial.hpp"

namespace ethpoc::conform {

using std::chrono::milliseconds;

void Trial::advance_stimulus() {
    while (step_ < script_.steps.size()) {
        const Time now = host_.now();
        if (!step_began_) { step_began_ = now; }
        if (!take(script_.steps[step_], now)) { return; }
        step_began_.reset();
        ++step_;
    }
    heard_.stimulus_ended = since(host_.now());
    enter(Phase::barrier);
}

/// True: it is done. False: not yet; the deadline or what comes from outside says when to look again.
bool Trial::take(const Step& step, Time now) {
    Connection& connection = connections_[step.line];
    switch (step.kind) {
    case Step::Kind::write:
        return take_write(step, now);
    case Step::Kind::pause:
    case Step::Kind::observe:
    case Step::Kind::silent:
    case Step::Kind::await_hello:
    case Step::Kind::breath:
        return take_wait(step, now);
    case Step::Kind::finish:
        finish(step.line);
        return true;
    case Step::Kind::reset:
        if (open_line(step.line) != nullptr) {
            heard_.lines[step.line].ending = Ending::ours;
            heard_.lines[step.line].ended_at = since(now);
            transcript_.happened(step.line, "broken off by us", now);
            connection.probe->reset();
            host_.transport().flush(connection.probe->id());
        }
        return true;
    case Step::Kind::stop_reading:
        if (open_line(step.line) != nullptr) { connection.probe->stop_reading(); }
        return true;
    case Step::Kind::open:
    case Step::Kind::accept:
        return take_open(step, now);
    }
    return true;
}

/// Our direction is closed behind what was said.
void Trial::finish(Line line) {
    if (open_line(line) == nullptr) { return; }
    Connection& connection = connections_[line];
    connection.finished = true;
    connection.probe->finish();
    host_.transport().flush(connection.probe->id());
    transcript_.happened(line, "our direction closed", host_.now());
}

/// The write before must have left: borders are kept. A target that does not take it is given up after a while; then
/// the rest of the script goes on without these bytes.
bool Trial::take_write(const Step& step, Time now) {
    Connection* const connection = open_line(step.line);
    if (connection == nullptr || connection->finished) { return true; }
    if (connection->probe->has_unsent()) {
        const Time limit = *step_began_ + patience_.blocked;
        if (now < limit) {
            wait_until(limit);
            return false;
        }
        transcript_.happened(step.line, "the target takes no more bytes", now);
        connection->finished = true;
        return true;
    }
    connection->inside_frame = step.inside_frame;
    say(step.line, step.bytes);
    if (!step.inside_frame) {
        for (Bytes& frame : std::exchange(connection->waiting, {})) {
            say(step.line, std::move(frame));
        }
    }
    return true;
}

bool Trial::take_wait(const Step& step, Time now) {
    Connection& connection = connections_[step.line];
    connection.silent = step.kind == Step::Kind::silent;
    const auto scaled = std::llround(static_cast<double>(step.time.count()) * patience_.scale);
    const bool breath = step.kind == Step::Kind::breath;
    const Time limit = *step_began_ + (breath ? patience_.breath + patience_.settle : milliseconds(scaled));
    const bool heard = step.kind == Step::Kind::await_hello && heard_.lines[step.line].greeted;
    // Nothing more can come of a line that has ended; a pause between bytes is kept all the same.
    const bool in_vain =
        step.kind != Step::Kind::pause && !breath && script_.lines == 1 && open_line(step.line) == nullptr;
    const bool enough = step.kind == Step::Kind::observe && run_.test->has_flag("early") && accepted();
    if (heard || in_vain || enough || now >= limit) {
        connection.silent = false;
        return true;
    }
    wait_until(limit);
    return false;
}

bool Trial::take_open(const Step& step, Time now) {
    HeardLine& line = heard_.lines[step.line];
    if (line.connected || failed_to_connect_) {
        failed_to_connect_ = false;
        return true;
    }
    const Time limit = *step_began_ + patience_.accepted;
    if (!awaited_) { request(step.line, step.kind == Step::Kind::accept); }
    if (line.connected || failed_to_connect_) { return take_open(step, now); } // at once, in memory
    if (now >= limit) {
        awaited_.reset();
        return true;
    }
    wait_until(limit);
    return false;
}

} // namespace ethpoc::conform
