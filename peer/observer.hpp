// Observers: everything that watches a node: event lines, the log, metrics, and later rooms. No global state; observers
// are handed in and outlive the node. All calls come from the network thread, so an observer must be quick.
#pragma once

#include <initializer_list>
#include <utility>
#include <vector>

#include "peer/event.hpp"

namespace ethpoc::peer {

/// Hears events of its choice; ObserverOf makes one of functions on(const event::X&).
class Observer {
  public:
    virtual ~Observer() = default;
    /// The events that it is to be told; nothing else is built for it. Asked once, when it is added.
    virtual EventMask wants() const = 0;
    /// One of those events, and any other that somebody else wants.
    virtual void tell(const Event& event) = 0;
};

/// An observer by what it handles: `class Board : public ObserverOf<Board>` with `void on(const event::Synced&)` wants
/// Synced, and nothing else.
template <class Self>
class ObserverOf : public Observer {
  public:
    EventMask wants() const override { return handled(std::make_index_sequence<std::variant_size_v<Event>>{}); }
    void tell(const Event& event) override {
        std::visit(
            [this](const auto& each) {
                if constexpr (handles<decltype(each)>()) { static_cast<Self*>(this)->on(each); }
            },
            event);
    }

  private:
    friend Self; // so that nobody else can be one
    ObserverOf() = default;
    template <class E>
    static constexpr bool handles() {
        return requires(Self & self, E event) {
            self.on(event);
        };
    }
    template <std::size_t... Index>
    static constexpr EventMask handled(std::index_sequence<Index...>) {
        return (EventMask{} | ... |
                (handles<const std::variant_alternative_t<Index, Event>&>() ? EventMask{1} << Index : EventMask{}));
    }
};

/// All observers, as the places see them that have something to tell.
class Observers {
  public:
    /// All of them must outlive this.
    Observers(std::initializer_list<Observer*> list = {}) {
        for (Observer* observer : list) {
            add(*observer);
        }
    }
    /// `observer` must outlive this.
    void add(Observer& observer) {
        list_.push_back(&observer);
        wanted_ |= observer.wants();
    }
    /// Somebody wants events of this kind, so it is worth building one.
    template <class E>
    bool want() const noexcept {
        return (wanted_ & mask_of<E>()) != 0;
    }
    EventMask wanted() const noexcept { return wanted_; }

    /// Tells those who want it, in the order in which they were added.
    template <class E>
    void tell(const E& event) const {
        if (want<E>()) { hand_on(event); }
    }
    /// `make` gives the event; it is called when somebody wants it.
    template <class E, class Make>
    void tell_made(Make&& make) const {
        if (want<E>()) { hand_on(E{make()}); }
    }

  private:
    void hand_on(const Event& event) const {
        for (Observer* observer : list_) {
            observer->tell(event);
        }
    }
    std::vector<Observer*> list_{};
    EventMask wanted_ = 0;
};

} // namespace ethpoc::peer
