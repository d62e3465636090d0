// Puppet: the driver of an attacker's connection. Says Hello, reads frames and writes what it is given; all else is the
// attacker's.
#pragma once

#include <deque>
#include <memory>

#include "peer/driver.hpp"
#include "wire/codec.hpp"
#include "wire/frame.hpp"

namespace ethpoc::sim {

class Puppet;

/// Who pulls the strings.
class Puppeteer {
  public:
    virtual ~Puppeteer() = default;
    virtual wire::HelloOut hello() = 0;
    /// Both have said Hello.
    virtual void greeted(Puppet& puppet) = 0;
    virtual void heard(Puppet& puppet, const wire::Message& message) = 0;
    virtual void over(Puppet& puppet) = 0;
};

class Puppet final : public peer::Driver {
  public:
    Puppet(Puppeteer& master, const wire::Profile& profile, wire::ConnectionId id) :
        master_(master), profile_(profile), id_(id) {}

    wire::ConnectionId id() const noexcept { return id_; }
    const wire::Profile& profile() const noexcept { return profile_; }
    bool greeted() const noexcept { return greeted_; }
    void say(Bytes frame) {
        if (!frame.empty()) { frames_.push_back(std::move(frame)); }
    }
    std::size_t unsaid() const noexcept { return frames_.size(); }
    void hang_up() noexcept { ended_ = true; }
    /// From now on nothing is read.
    void stop_reading() noexcept { reads_ = false; }

    // Driver
    void start(peer::Time) override { say(wire::compose_hello(profile_, master_.hello())); }
    void receive(BytesView bytes, peer::Time) override;
    void receive_eof(peer::Time) override { hang_up(); }
    void receive_error(std::string) override { hang_up(); }
    void tick(peer::Time) override {}
    bool wants_bytes() const override { return reads_ && !ended_; }
    const Bytes* writable(peer::Time) override { return frames_.empty() ? nullptr : &frames_.front(); }
    void wrote(peer::Time) override { frames_.pop_front(); }
    void moved(peer::Time) override {}
    peer::Time deadline() const override { return peer::Time::max(); }
    bool ended() const override { return ended_; }

  private:
    void take(BytesView payload);

    Puppeteer& master_;
    const wire::Profile& profile_;
    const wire::ConnectionId id_;
    wire::FrameDecoder decoder_{};
    std::deque<Bytes> frames_{};
    bool greeted_ = false;
    bool reads_ = true;
    bool ended_ = false;
};

} // namespace ethpoc::sim
