// Recruiter: whom to dial next when there are too few peers. In this order:
//
//   saved         those that were connected when the node last ran
//   seeds         a list that was given, while hardly anybody is known who has ever answered: a book full of addresses
//                 that nobody listens at must not shut them out
//   learned       the address book: what peers tell of
//   alternatives  what a full peer gave us before its Disconnect 04
//
// (Special peers are always dialled, by Dialer itself.) No clock, no sockets.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "peer/address_book.hpp"

namespace ethpoc::peer {

/// Chooses from four sources in one order.
class Recruiter {
  public:
    static constexpr std::size_t most_alternatives = 64; // kept; the oldest leaves
    static constexpr std::size_t poor = 8;               // so few tried addresses in the book: seeds come before it

    /// Both outlive it.
    Recruiter(AddressBook& book, std::mt19937_64& random) : book_(book), random_(random) {}

    /// One that was connected when the node last ran; in the order in which they are added.
    void add_saved(const NodeAddress& where) { saved_.push_back(where); }
    /// HOST:PORT each; they replace those that were there.
    void set_seeds(std::vector<std::string> endpoints);
    /// An address that a full peer gave; the oldest leaves when there are too many.
    void add_alternative(const NodeAddress& where);

    /// Whom to dial.
    struct Choice {
        std::string endpoint;
        std::optional<NodeAddress> where{}; // nothing: a host name of the seeds
    };
    /// False: connected or being dialled, banned, not allowed, too many of its subnet.
    using Usable = std::function<bool(const NodeAddress&)>;
    /// The first of the order that is usable; nothing: nobody is.
    std::optional<Choice> next(WallTime now, const Usable& usable);

    /// The last next() came to the seeds, and none was there, or all have had their chance.
    bool seeds_spent() const noexcept { return seeds_spent_; }
    std::size_t alternatives() const noexcept { return alternatives_.size(); }

  private:
    std::optional<Choice> next_of(std::deque<NodeAddress>& queue, WallTime now, const Usable& usable);
    std::optional<Choice> next_seed(WallTime now, const Usable& usable);

    AddressBook& book_;
    std::mt19937_64& random_;
    std::deque<NodeAddress> saved_{};
    std::deque<NodeAddress> alternatives_{};
    std::vector<std::string> seeds_{};
    std::size_t next_seed_ = 0;
    bool seeds_spent_ = false;
    WallTime seeds_again_ = 0; // all were used
    WallTime seed_pause_ = 0;  // the last pause between two rounds through them
};

} // namespace ethpoc::peer
