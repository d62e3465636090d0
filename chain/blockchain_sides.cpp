// Blockchain: where the line is between blocks that cost their sender work and those that do not. What is above it is
// stored; what is below has a bounded part of the store, or none.
#include "chain/blockchain.hpp"
#include "chain/u256.hpp"

namespace ethpoc::chain {

namespace {

// A block this far below the head is no news and no fork that people still mine on. It may begin a heavier branch all
// the same.
constexpr std::uint64_t side_depth = 4096;

} // namespace

bool Blockchain::is_cheap(const U256& difficulty) const noexcept {
    return difficulty < quotient(head_.difficulty, cheap_part);
}

/// A side block counts when it is cheap, when it is far below the head, and when it stands on one that counts.
bool Blockchain::counts(const BlockRecord& record, const BlockRecord& parent) {
    return is_cheap(record.difficulty) || record.number + side_depth <= head_.number || sides_.counts(parent);
}

/// Stores a block that becomes the head, unless a heavier one follows. Always true.
Result<bool> Blockchain::put_heaviest(BlockRecord& record, const BlockRecord& parent, BytesView bytes,
                                      const Batch& batch) {
    auto stored = store_.put(chain_, record, bytes);
    // Nothing that counts lies below the head.
    const Hash256& tip = batch.growth.empty() ? head_.hash : batch.growth.back().hash;
    if (stored && parent.hash != tip) { stored = sides_.carries(parent); }
    if (!stored) { return std::unexpected(std::move(stored.error())); }
    return true;
}

/// Stores a block that is not the heaviest. False: there is no room for it.
Result<bool> Blockchain::put_side(BlockRecord& record, const BlockRecord& parent, BytesView bytes, Shares::Source from,
                                  Batch& batch) {
    const bool counted = counts(record, parent);
    const SideBudget::Offer offer{parent, bytes.size(), from};
    if (counted) {
        const auto room = sides_.make_room(offer);
        if (!room) { return std::unexpected(room.error()); }
        for (const Hash256& gone : room->gone) {
            cache_.forget(gone);
        }
        batch.result.useless += room->of_own + (room->found ? 0 : 1);
        if (!room->found) { return false; }
    }
    auto stored = store_.put(chain_, record, bytes);
    if (stored && counted) { stored = sides_.add(record, offer); }
    if (!stored) { return std::unexpected(std::move(stored.error())); }
    return true;
}

} // namespace ethpoc::chain
