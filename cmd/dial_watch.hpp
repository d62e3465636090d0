// DialWatch: when `ethpoc dial` has reached its point, and when it cannot be reached any more.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "cmd/exit_code.hpp"
#include "cmd/view/cause.hpp"
#include "peer/observer.hpp"
#include "wire/reasons.hpp"

namespace ethpoc::cmd {

enum class Until : std::uint8_t { hello, synced, never };

class DialWatch final : public peer::ObserverOf<DialWatch> {
  public:
    explicit DialWatch(Until until) : until_(until) {}

    /// The point is reached; called once, with the reason to leave.
    std::function<void(std::string)> stop = [](std::string) {};
    /// Nothing is connected any more. A refusal may be followed by a retry with another version, told right after it:
    /// look at over() a moment later.
    std::function<void()> look_later = [] {};

    void on(const peer::event::Connected& event) {
        open_.insert(event.peer.id);
        if (!reached_) { code_.reset(); }
    }
    void on(const peer::event::Hello& event) {
        greeted_.insert(event.peer.id);
        reach(Until::hello);
    }
    void on(const peer::event::Synced&) { reach(Until::synced); }
    void on(const peer::event::ConnectFailed& event) {
        note(reproach(event.ourselves ? Cause::ourselves : Cause::unreachable, event.endpoint), Weight::ended);
        give_up(ExitCode::io);
    }
    /// It may still come to its point, only later.
    void on(const peer::event::Delayed& event) { note(reproach(event), Weight::paced); }
    /// What differs stays so: there is nothing to wait for where a chain is wanted.
    void on(const peer::event::Differs& event) {
        note(reproach(event), Weight::differs);
        if (until_ != Until::synced || reached_ || code_) { return; }
        code_ = ExitCode::negative;
        stop("no chain in common");
    }
    /// Versions are guessed side by side: when one is right, the others end, and that is not the end.
    void on(const peer::event::Disconnected& event) {
        open_.erase(event.peer.id);
        // Of several guesses that ended, the one that was greeted, or had a word for it, says most.
        const bool greeted = greeted_.erase(event.peer.id) > 0;
        const bool our_end = event.by == peer::EndedBy::us && event.reason_code == wire::reason::client_quitting;
        const bool word = event.reason_code.has_value() && event.by == peer::EndedBy::them;
        if (!code_ && !our_end) {
            note(reproach(event, greeted), greeted ? Weight::greeted : word ? Weight::word : Weight::ended);
        }
        give_up(ExitCode::negative);
    }
    void on(const peer::event::Retry&) {
        if (!reached_) { code_.reset(); }
    }

    /// Why the point was not reached, as far as the peer has shown it; otherwise the time was over.
    Reproach why(std::string_view peer) const { return why_.value_or(reproach(Cause::no_time, peer)); }
    bool reached() const { return reached_; }
    bool over() const { return code_.has_value(); }
    ExitCode code() const { return code_.value_or(until_ == Until::never ? ExitCode::done : ExitCode::negative); }

  private:
    enum class Weight : std::uint8_t { paced, ended, word, greeted, differs };

    void note(Reproach why, Weight weight) {
        if (reached_ || (why_ && weight < weight_)) { return; }
        why_ = std::move(why);
        weight_ = weight;
    }
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
    std::set<wire::ConnectionId> greeted_{};
    std::optional<Reproach> why_{};
    Weight weight_{};
    std::optional<ExitCode> code_{};
};

} // namespace ethpoc::cmd
