#include "peer/outbox.hpp"

#include <algorithm>
#include <utility>

namespace ethpoc::peer {

namespace {
// What a frame costs beside its bytes: a flood of Pings must not grow a queue of tiny Pongs beyond its limit.
constexpr std::size_t entry_cost = 128;
constexpr std::size_t kept_entries = 4; // what an idle peer's queue may keep; a Pong then costs no allocation
} // namespace

std::vector<wire::MessageType> Outbox::push(SharedFrame frame, wire::MessageType type, bool relay, std::size_t limit) {
    std::vector<wire::MessageType> out;
    const std::size_t cost = frame->size() + entry_cost;
    while (bytes_ + cost > limit) {
        const std::size_t oldest = oldest_relay();
        if (oldest == entries_.size()) { break; }
        out.push_back(entries_[oldest].type);
        shed(oldest);
    }
    if (relay && bytes_ + cost > limit) {
        out.push_back(type);
        return out;
    }
    bytes_ += cost;
    entries_.push_back({std::move(frame), type, relay, last_asked_});
    return out;
}

/// Where it stands; entries_.size(): none waits. Each entry is looked at once.
std::size_t Outbox::oldest_relay() {
    relay_from_ = std::max(relay_from_, head_ + (begun_ ? 1 : 0));
    while (relay_from_ < entries_.size() && (!entries_[relay_from_].relay || entries_[relay_from_].frame == nullptr)) {
        ++relay_from_;
    }
    return std::min(relay_from_, entries_.size());
}

void Outbox::shed(std::size_t at) {
    bytes_ -= entries_[at].frame->size() + entry_cost;
    entries_[at].frame.reset();
    ++holes_;
    skip_shed();
}

void Outbox::skip_shed() {
    while (head_ < entries_.size() && entries_[head_].frame == nullptr) {
        ++head_;
    }
    if (empty()) {
        clear();
    } else if (holes_ >= 64 && holes_ * 2 >= entries_.size()) {
        std::erase_if(entries_, [](const Entry& entry) { return entry.frame == nullptr; });
        holes_ = head_ = relay_from_ = 0;
    }
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
    ++holes_;
    begun_ = false;
    skip_shed();
    return size;
}

void Outbox::clear() noexcept {
    entries_.clear();
    if (entries_.capacity() > kept_entries) { entries_.shrink_to_fit(); }
    holes_ = head_ = relay_from_ = 0;
    bytes_ = 0;
    begun_ = false;
}

void Outbox::clear_unbegun() {
    if (!begun_) { return clear(); }
    Entry begun = std::move(entries_[head_]);
    clear();
    bytes_ = begun.frame->size() + entry_cost;
    entries_.push_back(std::move(begun));
    begun_ = true;
}

} // namespace ethpoc::peer
