// DialWatch: when `ethpoc dial` has reached its point, and when it cannot be reached any more.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "cmd/exit_code.hpp"
#include "peer/observer.hpp"

namespace ethpoc::cmd {

enum class Until : std::uint8_t { hello, synced, never };

class DialWatch final : public peer::ObserverOf<DialWatch> {
  public:
    explicit DialWatch(Until until) : until_(until) {}

    /// The point is reached; called once, with the reason to leave.
    std::function<void(std::string)> stop = [](std::string) {};
    /// Nothing is connected any more. A refusal may be followed by a retry with another version, told right behind it:
    /// look at over() a moment later.
    std::function<void()> look_later = [] {};

    void on(const peer::event::Connected& event) {
        open_.insert(event.peer.id);
        if (!reached_) { code_.reset(); }
    }
    void on(const peer::event::Hello&) { reach(Until::hello); }
    void on(const peer::event::Synced&) { reach(Until::synced); }
    void on(const peer::event::ConnectFailed&) { give_up(ExitCode::io); }
    /// Versions are guessed side by side: when one is right, the others end, and that is not the end.
    void on(const peer::event::Disconnected& event) {
        open_.erase(event.peer.id);
        give_up(ExitCode::negative);
    }
    void on(const peer::event::Retry&) {
        if (!reached_) { code_.reset(); }
    }

    bool over() const { return code_.has_value(); }
    ExitCode code() const { return code_.value_or(until_ == Until::never ? ExitCode::done : ExitCode::negative); }

  private:
    void reach(Until point) {
        if (point != until_ || reached_) { return; }
        reached_ = true;
        code_ = ExitCode::done;
        stop("client quitting");
    }
    void give_up(ExitCode code) {
        if (reached_ || !open_.empty()) { return; }
        code_ = code;
        look_later();
    }

    Until until_;
    bool reached_ = false;
    std::set<wire::ConnectionId> open_{};
    std::optional<ExitCode> code_{};
};

} // namespace ethpoc::cmd
