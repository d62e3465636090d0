#include "conform/trial.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "conform/manners.hpp"
#include "conform/reading.hpp"
#include "wire/client.hpp"
#include "wire/codec.hpp"

namespace ethpoc::conform {

using std::chrono::milliseconds;
using wire::MessageType;

namespace {

/// The others get our Status at once.
bool wants_status_late(const Facts& facts) {
    return wire::identify(facts.client_id, facts.profile->family) == wire::ClientKind::go;
}

milliseconds times(milliseconds time, double by) {
    return milliseconds(std::llround(static_cast<double>(time.count()) * by));
}

} // namespace

Patience Patience::scaled(double by) const {
    Patience out = *this;
    for (milliseconds* const time :
         {&out.hello, &out.status, &out.answer, &out.breath, &out.settle, &out.accepted, &out.blocked, &out.leave}) {
        *time = times(*time, by);
    }
    out.scale *= by;
    return out;
}

std::vector<Run> runs_of(std::span<const Case* const> cases, const wire::Profile& profile) {
    std::vector<Run> out;
    for (const Case* const test : cases) {
        if (!applies(*test, profile)) { continue; }
        const auto subs = sub_cases(test->id);
        if (subs.empty()) { out.push_back({test, nullptr, std::string(test->id)}); }
        for (std::size_t i = 0; i < subs.size(); ++i) {
            const std::string number = std::to_string(i + 1);
            out.push_back({test, &subs[i], std::string(test->id) + (i < 9 ? ".0" : ".") + number});
        }
    }
    return out;
}

Trial::Trial(Run run, Facts facts, const Patience& patience, TrialHost& host) :
    run_(std::move(run)), facts_(std::move(facts)), patience_(patience), host_(host) {}

Trial::~Trial() = default;

Result<void> Trial::start() {
    phase_ = Phase::over;
    auto script = read_stimulus(run_.stimulus(), run_.id, facts_);
    if (!script) { return std::unexpected(script.error()); }
    auto accept = read_expectation(run_.test->accept, facts_);
    if (!accept) { return std::unexpected(accept.error()); }
    if (!run_.test->tolerate.empty()) {
        auto tolerate = read_expectation(run_.test->tolerate, facts_);
        if (!tolerate) { return std::unexpected(tolerate.error()); }
        tolerate_ = std::move(*tolerate);
    }
    script_ = std::move(*script);
    accept_ = std::move(*accept);
    heard_.told = things_told(script_, facts_);
    heard_.alive = true; // until the control connection says otherwise
    heard_.lines.resize(script_.lines);
    connections_.resize(script_.lines);
    for (Connection& connection : connections_) {
        connection.offsets = facts_.offsets;
    }
    origin_ = host_.now();
    enter(Phase::connect);
    request(0, facts_.endpoint.empty());
    return {};
}

void Trial::enter(Phase phase) {
    phase_ = phase;
    phase_began_ = host_.now();
    step_began_.reset();
}

void Trial::tick() {
    if (advancing_) { return; } // what is said may be heard at once
    advancing_ = true;
    advance();
    advancing_ = false;
}

void Trial::advance() {
    Phase before = Phase::idle;
    while (before != phase_) {
        before = phase_;
        deadline_ = Time::max();
        switch (phase_) {
        case Phase::connect:
            advance_connect();
            break;
        case Phase::greet:
            advance_greet();
            break;
        case Phase::stimulus:
            advance_stimulus();
            break;
        case Phase::barrier:
            advance_barrier();
            break;
        case Phase::farewell:
            advance_farewell();
            break;
        case Phase::idle:
        case Phase::heard:
        case Phase::over:
            break;
        }
    }
}

// ---------------------------------------------------------------------------------------------------- connections

void Trial::request(Line line, bool from_target) {
    awaited_ = line;
    failed_to_connect_ = false;
    if (from_target) {
        host_.want_caller(*this);
    } else {
        host_.transport().dial(*this, facts_.endpoint, {});
    }
}

std::unique_ptr<peer::Driver> Trial::adopt(wire::ConnectionId id, const std::string& /*endpoint*/) {
    if (!awaited_) { return nullptr; }
    const Line line = *std::exchange(awaited_, std::nullopt);
    auto out = std::make_unique<Probe>(*this, id, line);
    connections_[line].probe = out.get();
    heard_.lines[line].connected = true;
    transcript_.happened(line, "connected", host_.now());
    tick();
    return out;
}

std::unique_ptr<peer::Driver> Trial::connected(wire::ConnectionId id, peer::Direction /*direction*/,
                                               std::string endpoint) {
    return adopt(id, endpoint);
}

void Trial::closed(wire::ConnectionId id) {
    for (Connection& connection : connections_) {
        if (connection.probe != nullptr && connection.probe->id() == id) { connection.probe = nullptr; }
    }
    tick();
}

void Trial::dial_failed(const std::string& /*endpoint*/, std::string_view why) {
    if (!awaited_) { return; }
    const Line line = *std::exchange(awaited_, std::nullopt);
    failed_to_connect_ = true;
    heard_.lines[line].ending = Ending::reset;
    heard_.lines[line].ended_at = since(host_.now());
    transcript_.happened(line, "not connected: " + std::string(why), host_.now());
    tick();
}

Trial::Connection* Trial::open_line(Line line) {
    Connection& connection = connections_[line];
    return connection.probe != nullptr && heard_.lines[line].ending == Ending::open ? &connection : nullptr;
}

void Trial::say(Line line, Bytes bytes) {
    Connection* const connection = open_line(line);
    if (connection == nullptr || connection->finished || bytes.empty()) { return; }
    connection->said.feed(bytes);
    for (auto step = connection->said.next(); step != wire::FrameDecoder::Step::need_more;
         step = connection->said.next()) {
        if (step != wire::FrameDecoder::Step::frame) { continue; }
        const BytesView payload = connection->said.frame().payload;
        if (wire::looks_like_hello(payload)) { heard_.lines[line].our_hello.assign(payload.begin(), payload.end()); }
    }
    transcript_.sent(line, bytes, host_.now());
    host_.said(run_, line, true, bytes);
    connection->probe->send(std::move(bytes));
    host_.transport().flush(connection->probe->id());
}

// ---------------------------------------------------------------------------------------------------- phases

void Trial::advance_connect() {
    const Time limit = phase_began_ + patience_.accepted;
    if (heard_.lines[0].connected) {
        return run_.test->state == State::greeted ? enter(Phase::greet) : begin_stimulus();
    }
    if (failed_to_connect_ || host_.now() >= limit) {
        unmet_ = true;
        awaited_.reset();
        return enter(Phase::heard);
    }
    wait_until(limit);
}

void Trial::advance_greet() {
    const Time now = host_.now();
    HeardLine& line = heard_.lines[0];
    if (line.our_hello.empty()) { say(0, hello_frame(facts_, run_.id, 0)); }
    if (line.ending != Ending::open || (!line.greeted && now >= phase_began_ + patience_.hello)) {
        unmet_ = true;
        return enter(Phase::heard);
    }
    if (!line.greeted) { return wait_until(phase_began_ + patience_.hello); }
    if (greeting_done(now)) { begin_stimulus(); }
}

void Trial::say_status(Time now) {
    Connection& connection = connections_[0];
    const bool theirs = std::ranges::any_of(heard_.lines[0].messages,
                                            [](const HeardMessage& m) { return m.type == MessageType::Status; });
    if (connection.status_said) { return; }
    if (!theirs && wants_status_late(facts_) && now < connection.greeted_at + status_pause) {
        return wait_until(connection.greeted_at + status_pause);
    }
    connection.status_said = true;
    say(0, status_frame(facts_));
}

/// Both Hellos are there; in p2p both Status too, or theirs does not come; and a Ping behind them was answered.
bool Trial::greeting_done(Time now) {
    const bool speaks_eth = facts_.profile->family == wire::Family::p2p && facts_.offsets.eth != 0;
    const Time greeted_at = connections_[0].greeted_at;
    if (speaks_eth) {
        say_status(now);
        const bool came = std::ranges::any_of(heard_.lines[0].messages,
                                              [](const HeardMessage& m) { return m.type == MessageType::Status; });
        const Time limit = greeted_at + patience_.status;
        if (!connections_[0].status_said || (!came && now < limit)) {
            wait_until(limit);
            return false;
        }
    }
    if (!settle_asked_) {
        settle_asked_ = true;
        step_began_ = now;
        say(0, wire::compose_plain(*facts_.profile, MessageType::Ping, connections_[0].offsets));
    }
    const Time limit = *step_began_ + (facts_.answers_ping ? patience_.answer : facts_.barrier_silence);
    if (now < limit && !settle_answered_) {
        wait_until(limit);
        return false;
    }
    // The target's own first questions may come right behind.
    const Time quiet = last_word_ + patience_.settle;
    const Time latest = *step_began_ + patience_.answer + patience_.settle;
    if (now < std::min(quiet, latest)) {
        wait_until(std::min(quiet, latest));
        return false;
    }
    return true;
}

void Trial::begin_stimulus() {
    const Time now = host_.now();
    const Since shift = now - origin_;
    for (HeardMessage& message : heard_.lines[0].messages) {
        message.at -= shift;
    }
    origin_ = now;
    enter(stale_ ? Phase::heard : Phase::stimulus);
}

void Trial::farewell() {
    enter(Phase::farewell);
    awaited_.reset();
    for (std::size_t i = 0; i < connections_.size(); ++i) {
        Connection& connection = connections_[i];
        if (connection.probe == nullptr) { continue; }
        const auto line = static_cast<Line>(i);
        if (open_line(line) != nullptr && !heard_.lines[i].our_hello.empty() && !connection.inside_frame) {
            say(line, disconnect_frame(facts_));
        }
        if (connection.probe == nullptr) { continue; } // the write may have ended it
        connection.probe->close_when_sent();
        host_.transport().flush(connection.probe->id());
    }
    tick();
}

void Trial::advance_farewell() {
    const Time limit = phase_began_ + patience_.leave;
    for (Connection& connection : connections_) {
        if (connection.probe == nullptr) { continue; }
        if (host_.now() < limit) { return wait_until(limit); }
        connection.probe->drop();
        host_.transport().flush(connection.probe->id());
    }
    if (std::ranges::all_of(connections_, [](const Connection& c) { return c.probe == nullptr; })) {
        enter(Phase::over);
    }
}

} // namespace ethpoc::conform
