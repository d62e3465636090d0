// Sync by hashes: down to one of ours, then the blocks. One hub, peers that the test speaks for, and its clock.
#include "sync/fetching.hpp"

#include <doctest/doctest.h>

#include "chain/keccak.hpp"
#include "tests/support/hub_bench.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;
using namespace ethpoc::sync;
using test::HubBench;
using wire::MessageType;
using Lines = std::vector<std::string>;
using namespace std::chrono_literals;

namespace {

PeerTraits at(const test::MinedBlock& best) {
    PeerTraits traits;
    traits.best_hash = best.record.hash;
    return traits;
}

/// The hashes of `count` blocks below number `from`, newest first; genesis last.
std::vector<Hash256> below(const HubBench& bench, const std::vector<test::MinedBlock>& blocks, std::size_t from,
                           std::size_t count) {
    std::vector<Hash256> out;
    for (std::size_t n = from; n-- > 1 && out.size() < count;) {
        out.push_back(blocks[n - 1].record.hash);
    }
    if (out.size() < count) { out.push_back(bench.mini.genesis().hash); }
    return out;
}

} // namespace

TEST_CASE("sync: hashes down to one of ours, then blocks oldest first") {
    for (const bool repeats : {false, true}) { // Go begins with the hash that was asked
        INFO(repeats);
        HubBench bench(28);
        const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 200);
        bench.up(1, "28", at(blocks.back()));
        CHECK(bench.told(1).back() == "1 GetBlockHashes 2");
        CHECK(test::hashes_in(bench.last(MessageType::GetBlockHashes)).front() == blocks[199].record.hash);
        auto hashes = below(bench, blocks, 200, 120);
        if (repeats) { hashes.insert(hashes.begin(), blocks[199].record.hash); }
        bench.give(1, command::BlockHashes{hashes});
        CHECK(bench.told() == Lines{"1 GetBlockHashes 2"});
        hashes = below(bench, blocks, 80, 120);
        if (repeats) { hashes.insert(hashes.begin(), blocks[79].record.hash); }
        bench.give(1, command::BlockHashes{hashes});
        CHECK(bench.told() == Lines{"1 GetBlocks 128"});
        CHECK(test::hashes_in(bench.last(MessageType::GetBlocks)).front() == blocks[0].record.hash);
        bench.oldest_first(1, test::part(blocks, 0, 128));
        CHECK(bench.told() == Lines{"imported 128 128", "1 GetBlocks 72"});
        bench.oldest_first(1, test::part(blocks, 128, 72));
        CHECK(bench.told() == Lines{"imported 72 200", "synced 200"});
    }
}

TEST_CASE("sync: hashes of a peer that has nothing new are not asked for") {
    HubBench bench(28);
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 3);
    bench.own(blocks);
    bench.up(1, "28", at(blocks[1]));
    CHECK(bench.told() == Lines{"1 GetTransactions 0", "synced 3"});
    bench.give(1, command::BlockHashes{std::vector<Hash256>(1000)}); // nobody asked
    CHECK(bench.told().empty());
}

TEST_CASE("sync: hashes whose blocks do not come end the asking") {
    HubBench bench(28);
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 3);
    bench.up(1, "28", at(blocks.back()));
    bench.give(1, command::BlockHashes{below(bench, blocks, 3, 10)});
    bench.told();
    bench.oldest_first(1, {});
    CHECK(bench.told().empty());
    CHECK(bench.hub->deadline() == Time::max());
}

TEST_CASE("sync: a new block announced without its parents is fetched by its hashes") {
    HubBench bench(28);
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 6);
    bench.up(1, "28", at(bench.mini.genesis_block()));
    bench.told();
    bench.give(1, command::Blocks{blocks.back().rlp, 1});
    CHECK(bench.told() == Lines{"1 GetBlockHashes 2"});
    bench.give(1, command::BlockHashes{below(bench, blocks, 6, 10)});
    bench.oldest_first(1, blocks);
    CHECK(bench.head() == 6);
}

TEST_CASE("sync: an answer in any order is imported") {
    for (const int order : {0, 1, 2}) {
        CAPTURE(order);
        HubBench bench(28);
        const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 20);
        bench.up(1, "28", at(blocks.back()));
        bench.give(1, command::BlockHashes{below(bench, blocks, 20, 30)});
        auto answer = blocks;
        if (order == 1) { std::ranges::reverse(answer); }
        if (order == 2) { std::ranges::rotate(answer, answer.begin() + 7); }
        bench.told();
        bench.oldest_first(1, answer);
        CHECK(bench.head() == 20);
        CHECK(bench.told(1).empty());
    }
}

TEST_CASE("sync: a claim without blocks costs two questions, and the next peer has its turn") {
    HubBench bench(28, {.first_asked = 1});
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 5);
    PeerTraits boaster;
    boaster.total_difficulty = U256(~std::uint64_t{});
    boaster.best_hash = keccak256(Bytes{1});
    bench.up(1, "28", boaster);
    bench.up(2, "28", at(blocks.back()));
    CHECK(bench.told(1) == Lines{"1 GetTransactions 0", "1 GetBlockHashes 2"});
    bench.give(1, command::BlockHashes{});
    CHECK(bench.told() == Lines{"1 GetBlocks 1"});
    bench.oldest_first(1, {});
    CHECK(bench.told() == Lines{"2 GetBlockHashes 2"});
    bench.give(2, command::BlockHashes{below(bench, blocks, 5, 10)});
    bench.oldest_first(2, blocks);
    CHECK(bench.head() == 5);
}
