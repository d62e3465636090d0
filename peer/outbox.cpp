#include "peer/outbox.hpp"

#include <algorithm>

namespace ethpoc::peer {

namespace {
// What a frame costs beside its bytes: a flood of Pings must not grow a queue of tiny Pongs beyond its limit.
constexpr std::size_t entry_cost = 128;
constexpr std::size_t kept_entries = 4; // what an idle peer's queue may keep; a Pong then costs no allocation
} // namespace

bool Outbox::push(SharedFrame frame, wire::MessageType type, bool relay, std::size_t limit) {
    if (relay && bytes_ + frame->size() + entry_cost > limit) { return false; }
    bytes_ += frame->size() + entry_cost;
    entries_.push_back({std::move(frame), type, last_asked_});
    return true;
}

Time Outbox::ready_at(const wire::Quirks& quirks) const noexcept {
    if (empty()) { return Time::max(); }
    Time at = last_frame_ + quirks.frame_gap;
    if (entries_[head_].type == wire::MessageType::Blocks) {
        at = std::max(at, std::max(last_blocks_, entries_[head_].asked) + quirks.blocks_gap);
    }
    return at;
}

const Outbox::Entry* Outbox::front(Time now, const wire::Quirks& quirks) const noexcept {
    return ready_at(quirks) <= now ? &entries_[head_] : nullptr;
}

std::size_t Outbox::pop(Time now) {
    Entry& done = entries_[head_];
    const std::size_t size = done.frame->size();
    bytes_ -= size + entry_cost;
    last_frame_ = now;
    if (done.type == wire::MessageType::Blocks) { last_blocks_ = now; }
    done.frame.reset();
    ++head_;
    if (empty()) {
        clear();
    } else if (head_ >= 64 && head_ * 2 >= entries_.size()) {
        entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(head_));
        head_ = 0;
    }
    return size;
}

void Outbox::clear() noexcept {
    entries_.clear();
    if (entries_.capacity() > kept_entries) { entries_.shrink_to_fit(); }
    head_ = 0;
    bytes_ = 0;
}

} // namespace ethpoc::peer
