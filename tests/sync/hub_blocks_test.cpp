// Blocks in slices: other peers have their turn in between, and what a message brought counts once, at its end. And a
// store that has no room.
#include "sync/hub.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/support/hub_bench.hpp"
#include "tests/support/mini_transaction.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;
using namespace ethpoc::sync;
using test::HubBench;
using test::MinedBlock;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

namespace {

Command blocks_command(wire::ConnectionId from, std::vector<MinedBlock> newest_first) {
    command::Blocks out;
    for (const MinedBlock& block : newest_first) {
        out.items.insert(out.items.end(), block.rlp.begin(), block.rlp.end());
    }
    out.count = newest_first.size();
    return {from, std::move(out)};
}

std::vector<MinedBlock> reversed(std::vector<MinedBlock> blocks) {
    std::ranges::reverse(blocks);
    return blocks;
}

} // namespace

TEST_CASE("blocks: a usual message is one slice, a long one several, with one answer at the end") {
    HubBench bench;
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 1256);
    bench.up(1);
    bench.told();
    bench.newest_first(1, test::part(blocks, 0, 256));
    CHECK(bench.slices == 1);
    CHECK(bench.told() == Lines{"imported 256 256", "1 GetChain 2"});
    bench.newest_first(1, test::part(blocks, 256, 1000));
    CHECK(bench.slices == 4);
    const auto told = bench.told();
    CHECK(std::ranges::count(told, "1 GetChain 2") == 1);
    CHECK(told.back() == "1 GetChain 2");
    CHECK(bench.head() == 1256);
}

TEST_CASE("blocks: heavy ones go alone") {
    HubBench bench;
    std::vector<Bytes> transactions;
    for (std::uint64_t i = 0; i < 100; ++i) {
        transactions.push_back(test::sign_transaction(bench.mini.rules().transaction, {.nonce = i}));
    }
    std::vector<MinedBlock> blocks;
    for (int i = 0; i < 6; ++i) {
        const MinedBlock& parent = blocks.empty() ? bench.mini.genesis_block() : blocks.back();
        blocks.push_back(bench.mini.mine(parent, {.transactions = transactions, .gas_each = 1}));
    }
    bench.up(1);
    bench.newest_first(1, blocks);
    CHECK(bench.head() == 6);
    CHECK(bench.slices >= 3);
}

TEST_CASE("blocks: others have their turn between slices, and the peer may go at any of them") {
    for (const bool goes : {false, true}) {
        CAPTURE(goes);
        HubBench bench;
        const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 1000);
        bench.up(1);
        bench.up(2);
        Command first = blocks_command(1, reversed(test::part(blocks, 0, 600)));
        Command second = blocks_command(2, reversed(test::part(blocks, 0, 1000)));
        REQUIRE(bench.hub->handle(first, bench.now, 0) == Progress::more);
        Command moved = std::move(first); // as a queue does; the bytes stay where they are
        REQUIRE(bench.hub->handle(second, bench.now, 0) == Progress::more);
        CHECK(bench.head() == 256);
        if (goes) {
            bench.down(1);
            CHECK(bench.hub->handle(moved, bench.now, 0) == Progress::done);
        }
        int slices = 0;
        bool one = !goes;
        for (bool two = true; (one || two) && slices < 20; ++slices) {
            one = one && bench.hub->handle(moved, bench.now, 0) == Progress::more;
            two = two && bench.hub->handle(second, bench.now, 0) == Progress::more;
            bench.hub->tick(bench.now);
        }
        CHECK(slices < 6);
        CHECK(bench.head() == 1000);
    }
}

TEST_CASE("blocks: another command of the same peer is not taken for the rest of an unfinished one") {
    HubBench bench;
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 1000);
    bench.up(1);
    {
        Command lost = blocks_command(1, reversed(blocks));
        REQUIRE(bench.hub->handle(lost, bench.now, 0) == Progress::more);
        bench.give(1, command::GetChain{{bench.mini.genesis().hash}, 1});
    }
    bench.told();
    bench.newest_first(1, test::part(blocks, 256, 10));
    CHECK(bench.head() == 266);
}

TEST_CASE("blocks: thousands that waited for one block are adopted in slices") {
    HubBench bench;
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 4001);
    bench.up(1);
    bench.up(2);
    for (std::size_t at = 1; at < blocks.size(); at += 500) {
        bench.newest_first(1, test::part(blocks, at, 500));
    }
    CHECK(bench.hub->chain().orphans() == 4000);
    bench.newest_first(2, test::part(blocks, 0, 1));
    CHECK(bench.head() == 4001);
    CHECK(bench.slices >= 8);
}

