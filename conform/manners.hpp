// Manners: how a tester reads what it hears, and the little that it answers so that a target goes on talking. Inside of
// this room only.
#pragma once

#include <chrono>

#include "conform/facts.hpp"
#include "conform/heard.hpp"

namespace ethpoc::conform {

/// From a target's Hello to our Status, where its own has not come before: Go of January 2015 drops whoever says it in
/// the same breath (spec CLIENTS 2).
inline constexpr std::chrono::milliseconds status_pause{300};

/// One whole frame of the target, read by the profile. Its first message may be a Hello of any version.
HeardMessage hear(BytesView payload, Since at, const Facts& facts, const wire::IdOffsets& offsets);

/// A frame that answers a question of the target with as little as keeps it quiet; empty: no answer is due. Ping: Pong.
/// GetChain: no blocks, which Go waits ten seconds for (spec CLIENTS 2). GetBlockHashes: the hash that was asked for,
/// since an empty answer makes Go ask again at once, for ever. GetBlocks: no blocks.
Bytes polite_answer(const HeardMessage& message, const Facts& facts, const wire::IdOffsets& offsets);

} // namespace ethpoc::conform
