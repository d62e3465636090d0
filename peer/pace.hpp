// Pace: how fast a peer may send what costs us something, by the rows of wire/messages.def. It is not punished for
// more, only read later: the bytes stay in its socket.
#pragma once

#include <chrono>
#include <vector>

#include "peer/outbox.hpp"
#include "wire/limits.hpp"

namespace ethpoc::peer {

/// A bucket that holds `burst` and is refilled by one each `interval`, kept as the time at which it will be full again.
class Bucket {
  public:
    /// Takes one. The time at which there is one again: `now` or earlier when there is one left.
    Time take(Time now, std::chrono::nanoseconds interval, unsigned burst) {
        return take_for(now, interval, interval * burst);
    }
    /// The same in times: takes what is refilled in `cost`, of what is refilled in `all`.
    Time take_for(Time now, std::chrono::nanoseconds cost, std::chrono::nanoseconds all) {
        full_at_ = std::max(full_at_, now) + cost;
        return full_at_ - all;
    }

  private:
    Time full_at_{};
};

/// One bucket for each type of message that came; a few dozen bytes each.
class Pace {
  public:
    /// A message of this type was taken. The time from which on the next bytes of this peer may be read.
    Time note(wire::MessageType type, Time now) {
        const wire::MessageLimits& row = wire::limits_of(type);
        if (row.burst == 0) { return now; }
        const auto interval = std::chrono::nanoseconds(std::chrono::seconds(1)) / row.per_second;
        return bucket_of(type).take(now, interval, row.burst);
    }

  private:
    Bucket& bucket_of(wire::MessageType type) {
        for (auto& [known, bucket] : buckets_) {
            if (known == type) { return bucket; }
        }
        return buckets_.emplace_back(type, Bucket{}).second;
    }

    std::vector<std::pair<wire::MessageType, Bucket>> buckets_{}; // of the few types that have come
};

} // namespace ethpoc::peer