TEST_CASE("blocks: one peer does not push out the blocks that wait of another") {
    HubBench bench;
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 101);
    bench.up(1);
    bench.up(2);
    bench.newest_first(1, test::part(blocks, 1, 100));
    test::MiniChain elsewhere(rules_for(11), 5);
    const auto foreign = elsewhere.mine_many(elsewhere.genesis_block(), 6000);
    for (std::size_t at = 1; at < foreign.size(); at += 1000) {
        bench.newest_first(2, test::part(foreign, at, 1000));
    }
    bench.down(2);
    bench.newest_first(1, test::part(blocks, 0, 1));
    CHECK(bench.head() == 101);
}

// ---------------------------------------------------------------- no room

TEST_CASE("blocks: a full store refuses blocks, once aloud, and goes on serving") {
    const test::TemporaryFolder folder;
    constexpr std::uint64_t limit = 1 << 20;
    HubOptions options;
    options.store_bytes = limit;
    std::uint64_t height = 0;
    Hash256 head;
    std::vector<MinedBlock> blocks;
    {
        HubBench bench(11, options, folder.path().string());
        blocks = bench.mini.mine_many(bench.mini.genesis_block(), 6000);
        bench.up(1);
        bench.up(2);
        bench.told();
        Lines told;
        for (std::size_t at = 0; at < blocks.size(); at += 200) {
            bench.newest_first(1, test::part(blocks, at, 200));
            const Lines lines = bench.told();
            told.insert(told.end(), lines.begin(), lines.end());
        }
        CHECK(std::ranges::count(told, "failed chain.store_full") == 1);
        CHECK(bench.hub->deadline() == Time::max()); // nobody is asked any more
        height = bench.head();
        head = bench.hub->chain().head().hash;
        CHECK(height > 500);
        CHECK(height < 6000);
        CHECK(std::filesystem::file_size(folder.path() / "chain.sqlite") <= limit);
        // What there is is found, by hash and by height, and served.
        CHECK(bench.hub->chain().find(blocks[height - 1].record.hash));
        bench.give(2, command::GetChain{{blocks[height - 11].record.hash}, 256});
        CHECK(bench.told(2) == Lines{"2 Blocks 10"});
        // Later it is tried again, in silence.
        bench.wait(61s);
        bench.newest_first(1, test::part(blocks, height, 200));
        CHECK(bench.told() == Lines{});
        CHECK(bench.head() == height);
    }
    options.store_bytes = 64u << 20; // a larger one
    HubBench again(11, options, folder.path().string());
    CHECK(again.head() == height);
    CHECK(again.hub->chain().head().hash == head);
    again.up(1);
    for (std::size_t at = height; at < blocks.size(); at += 256) {
        again.newest_first(1, test::part(blocks, at, 256));
    }
    CHECK(again.head() == 6000);
}

TEST_CASE(
    "blocks: side chains far below the head have a part of the store only, and cost their sender, forks are free") {
    const test::TemporaryFolder folder;
    HubOptions options;
    options.side_bytes = 1u << 20;
    HubBench bench(11, options, folder.path().string());
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 4200);
    bench.own(blocks);
    bench.up(1);
    bench.up(2);
    bench.told();
    for (std::uint8_t miner = 3; miner < 50; ++miner) {
        bench.newest_first(1, bench.mini.mine_many(bench.mini.genesis_block(), 90, {.miner = miner}));
        CHECK(bench.hub->chain().side_bytes() <= options.side_bytes);
    }
    CHECK(bench.hub->chain().side_bytes() > options.side_bytes - 1000);
    const Lines told = bench.told();
    CHECK(std::ranges::count_if(told, [](const std::string& line) { return line.starts_with("useless "); }) > 5);
    CHECK(std::ranges::count(told, "rejected chain.cheap_side") == 0); // it breaks no rule
    // A heavier fork from 300 below the head is followed.
    const auto fork = bench.mini.mine_many(blocks[3899], 310, {.miner = 99});
    for (std::size_t at = 0; at < fork.size(); at += 100) {
        bench.newest_first(2, test::part(fork, at, 100));
    }
    CHECK(bench.head() == 4210);
    CHECK(bench.hub->chain().head().hash == fork.back().record.hash);
    // What finds no room at all is told as of no use, too, and its sender is asked no more for now.
    bench.hub->chain().limit_sides(0);
    bench.told();
    bench.newest_first(2, bench.mini.mine_many(bench.mini.genesis_block(), 1, {.miner = 101}));
    CHECK(bench.told() == Lines{"useless 1"});
}
