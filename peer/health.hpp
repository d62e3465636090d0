// Health: whether a node does its work, for those who restart or replace one that does not.
#pragma once

#include <chrono>
#include <string>

#include "peer/observer.hpp"

namespace ethpoc::peer {

/// How long the chain thread may be at one piece of work: the largest slice of blocks takes a second or two.
inline constexpr std::chrono::seconds chain_patience{30};

class Health final : public ObserverOf<Health> {
  public:
    void on(const event::StoreFailed& event) { store_failed_ = event.error->code->word; }

    struct Facts {
        std::chrono::nanoseconds chain_silent{}; // since the chain thread was last seen at work, or ready for it
        std::string listen{};                    // HOST:PORT; empty: nowhere
        std::size_t peers = 0;                   // that have shaken hands
        std::uint64_t head = 0;
    };
    struct Verdict {
        bool well = false;
        std::string sentence{};
    };
    Verdict judge(const Facts& facts) const;

  private:
    std::string_view store_failed_{}; // an error code; empty: it works
};

/// {"well": .., "sentence": ..}
std::string to_json(const Health::Verdict& verdict);

} // namespace ethpoc::peer
