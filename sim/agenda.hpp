// Agenda: virtual time. What is to happen, in order; the clock stands still while something happens and then jumps to
// the next. What is due at the same time happens in the order in which it was put down.
#pragma once

#include <cstdint>
#include <vector>

#include "peer/driver.hpp"

namespace ethpoc::sim {

using peer::Time;

class Actor {
  public:
    virtual ~Actor() = default;
    /// `what`: as it was given to Agenda::at().
    virtual void act(std::uint64_t what) = 0;
};

class Agenda {
  public:
    /// Not at the beginning of the clock: what never happened is there.
    static constexpr Time start{std::chrono::hours(24)};

    Time now() const noexcept { return now_; }
    std::chrono::nanoseconds passed() const noexcept { return now_ - start; }

    /// `actor` outlives the agenda, or whatever it has put down. A time that has passed is now.
    void at(Time when, Actor& actor, std::uint64_t what);
    /// The next thing, if it is due by `until`. False: nothing is; then it is `until`.
    bool step(Time until);

    std::uint64_t happened() const noexcept { return happened_; }
    std::size_t waiting() const noexcept { return heap_.size(); }

  private:
    struct Entry {
        Time when;
        std::uint64_t turn;
        Actor* actor;
        std::uint64_t what;
    };
    static bool later(const Entry& a, const Entry& b) noexcept {
        return a.when != b.when ? a.when > b.when : a.turn > b.turn;
    }

    std::vector<Entry> heap_{};
    Time now_ = start;
    std::uint64_t turn_ = 0;
    std::uint64_t happened_ = 0;
};

} // namespace ethpoc::sim
