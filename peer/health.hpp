// Health: whether a node does its work, for those who restart or replace one that does not.
#pragma once

#include <chrono>
#include <string>

#include "peer/observer.hpp"

namespace ethpoc::peer {

/// How long the chain thread may be at one piece of work: the largest slice of blocks takes a second or two.
inline constexpr std::chrono::seconds chain_patience{30};

/// Remembers what has gone wrong for good; the rest is asked when it is judged.
class Health final : public ObserverOf<Health> {
  public:
    /// The store could not be written: the node is not well from now on.
    void on(const event::StoreFailed& event) { store_failed_ = event.error->code->word; }

    /// What is looked at, beside what was told.
    struct Facts {
        std::chrono::nanoseconds chain_silent{}; // since the chain thread was last seen at work, or ready for it
        std::string listen{};                    // HOST:PORT; empty: nowhere
        std::size_t peers = 0;                   // that have shaken hands
        std::uint64_t head = 0;
    };
    /// Whether it is well, and a sentence that says what it does or lacks.
    struct Verdict {
        bool well = false;
        std::string sentence{};
    };
    /// Not well: the store has failed, the chain thread is silent for too long, or nobody is or can be connected.
    Verdict judge(const Facts& facts) const;

  private:
    std::string_view store_failed_{}; // an error code; empty: it works
};

/// {"well": .., "sentence": ..}
std::string to_json(const Health::Verdict& verdict);

} // namespace ethpoc::peer
