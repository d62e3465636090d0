// How far a node is, as far as its peers have said how far they are.
#pragma once

#include <span>

#include "peer/peer_info.hpp"
#include "sync/head_board.hpp"

namespace ethpoc::peer {

/// `head`: of the main chain. Peers that have not shaken hands, or named another genesis, do not count. What a peer
/// named when it came stays its word, so that the progress is 1 once we have that.
SyncInfo sync_progress(std::span<const PeerInfo> peers, const sync::HeadInfo& head);

/// How far the accounts of the head are known.
StateInfo state_progress(const sync::HeadInfo& head, chain::StateCheck check);

} // namespace ethpoc::peer
