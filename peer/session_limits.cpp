// The limits part of Session: how much it reads, what a frame may be, what it makes the node hold, when it is enough.
#include <algorithm>

#include "peer/session.hpp"
#include "wire/limits.hpp"
#include "wire/reasons.hpp"
#include "wire/tolerated.hpp"

namespace ethpoc::peer {

namespace reason = wire::reason;

namespace {
constexpr auto look_again = std::chrono::milliseconds(50); // for room that others must make
constexpr auto forgiven_after = std::chrono::seconds(10);  // one strike
constexpr std::size_t answer_burst = 2;                    // seconds of SessionOptions::answer_rate
} // namespace

void Session::set_account(std::shared_ptr<sync::Account> account) noexcept {
    account_ = std::move(account);
}

/// Tells the account of the address what this session holds; called wherever that may have changed.
void Session::settle() noexcept {
    if (account_ == nullptr) { return; }
    const std::size_t held = std::max(decoder_.held(), reserved_) + outbox_.bytes() + deferred_bytes_;
    if (held > charged_) { account_->charge(held - charged_); }
    if (held < charged_) { account_->release(charged_ - held); }
    charged_ = held;
}

/// Its address holds its share, and this session more than what each may always hold. A frame for which room was set
/// aside does not count: it must be able to end.
bool Session::starved() const noexcept {
    if (account_ == nullptr || charged_ - std::min(charged_, reserved_) <= options_.free_memory) { return false; }
    return !account_->has_room();
}

bool Session::paused(bool look_at_chain) const {
    return outbox_.bytes() >= options_.send_queue || now_ < read_after_ || starved() ||
           (look_at_chain && host_.chain_full(*this));
}

/// It has sent a message of this type; what is beyond the row of its type is read later.
void Session::pace_request(wire::MessageType type) {
    const Time again = pace_.note(type, now_);
    if (again > now_) { host_.observers().tell(event::Delayed{ref(), type}); }
    read_after_ = std::max(read_after_, again);
}

/// What it was answered with may cost only so many bytes a second.
void Session::pace_answer(std::size_t bytes) {
    if (options_.answer_rate == 0) { return; }
    constexpr std::chrono::nanoseconds second = std::chrono::seconds(1);
    const std::chrono::nanoseconds cost(second.count() * static_cast<std::int64_t>(bytes) /
                                        static_cast<std::int64_t>(options_.answer_rate));
    read_after_ = std::max(read_after_, answers_.take_for(now_, cost, answer_burst * second));
}

std::optional<std::pair<EndedBy, std::string>> Session::overdue(Time now) const {
    if (offered_since_ && now >= *offered_since_ + options_.send_stall) {
        return {{EndedBy::timeout, "does not read"}};
    }
    if (frame_open_ && now >= std::max(frame_since_, deaf_until_) + options_.frame) {
        return {{EndedBy::timeout, "a frame that does not end"}};
    }
    if (phase_ == Phase::ready) {
        if (now >= std::max(last_heard_, deaf_until_) + options_.idle) {
            return {{EndedBy::timeout, "silent for too long"}};
        }
    } else if (!have_hello_ && now >= std::max(started_, deaf_until_) + options_.handshake) {
        return {{EndedBy::timeout, "no Hello"}};
    }
    return std::nullopt;
}

/// After something was queued, or shed.
void Session::note_slowness(bool shed) {
    const std::size_t waits = outbox_.bytes();
    slow_ = slow_ || (waits > options_.send_queue / 2 && (shed || waits >= options_.send_queue));
}

void Session::forgive_slowness() {
    if (!slow_ || outbox_.bytes() > options_.send_queue / 2) { return; }
    slow_ = false;
    slow_since_.reset();
}

/// A queue that is half empty for a moment is proof enough that the peer reads. One whose queue never is would get only
/// a part of the news, and holds memory that others could use.
void Session::judge_slowness(Time now) {
    forgive_slowness();
    if (!slow_) { return; }
    if (!slow_since_) { slow_since_ = now; }
    if (now < *slow_since_ + options_.slow_peer) { return; }
    std::string why = "reads too slowly: " + std::to_string(outbox_.bytes()) + " bytes wait for it";
    outbox_.clear_unbegun(); // or the last word would come behind them
    end(reason::useless_peer, std::move(why));
}

bool Session::wants_bytes() const {
    if (phase_ == Phase::closing) { return true; }
    return phase_ != Phase::ended && !backlog_ && !waits_for_room_ && !paused();
}

/// When what keeps us from reading may be over; Time::max(): somebody will tell.
Time Session::read_again_at() const noexcept {
    if (waits_for_room_ || starved()) { return now_ + look_again; }
    if (now_ < read_after_) { return read_after_; }
    return backlog_ && !paused() ? now_ : Time::max();
}

/// The type of a payload of which `head` has come; nothing: too little of it.
std::optional<wire::MessageType> Session::type_of_payload(BytesView head) const {
    if (!have_hello_ && wire::looks_like_hello(head)) { return wire::MessageType::Hello; }
    return wire::peek_type(have_hello_ ? *profile_ : *early_profile(head), head, offsets_);
}

std::size_t Session::most_bytes(wire::MessageType type) const noexcept {
    const wire::MessageLimits& row = wire::limits_of(type);
    return have_hello_ ? row.bytes : row.before_hello;
}

/// A whole payload that is larger than its type may be; what is larger has cost its strike and is not looked at.
bool Session::refuse_size(BytesView payload, wire::MessageType type) {
    const std::size_t most = most_bytes(type);
    if (payload.size() <= most) { return false; }
    note_malformed(too_large(type, payload.size(), most), payload.first(0));
    return true;
}

Error Session::too_large(wire::MessageType type, std::size_t size, std::size_t most) {
    return {&wire::errors::too_large, 0, size, "payload",
            std::string(wire::name_of(type)) + " of " + std::to_string(size) + " bytes, the limit is " +
                std::to_string(most)};
}

/// A frame that has not come whole: is its size allowed, and is there room for it?
void Session::look_at_pending() {
    const auto pending = decoder_.pending();
    waits_for_room_ = false;
    if (!pending) {
        reserved_ = 0;
        return;
    }
    if (const auto type = type_of_payload(pending->head); type && pending->length > most_bytes(*type)) {
        const Error error = too_large(*type, pending->length, most_bytes(*type));
        host_.observers().tell(event::Malformed{ref(), &error, {}});
        return end(reason::bad_protocol, "a frame that is too large");
    }
    const std::size_t whole = wire::frame_header_size + pending->length;
    if (account_ == nullptr || whole <= options_.free_memory || reserved_ >= whole) { return; }
    if (account_->has_room(whole)) {
        reserved_ = whole;
    } else {
        waits_for_room_ = true;
    }
}

void Session::note_malformed(const Error& error, BytesView payload) {
    const auto cut = wire::cut_open_at(payload);
    const std::uint64_t frame_at = decoder_.frame().offset;
    const bool open = cut && decoder_.reopen(*cut);
    const Error why = open ? wire::cut_open_error(frame_at, *cut, payload.size()) : error;
    host_.observers().tell(event::Malformed{ref(), &why, payload});
    host_.offended(*this, Offence::malformed);
    const bool enough = strikes_.take(now_, forgiven_after, options_.max_strikes - 1) > now_;
    if (enough) { return end(reason::bad_protocol, "malformed messages"); }
    if (!have_hello_ && !open) { end(reason::bad_protocol, "malformed messages"); }
}

void Session::note_tolerated(const wire::Profile& profile, wire::MessageType type, BytesView payload) {
    if (!host_.observers().want<event::Tolerated>()) { return; }
    if (const auto error = wire::tolerated_in(profile, payload, type)) {
        host_.observers().tell(event::Tolerated{ref(), &*error});
    }
}

} // namespace ethpoc::peer
