#include "peer/recruiter.hpp"

#include <algorithm>

namespace ethpoc::peer {

namespace {
constexpr WallTime first_seed_pause = 15; // seconds between two rounds through the seeds
constexpr WallTime longest_seed_pause = 600;
} // namespace

void Recruiter::set_seeds(std::vector<std::string> endpoints) {
    seeds_ = std::move(endpoints);
    std::ranges::shuffle(seeds_, random_);
    next_seed_ = 0;
    seeds_again_ = 0;
    seed_pause_ = 0;
}

void Recruiter::add_alternative(const NodeAddress& where) {
    if (std::ranges::find(alternatives_, where) != alternatives_.end()) { return; }
    if (alternatives_.size() >= most_alternatives) { alternatives_.pop_front(); }
    alternatives_.push_back(where);
}

std::optional<Recruiter::Choice> Recruiter::next(WallTime now, const Usable& usable) {
    seeds_spent_ = false;
    if (auto saved = next_of(saved_, now, usable)) { return saved; }
    if (book_.tried() < poor) {
        if (auto seed = next_seed(now, usable)) { return seed; }
    }
    const AddressRow* const row =
        book_.pick(now, random_, [&usable](const AddressRow& each) { return usable(each.where); });
    if (row != nullptr) { return Choice{to_text(row->where), row->where}; }
    if (auto seed = next_seed(now, usable)) { return seed; }
    return next_of(alternatives_, now, usable);
}

/// Each has one chance; if the book knows it, and that it must be left alone for a while, not even that.
std::optional<Recruiter::Choice> Recruiter::next_of(std::deque<NodeAddress>& queue, WallTime now,
                                                    const Usable& usable) {
    while (!queue.empty()) {
        const NodeAddress where = queue.front();
        queue.pop_front();
        const AddressRow* const known = book_.find(where);
        if (known != nullptr && known->failures > 0 && next_try(*known) > now) { continue; }
        if (usable(where)) { return Choice{to_text(where), where}; }
    }
    return std::nullopt;
}

std::optional<Recruiter::Choice> Recruiter::next_seed(WallTime now, const Usable& usable) {
    seeds_spent_ = true;
    if (now < seeds_again_) { return std::nullopt; }
    while (next_seed_ < seeds_.size()) {
        const std::string& endpoint = seeds_[next_seed_++];
        const auto where = parse_address(endpoint);
        if (where && !usable(*where)) { continue; }
        seeds_spent_ = false;
        return Choice{endpoint, where};
    }
    next_seed_ = 0;
    seed_pause_ = std::clamp(2 * seed_pause_, first_seed_pause, longest_seed_pause);
    seeds_again_ = now + seed_pause_;
    return std::nullopt;
}

} // namespace ethpoc::peer
