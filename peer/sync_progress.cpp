#include "peer/sync_progress.hpp"

#include <algorithm>

namespace ethpoc::peer {

namespace {

double as_double(const U256& number) {
    double out = 0;
    for (std::size_t i = number.limbs.size(); i-- > 0;) {
        out = out * 0x1p64 + static_cast<double>(number.limbs[i]);
    }
    return out;
}

} // namespace

SyncInfo sync_progress(std::span<const PeerInfo> peers, const sync::HeadInfo& head) {
    SyncInfo out;
    for (const PeerInfo& peer : peers) {
        if (!peer.ready || (!peer.genesis_hash.is_zero() && peer.genesis_hash != head.genesis)) { continue; }
        if (peer.since_last_block && (!out.since_last_block || *peer.since_last_block < *out.since_last_block)) {
            out.from = peer.endpoint;
            out.since_last_block = peer.since_last_block;
        }
        if (peer.total_difficulty > out.target_difficulty) {
            out.best_peer = peer.endpoint;
            out.target_difficulty = peer.total_difficulty;
        }
    }
    if (!out.best_peer.empty()) {
        out.progress = std::min(1.0, as_double(head.total_difficulty) / as_double(out.target_difficulty));
    }
    return out;
}

StateInfo state_progress(const sync::HeadInfo& head, chain::StateCheck check) {
    StateInfo out;
    out.checked = check == chain::StateCheck::on;
    if (!out.checked || !head.state) { return out; }
    out.checked_to = head.state->checked_to;
    if (head.state->gap) {
        out.unknown_from = head.state->gap->from;
        out.because = head.state->gap->because;
    }
    return out;
}

} // namespace ethpoc::peer
