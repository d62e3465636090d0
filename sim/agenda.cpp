#include "sim/agenda.hpp"

#include <algorithm>

namespace ethpoc::sim {

void Agenda::at(Time when, Actor& actor, std::uint64_t what) {
    heap_.push_back({std::max(when, now_), turn_++, &actor, what});
    std::ranges::push_heap(heap_, later);
}

bool Agenda::step(Time until) {
    if (heap_.empty() || heap_.front().when > until) {
        now_ = std::max(now_, until);
        return false;
    }
    std::ranges::pop_heap(heap_, later);
    const Entry entry = heap_.back();
    heap_.pop_back();
    now_ = entry.when;
    ++happened_;
    entry.actor->act(entry.what);
    return true;
}

} // namespace ethpoc::sim
