// The time of Session: when it must be woken, and what is due then.
#include <algorithm>

#include "peer/session.hpp"
#include "wire/codec.hpp"

namespace ethpoc::peer {

Time Session::deadline() const noexcept {
    // A frame that the socket does not take has no time of its own: the socket tells when it can be written.
    Time at = offered_since_ ? Time::max() : outbox_.ready_at(quirks_);
    const auto sooner = [&at](Time other) { at = std::min(at, other); };
    if (offered_since_) { sooner(*offered_since_ + options_.send_stall); }
    if (slow_ && phase_ != Phase::closing) { sooner(slow_since_ ? *slow_since_ + options_.slow_peer : now_); }
    if (phase_ == Phase::closing) {
        sooner(closing_since_ ? *closing_since_ + options_.disconnect : now_);
        return at;
    }
    sooner(read_again_at());
    if (frame_open_) { sooner(std::max(frame_since_, deaf_until_) + options_.frame); }
    if (phase_ == Phase::waiting) {
        sooner(started_ + (direction_ == Direction::inbound ? options_.hello_wait_inbound : options_.hello_wait));
    }
    if (have_hello_ && waits_for_status()) { sooner(greeted_since_ + status_patience()); }
    if (phase_ == Phase::ready) {
        sooner(ping_at());
        sooner(std::max(last_heard_, deaf_until_) + options_.idle);
    } else {
        sooner(std::max(started_, deaf_until_) + options_.handshake);
    }
    return at;
}

void Session::tick(Time now) {
    now_ = now;
    if (phase_ == Phase::ended) { return; }
    if (phase_ == Phase::closing) {
        if (!closing_since_) { closing_since_ = now; }
        if (now >= *closing_since_ + options_.disconnect) { finish(end_.by, end_.reason, end_.why); }
        return;
    }
    process(now); // what was left when the chain was full
    if (phase_ == Phase::ended || phase_ == Phase::closing) { return; }
    // A peer that is not listened to is not silent. A frame for which there is no room is no excuse: its time goes on.
    // Nor is its own haste before Hello: that would keep a place taken for as long as it has something else to say.
    if (paused() && (have_hello_ || now >= read_after_)) { deaf_until_ = now; }
    if (auto late = overdue(now)) {
        report_garbage();
        return finish(late->first, std::nullopt, std::move(late->second));
    }
    judge_slowness(now);
    if (phase_ == Phase::closing) { return; }
    if (phase_ == Phase::waiting && !said_hello_) {
        const auto wait = direction_ == Direction::inbound ? options_.hello_wait_inbound : options_.hello_wait;
        const wire::Profile* guess = host_.guess(*this).profile;
        if (now >= started_ + wait && guess != nullptr) {
            say_hello(*guess, now);
            host_.spoke_first(*this);
        }
    }
    if (have_hello_ && waits_for_status() && now >= greeted_since_ + status_patience()) { say_status(); }
    if (phase_ == Phase::greeted && have_hello_ && now >= started_ + options_.handshake) {
        become_ready_without_eth(now);
    }
    if (phase_ == Phase::ready) { ping_if_silent(now); }
}

/// Usually when they have been silent for long; for some clients when we have been (spec CLIENTS 3.6).
Time Session::ping_at() const noexcept {
    if (quirks_.speak_every.count() == 0) { return std::max(last_heard_, last_ping_) + options_.ping; }
    return std::max(outbox_.last_written(), last_ping_) + quirks_.speak_every;
}

void Session::ping_if_silent(Time now) {
    if (now < ping_at()) { return; }
    last_ping_ = now;
    ping_open_ = true;
    queue(wire::MessageType::Ping, wire::compose_plain(*profile_, wire::MessageType::Ping));
}

} // namespace ethpoc::peer
