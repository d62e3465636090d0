#include "conform/control.hpp"

#include <algorithm>
#include <utility>

#include "conform/manners.hpp"
#include "peer/versions.hpp"
#include "rlp/decode.hpp"
#include "wire/codec.hpp"

namespace ethpoc::conform {

using std::chrono::milliseconds;
using wire::MessageType;

namespace {

constexpr milliseconds listening{1500};         // dialled: for their Hello, before a guess of ours
constexpr milliseconds listening_inbound{7000}; // Java was seen to say Hello after 6.4 s (spec CLIENTS 3a)
constexpr milliseconds guessing{2500};          // for the answer to a guess
constexpr milliseconds dial_again{200};
constexpr std::size_t most_came = 1000;

/// "eth/49", "shh/2"; nothing where names stand alone.
std::vector<std::string> capabilities_of(const wire::Hello& hello) {
    std::vector<std::string> out;
    for (const rlp::Item& item : hello.capability_list) {
        rlp::Items pair;
        std::uint32_t version = 0;
        if (!item.is_list || !rlp::list_items_fast(item.whole(), pair, rlp::Mode::lenient) || pair.size() != 2 ||
            !rlp::value_fast(pair[1], version, rlp::Mode::lenient)) {
            return {};
        }
        const BytesView name = pair[0].payload();
        out.push_back(std::string(name.begin(), name.end()) + "/" + std::to_string(version));
    }
    return out;
}

template <class Fixed>
bool copy_into(BytesView bytes, Fixed& out) {
    if (bytes.size() != out.bytes.size()) { return false; }
    std::ranges::copy(bytes, out.bytes.begin());
    return true;
}

void note_hello(const wire::Hello& hello, const wire::Profile& profile, Facts& facts) {
    facts.client_id = std::string(hello.client_id);
    facts.listen_port = static_cast<std::uint16_t>(std::min<std::uint32_t>(hello.listen_port, 0xffff));
    copy_into(hello.node_id, facts.node_id);
    facts.capabilities = capabilities_of(hello);
    if (profile.family == wire::Family::flat) { facts.network_id = hello.network_id; }
    if (Hash256 head; copy_into(hello.best_hash, head)) {
        facts.head = head;
        facts.total_difficulty = hello.total_difficulty;
    }
    if (Hash256 genesis; copy_into(hello.genesis_hash, genesis)) { facts.genesis = genesis; }
}

} // namespace

Control::Control(Facts& facts, const Patience& patience, TrialHost& host, bool of_target) :
    facts_(facts), patience_(patience), host_(host), of_target_(of_target), chosen_(facts.profile != nullptr) {}

Control::~Control() = default;

void Control::introduce() {
    introduced_ = false;
    learner_.emplace(facts_);
    connect();
}

void Control::enter(State state) {
    state_ = state;
    state_began_ = host_.now();
    deadline_ = Time::max();
    tick();
}

// ---------------------------------------------------------------------------------------------------- connections

void Control::connect() {
    said_hello_ = said_status_ = heard_status_ = pinged_ = false;
    ++connections_;
    state_ = State::connecting;
    state_began_ = host_.now();
    deadline_ = state_began_ + patience_.accepted;
    if (of_target_) {
        wants_caller_ = true;
    } else {
        host_.transport().dial(*this, facts_.endpoint, {});
    }
}

std::unique_ptr<peer::Driver> Control::adopt(wire::ConnectionId id) {
    wants_caller_ = false;
    unreachable_since_.reset();
    starting_ = false;
    auto out = std::make_unique<Probe>(*this, id, Line{0});
    probe_ = out.get();
    // A Hello with a genesis can be said once theirs has told which one.
    const bool says_genesis = facts_.profile != nullptr && facts_.profile->hello == wire::HelloForm::with_genesis;
    const bool speaks_first = facts_.profile != nullptr && (!says_genesis || facts_.genesis);
    if (speaks_first) { say_hello(); }
    enter(speaks_first ? State::greeting : State::listening);
    return out;
}

std::unique_ptr<peer::Driver> Control::connected(wire::ConnectionId id, peer::Direction /*direction*/,
                                                 std::string /*endpoint*/) {
    return adopt(id);
}

void Control::closed(wire::ConnectionId id) {
    if (probe_ == nullptr || probe_->id() != id) { return; }
    probe_ = nullptr;
    if (state_ != State::ready) { lost("the connection was closed"); }
}

/// A target that was just started may need a while until it listens.
void Control::dial_failed(const std::string& /*endpoint*/, std::string_view why) {
    const Time now = host_.now();
    if (!unreachable_since_) { unreachable_since_ = now; }
    if (starting_ && now < *unreachable_since_ + patience_.ready) {
        return host_.transport().dial(*this, facts_.endpoint, dial_again);
    }
    lost("no connection: " + std::string(why));
}

void Control::on_ended(Probe& probe, Ending how, Time /*now*/) {
    if (&probe != probe_) { return; }
    probe.drop();
    probe_ = nullptr;
    if (state_ != State::ready || asking_) {
        lost(how == Ending::fin ? "it closed the connection" : "it broke the connection off");
    }
}

void Control::on_garbage(Probe& /*probe*/, std::uint64_t /*size*/, Time /*now*/) {}

void Control::close() {
    if (probe_ == nullptr) { return; }
    Probe* const probe = std::exchange(probe_, nullptr);
    if (said_hello_) { probe->send(disconnect_frame(facts_)); }
    probe->close_when_sent();
    host_.transport().flush(probe->id());
}

/// The connection is gone where one was needed.
void Control::lost(const std::string& why) {
    close();
    if (introduced_) { return answer_question(false); }
    const bool guessed = state_ == State::greeting && !chosen_;
    if (guessed || (state_ == State::listening && !chosen_)) { return next_guess(); }
    fail(why);
}

void Control::fail(std::string why) {
    why_ = std::move(why);
    enter(State::failed);
}

void Control::say(Bytes frame) {
    if (probe_ == nullptr || frame.empty()) { return; }
    probe_->send(std::move(frame));
    host_.transport().flush(probe_->id());
}

// ---------------------------------------------------------------------------------------------------- who is it

void Control::say_hello() {
    said_hello_ = true;
    say(hello_frame(facts_, "control " + std::to_string(connections_), 0));
}

/// Nothing was heard: a guess, on a connection of its own, since a wrong one ends it.
void Control::next_guess() {
    if (guesses_.empty()) {
        guesses_ = peer::guesses(of_target_ ? peer::Direction::inbound : peer::Direction::outbound, first_id_);
    }
    if (guess_ == guesses_.size()) {
        facts_.profile = nullptr;
        return fail("it says no Hello, and answers none of ours in " + std::to_string(guess_) + " versions");
    }
    facts_.profile = guesses_[guess_++];
    if (probe_ != nullptr && !said_hello_) {
        say_hello();
        return enter(State::greeting);
    }
    close();
    connect();
}

void Control::on_hello(BytesView payload) {
    Bytes scratch;
    auto greeting = wire::decode_greeting(payload, scratch);
    if (!greeting) { return lost("its Hello cannot be read: " + greeting.error().message()); }
    if (!chosen_ && greeting->profile == nullptr) {
        return fail("it speaks a version that nobody knows: " + std::to_string(greeting->hello.version));
    }
    const bool wrong_guess = !chosen_ && said_hello_ && facts_.profile != greeting->profile;
    if (!chosen_) { facts_.profile = greeting->profile; }
    if (wrong_guess) { // JavaScript tells its version behind the Disconnect that answers another one
        chosen_ = true;
        close();
        return connect();
    }
    const std::array offered{facts_.profile};
    Bytes again;
    if (auto ours = wire::decode_greeting(payload, again, offered); ours) { facts_.offsets = ours->offsets; }
    if (!introduced_) { note_hello(greeting->hello, *facts_.profile, facts_); }
    if (!said_hello_) { say_hello(); }
    enter(State::settling);
}

void Control::say_status() {
    if (std::exchange(said_status_, true)) { return; }
    if (!facts_.genesis) {
        facts_.genesis = chain::genesis_candidates(facts_.profile->chain_version()).front().genesis.hash;
    }
    say(status_frame(facts_));
}

// ---------------------------------------------------------------------------------------------------- what is heard

void Control::on_frame(Probe& probe, BytesView payload, Time now) {
    if (&probe != probe_) { return; }
    if (state_ == State::listening || state_ == State::greeting) {
        if (wire::looks_like_hello(payload)) { return on_hello(payload); }
        if (facts_.profile == nullptr) {
            if (!first_id_ && payload.size() > 1) { first_id_ = payload[1]; }
            return;
        }
    }
    const HeardMessage message = hear(payload, {}, facts_, facts_.offsets);
    came_.push_back({now, message});
    if (came_.size() > most_came) { came_.pop_front(); }
    if (message.type == MessageType::Status) {
        heard_status_ = true;
        Bytes scratch;
        const auto read = wire::decode(*facts_.profile, payload, scratch, facts_.offsets);
        const auto* const status = read ? std::get_if<wire::Status>(&*read) : nullptr;
        if (!chosen_ && !introduced_ && status != nullptr) { // p2p 0 says its eth version only here
            const auto* const row = wire::find_p2p(facts_.profile->version, status->version);
            if (row != nullptr) { facts_.profile = row; }
        }
    }
    if (!introduced_) { learner_->note(message); }
    if (said_hello_) { say(polite_answer(message, facts_, facts_.offsets)); }
    if (message.type == MessageType::Pong && std::exchange(pinged_, false) && asking_) { answer_question(true); }
    if (state_ == State::learning) {
        if (Bytes next = learner_->answer(message); !next.empty()) {
            state_began_ = now;
            say(std::move(next));
        }
        if (learner_->done()) { known(); }
    }
    tick();
}

void Control::begin_learning() {
    enter(State::learning);
    say(learner_->begin());
    if (learner_->done()) { known(); }
}

void Control::known() {
    if (state_ == State::ready) { return; }
    introduced_ = true;
    enter(State::ready);
}

std::vector<HeardMessage> Control::heard_since(Time from) const {
    std::vector<HeardMessage> out;
    for (const Came& came : came_) {
        if (came.at < from) { continue; }
        out.push_back(came.message);
        out.back().at = came.at - from;
    }
    return out;
}

// ---------------------------------------------------------------------------------------------------- is it alive

void Control::ask() {
    asking_ = true;
    retried_ = false;
    if (probe_ == nullptr) { return connect(); }
    ping();
}

void Control::ping() {
    pinged_ = true;
    enter(State::ready);
    say(wire::compose_plain(*facts_.profile, MessageType::Ping, facts_.offsets));
}

void Control::ask_for_start() {
    close();
    starting_ = hello_will_do_ = true;
    unreachable_since_.reset();
    ask();
}

void Control::answer_question(bool alive) {
    if (!asking_) {
        state_ = State::ready;
        deadline_ = Time::max();
        return;
    }
    if (!alive && !std::exchange(retried_, true)) { return connect(); } // it may have closed an idle connection
    asking_ = false;
    alive_ = alive;
    enter(State::ready);
}

// ---------------------------------------------------------------------------------------------------- time

void Control::look(Time limit, void (Control::*late)()) {
    if (host_.now() >= limit) { return (this->*late)(); }
    deadline_ = limit;
}

void Control::late_listening() {
    if (!chosen_) { return next_guess(); }
    say_hello();
    enter(State::greeting);
}

void Control::late_greeting() {
    if (introduced_) {
        close();
        return answer_question(false);
    }
    if (chosen_) { return fail("it says no Hello"); }
    close();
    next_guess();
}

void Control::late_settling() {
    // A Hello alone shows that it accepts, not that it answers.
    if (introduced_ && asking_ && std::exchange(hello_will_do_, false)) { return answer_question(true); }
    if (introduced_) { return asking_ ? ping() : known(); }
    begin_learning();
}

void Control::late_learning() {
    learner_->give_up();
    known();
}

void Control::tick() {
    deadline_ = Time::max();
    switch (state_) {
    case State::connecting:
        if (const Time limit = state_began_ + patience_.accepted + patience_.ready; host_.now() < limit) {
            deadline_ = limit;
        } else {
            wants_caller_ = false;
            lost(of_target_ ? "it does not dial us" : "no connection in time");
        }
        break;
    case State::listening:
        look(state_began_ + (of_target_ ? listening_inbound : listening), &Control::late_listening);
        break;
    case State::greeting:
        look(state_began_ + (chosen_ || introduced_ ? patience_.hello : guessing), &Control::late_greeting);
        break;
    case State::settling: { // p2p: Status comes behind the Hello; flat: what the target asks first
        const bool eth = facts_.profile->family == wire::Family::p2p && facts_.offsets.eth != 0;
        const Time pause = state_began_ + status_pause;
        if (eth && !said_status_ && (heard_status_ || host_.now() >= pause)) { say_status(); }
        const Time limit = eth && !heard_status_ ? state_began_ + patience_.status : pause;
        look(eth && !said_status_ ? pause : limit, &Control::late_settling);
        break;
    }
    case State::learning:
        look(state_began_ + patience_.answer + milliseconds(500), &Control::late_learning);
        break;
    case State::ready: // the answer to our Ping
        if (asking_ && pinged_) {
            if (!facts_.answers_ping) {
                pinged_ = false;
                answer_question(true); // it is open, which is all that can be known
            } else if (host_.now() >= state_began_ + patience_.answer) {
                pinged_ = false;
                close();
                answer_question(false);
            } else {
                deadline_ = state_began_ + patience_.answer;
            }
        }
        break;
    case State::idle:
    case State::failed:
        break;
    }
}

} // namespace ethpoc::conform
