// How far a node is behind its peers, as far as they have said how far they are.
#include "peer/sync_progress.hpp"

#include <doctest/doctest.h>

using namespace ethpoc;
using namespace ethpoc::peer;

namespace {

PeerInfo peer_with(const char* endpoint, std::uint64_t difficulty, bool ready = true) {
    PeerInfo out;
    out.endpoint = endpoint;
    out.total_difficulty = difficulty;
    out.ready = ready;
    return out;
}

sync::HeadInfo head_with(std::uint64_t difficulty) {
    sync::HeadInfo out;
    out.genesis.bytes[0] = 1;
    out.total_difficulty = difficulty;
    return out;
}

} // namespace

TEST_CASE("sync progress: the ready peer of our genesis that named most counts") {
    std::vector<PeerInfo> peers{peer_with("192.0.2.1:1", 100), peer_with("192.0.2.2:1", 400),
                                peer_with("192.0.2.3:1", 900, false), peer_with("192.0.2.4:1", 800)};
    peers[1].genesis_hash = head_with(0).genesis;
    peers[3].genesis_hash.bytes[0] = 2;
    const SyncInfo behind = sync_progress(peers, head_with(100));
    CHECK(behind.best_peer == "192.0.2.2:1");
    CHECK(behind.target_difficulty == U256{400});
    CHECK(behind.progress == 0.25);
    CHECK(sync_progress(peers, head_with(400)).progress == 1.0);
    CHECK(sync_progress(peers, head_with(401)).progress == 1.0);
    U256 vast;
    vast.limbs[3] = 1;
    sync::HeadInfo half = head_with(0);
    half.total_difficulty.limbs[2] = std::uint64_t{1} << 63;
    peers[0].total_difficulty = vast;
    CHECK(sync_progress(peers, half).progress == 0.5);
}

TEST_CASE("sync progress: nobody has named anything, and the newest blocks came from the last to bring some") {
    std::vector<PeerInfo> peers{peer_with("192.0.2.1:1", 0), peer_with("192.0.2.2:1", 0)};
    CHECK(sync_progress(peers, head_with(9)).best_peer.empty());
    CHECK_FALSE(sync_progress(peers, head_with(9)).progress);
    CHECK(sync_progress(peers, head_with(9)).from.empty());
    peers[0].since_last_block = std::chrono::milliseconds(900);
    peers[1].since_last_block = std::chrono::milliseconds(30);
    CHECK(sync_progress(peers, head_with(9)).from == "192.0.2.2:1");
    CHECK(sync_progress(peers, head_with(9)).since_last_block == std::chrono::milliseconds(30));
}

TEST_CASE("sync progress: the state is known to where the head last moved") {
    sync::HeadInfo head = head_with(1);
    CHECK_FALSE(state_progress(head, chain::StateCheck::off).checked);
    CHECK_FALSE(state_progress(head, chain::StateCheck::on).checked_to);
    head.state = chain::StateStatus{12, chain::StateGap{13, "it creates a contract"}};
    CHECK(state_progress(head, chain::StateCheck::on).checked_to == 12U);
    CHECK(state_progress(head, chain::StateCheck::on).unknown_from == 13U);
    CHECK(state_progress(head, chain::StateCheck::on).because == "it creates a contract");
    CHECK_FALSE(state_progress(head, chain::StateCheck::off).checked_to);
}
