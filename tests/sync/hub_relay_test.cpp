// What a relayed block costs: it goes out from the bytes in which it came, and the store is not read for it.
#include "sync/hub.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/support/hub_bench.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;
using namespace ethpoc::sync;
using test::HubBench;
using test::MinedBlock;
using wire::MessageType;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

namespace {

/// Peers 1 to `n`, each in sync; what was said and read until then is forgotten.
void connect(HubBench& bench, wire::ConnectionId n, std::string_view protocol, const PeerTraits& traits = {}) {
    for (wire::ConnectionId id = 1; id <= n; ++id) {
        bench.up(id, protocol, traits);
        bench.newest_first(id, {});
    }
    bench.told();
    bench.store.reads = 0;
}

/// The last message of this type holds the bytes of `block`, whatever stands around them.
bool carries(const HubBench& bench, MessageType type, const MinedBlock& block) {
    const Bytes payload = bench.last(type);
    return !std::ranges::search(payload, block.rlp).empty();
}

} // namespace

TEST_CASE("relay: a new block goes to everybody without a look into the store for its bytes") {
    HubBench bench;
    connect(bench, 4, "11");
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 3);
    for (const MinedBlock& block : blocks) {
        bench.newest_first(1, {block});
        CHECK(bench.told().size() == 4); // "imported", and three peers
        CHECK(carries(bench, MessageType::Blocks, block));
    }
    CHECK(bench.store.reads == 0);
}

TEST_CASE("relay: the same for newblock") {
    HubBench bench(49);
    PeerTraits traits;
    traits.offsets = {.eth = 0x10, .shh = 0};
    connect(bench, 3, "p2p2/eth49", traits);
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 3);
    for (const MinedBlock& block : blocks) {
        bench.give(1, command::NewBlock{block.rlp, block.record.total_difficulty});
        CHECK(bench.told(2) == Lines{"2 NewBlock 2"});
        CHECK(carries(bench, MessageType::NewBlock, block));
    }
    CHECK(bench.store.reads == 0);
}

TEST_CASE("relay: the head of a long message, of which several slices are made, is not read back") {
    HubBench bench;
    connect(bench, 3, "11");
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 600);
    bench.newest_first(1, blocks);
    CHECK(bench.slices == 3);
    CHECK(bench.told(2) == Lines{"2 Blocks 1"});
    CHECK(carries(bench, MessageType::Blocks, blocks.back()));
    CHECK(bench.store.reads == 0);
}

TEST_CASE("relay: a peer that is told later has the same bytes") {
    HubBench bench;
    PeerTraits holds;
    holds.quirks.asks_on = true; // nothing is sent while its question is awaited
    connect(bench, 2, "11");
    bench.up(3, "11", holds);
    bench.newest_first(3, {});
    bench.told();
    bench.store.reads = 0;
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 1);
    bench.newest_first(1, blocks);
    CHECK(bench.told(3).empty());
    bench.wait(3s);
    CHECK(bench.told(3) == Lines{"3 Blocks 1"});
    CHECK(carries(bench, MessageType::Blocks, blocks.back()));
    CHECK(bench.store.reads == 0);
}

TEST_CASE("relay: a head that waited for its parent is read once for all peers") {
    HubBench bench;
    connect(bench, 4, "11");
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 2);
    bench.newest_first(1, {blocks[1]});
    bench.told();
    bench.newest_first(1, {blocks[0]});
    CHECK(bench.head() == 2);
    CHECK(bench.told().size() >= 4);
    CHECK(carries(bench, MessageType::Blocks, blocks[1]));
    CHECK(bench.store.reads == 1);
}

TEST_CASE("relay: the block with which a side branch wins is the head that came") {
    HubBench bench;
    const auto lost = bench.mini.mine_many(bench.mini.genesis_block(), 1);
    const auto won = bench.mini.mine_many(bench.mini.genesis_block(), 2, {.miner = 2});
    bench.own(lost);
    connect(bench, 3, "11");
    bench.newest_first(1, {won[0]});
    CHECK(bench.told(2).empty());
    bench.newest_first(1, {won[1]});
    CHECK(bench.head() == 2);
    CHECK(bench.told(2) == Lines{"2 Blocks 1"});
    CHECK(carries(bench, MessageType::Blocks, won[1]));
    CHECK(bench.store.reads == 0);
}

TEST_CASE("relay: a head that was there before the peers is read once for all of them") {
    HubBench bench;
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 1);
    bench.own(blocks);
    PeerTraits traits;
    traits.said_head = bench.mini.genesis().hash; // our hello said less, so each is told at once
    connect(bench, 0, "11");
    for (wire::ConnectionId id = 1; id <= 3; ++id) {
        bench.up(id, "11", traits);
        CHECK(std::ranges::count(bench.told(id), std::to_string(id) + " Blocks 1") == 1);
    }
    CHECK(bench.store.reads == 1);
}
