// Fetching blocks: GetChain and NotInChain as protocols 0 to 26 do it, hashes and blocks as later ones do.
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

TEST_CASE("sync: a new peer is asked for its transactions and for what follows our past") {
    HubBench bench;
    bench.own(bench.mini.mine_many(bench.mini.genesis_block(), 5));
    bench.up(1);
    CHECK(bench.told() == Lines{"1 GetTransactions 0", "1 GetChain 7"}); // six hashes and the count
    const auto asked = test::hashes_in(bench.last(MessageType::GetChain));
    CHECK(asked.front() == bench.hub->chain().head().hash);
    CHECK(asked.back() == bench.mini.genesis().hash);
}

TEST_CASE("sync: chunk after chunk until an empty answer") {
    HubBench bench;
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 100);
    bench.up(1);
    bench.told();
    for (std::size_t at = 0; at < 100; at += 32) {
        bench.newest_first(1, test::part(blocks, at, 32));
        const std::size_t n = std::min<std::size_t>(32, 100 - at);
        CHECK(bench.told() == Lines{"imported " + std::to_string(n) + " " + std::to_string(at + n), "1 GetChain 2"});
        CHECK(test::hashes_in(bench.last(MessageType::GetChain)).front() == blocks[at + n - 1].record.hash);
    }
    bench.newest_first(1, {});
    CHECK(bench.told() == Lines{"synced 100"});
    CHECK(bench.hub->deadline() == Time::max());
}

TEST_CASE("sync: an echo of the head is not taken for the answer") {
    HubBench bench;
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 64);
    bench.up(1);
    bench.newest_first(1, test::part(blocks, 0, 32));
    bench.told();
    bench.newest_first(1, test::part(blocks, 31, 1)); // C++, about once a tick
    bench.newest_first(1, test::part(blocks, 10, 1)); // Go, every block that it imported
    CHECK(bench.told().empty());
    bench.newest_first(1, test::part(blocks, 32, 32));
    CHECK(bench.told() == Lines{"imported 32 64", "1 GetChain 2"});
}

TEST_CASE("sync: a lone block that follows what was asked is the answer") {
    HubBench bench;
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 1);
    bench.up(1);
    bench.told();
    bench.newest_first(1, blocks);
    CHECK(bench.told() == Lines{"imported 1 1", "1 GetChain 2"});
}

TEST_CASE("sync: not in chain of our genesis is another chain, a later one is asked about again") {
    HubBench bench;
    bench.own(bench.mini.mine_many(bench.mini.genesis_block(), 3));
    bench.up(1);
    bench.told();
    SUBCASE("genesis") {
        bench.give(1, command::NotInChain{bench.mini.genesis().hash});
        CHECK(bench.told() == Lines{"no common genesis"});
        CHECK(bench.hub->deadline() == Time::max());
    }
    SUBCASE("one that was not the last of the question") { // py-v8b says NotInChain of every hash
        bench.give(1, command::NotInChain{bench.hub->chain().head().hash});
        CHECK(bench.told().empty());
        CHECK(bench.hub->deadline() < Time::max());
    }
    SUBCASE("what was never asked") {
        bench.give(1, command::NotInChain{Hash256{}});
        CHECK(bench.told().empty());
    }
}

TEST_CASE("sync: the heavier branch of a fork becomes ours") {
    HubBench bench;
    const auto trunk = bench.mini.mine_many(bench.mini.genesis_block(), 3);
    const auto ours = bench.mini.mine_many(trunk.back(), 2);
    const auto theirs = bench.mini.mine_many(trunk.back(), 4, {.miner = 2});
    bench.own(trunk);
    bench.own(ours);
    bench.up(1);
    bench.told();
    bench.newest_first(1, theirs); // the answer begins after the youngest common block
    CHECK(bench.told() == Lines{"reorg 2", "imported 4 7", "1 GetChain 2"});
    CHECK(bench.hub->chain().head().hash == theirs.back().record.hash);
}

TEST_CASE("sync: a gap makes us ask, and what waited follows") {
    HubBench bench;
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 40);
    bench.up(1);
    bench.newest_first(1, {}); // it had nothing
    bench.told();
    bench.newest_first(1, test::part(blocks, 39, 1)); // later it announces its head
    CHECK(bench.told() == Lines{"1 GetChain 2"});
    CHECK(bench.head() == 0);
    bench.newest_first(1, test::part(blocks, 0, 32));
    CHECK(bench.told() == Lines{"imported 32 32", "1 GetChain 2"});
    bench.newest_first(1, test::part(blocks, 32, 7));
    CHECK(bench.head() == 40);
}

TEST_CASE("sync: until a first block came three are asked at once") {
    HubBench bench;
    for (const wire::ConnectionId id : {1, 2, 3, 4}) {
        bench.up(id);
    }
    const Lines told = bench.told();
    CHECK(std::ranges::count(told, "3 GetChain 2") == 1);
    CHECK(std::ranges::count(told, "4 GetChain 2") == 0);
    bench.newest_first(1, {});
    CHECK(bench.told() == Lines{"synced 0", "4 GetChain 2"});
}

TEST_CASE("sync: then one peer is asked at a time, the next when it is done") {
    HubBench bench;
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 3);
    bench.up(1);
    bench.newest_first(1, blocks);
    bench.up(2);
    bench.up(3);
    bench.told();
    bench.newest_first(1, {});
    CHECK(bench.told() == Lines{"synced 3", "2 Blocks 1", "3 Blocks 1", "2 GetChain 5"});
    bench.newest_first(2, {});
    CHECK(bench.told(3) == Lines{"3 GetChain 5"});
}

TEST_CASE("sync: a silent peer keeps its question while the next is asked, and has its turn again") {
    HubBench bench(11, {.first_asked = 1});
    bench.up(1);
    bench.up(2);
    bench.told();
    bench.wait(1s);
    CHECK(bench.told().empty());
    bench.wait(1s);
    CHECK(bench.told() == Lines{"2 GetChain 2"});
    bench.newest_first(2, {});
    CHECK(bench.told() == Lines{"synced 0"});
    bench.wait(18s);
    CHECK(bench.told() == Lines{"1 GetChain 2"});
}

TEST_CASE("sync: a peer that never answers is left alone") {
    HubBench bench;
    bench.up(1);
    bench.told();
    for (int i = 0; i < 3; ++i) {
        bench.wait(20s);
        CHECK(bench.told() == Lines{"1 GetChain 2"});
    }
    bench.wait(20s);
    CHECK(bench.told().empty());
    CHECK(bench.hub->deadline() == Time::max());
    // It may only be one of those that do not answer when they have nothing: news are for it all the same.
    bench.up(2);
    bench.newest_first(2, bench.mini.mine_many(bench.mini.genesis_block(), 1));
    CHECK(bench.told(1) == Lines{"1 Blocks 1"});
}

TEST_CASE("sync: a peer that goes leaves its place to the next") {
    HubBench bench(11, {.first_asked = 1});
    bench.up(1);
    bench.up(2);
    bench.told();
    bench.down(1);
    CHECK(bench.told() == Lines{"2 GetChain 2"});
    bench.down(2);
    CHECK(bench.hub->members() == 0);
    CHECK(bench.hub->deadline() == Time::max());
}

TEST_CASE("sync: a silent peer does not hold back what others announce") {
    HubBench bench;
    bench.up(1);
    bench.newest_first(1, {});
    bench.up(2);
    bench.newest_first(2, {});
    bench.up(3); // is asked and says nothing
    bench.told();
    bench.newest_first(1, bench.mini.mine_many(bench.mini.genesis_block(), 1));
    CHECK(bench.told(2) == Lines{"2 Blocks 1"});
}

TEST_CASE("sync: known blocks in turn do not keep us asking for ever") {
    HubBench bench;
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 10);
    bench.own(blocks);
    bench.up(1);
    bench.told();
    int asked = 0;
    for (int i = 0; i < 50; ++i) {
        bench.newest_first(1, test::part(blocks, i % 2 == 0 ? 0 : 3, 3));
        asked += static_cast<int>(bench.told(1).size());
    }
    CHECK(asked < 10);
}

TEST_CASE("sync: unknown parents without end do not keep us asking for ever") {
    HubBench bench;
    test::MiniChain elsewhere(rules_for(11), 5); // another genesis
    const auto blocks = elsewhere.mine_many(elsewhere.genesis_block(), 60);
    bench.up(1);
    bench.told();
    int asked = 0;
    for (std::size_t i = 1; i + 3 < 60; ++i) {
        bench.newest_first(1, test::part(blocks, i, 3));
        asked += static_cast<int>(bench.told(1).size());
    }
    CHECK(asked < 60);
    CHECK(bench.head() == 0);
}

TEST_CASE("sync: python gives blocks oldest first") {
    HubBench bench;
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 40);
    bench.up(1);
    bench.told();
    bench.oldest_first(1, test::part(blocks, 0, 32));
    CHECK(bench.told() == Lines{"imported 32 32", "1 GetChain 2"});
    CHECK(test::hashes_in(bench.last(MessageType::GetChain)).front() == blocks[31].record.hash);
}

namespace {

/// Answers GetChain as py-poc5 does: oldest first, what follows the first hash that has something after it, but never
/// its head; NotInChain of the last one when none has.
void answer_as_python(HubBench& bench, const std::vector<test::MinedBlock>& blocks) {
    const auto asked = test::hashes_in(bench.last(MessageType::GetChain));
    for (const Hash256& hash : asked) {
        const auto at = std::ranges::find_if(blocks, [&](const auto& b) { return b.record.hash == hash; });
        if (at == blocks.end() && hash != bench.mini.genesis().hash) { continue; }
        const auto next = at == blocks.end() ? 0 : static_cast<std::size_t>(at - blocks.begin()) + 1;
        if (next + 1 >= blocks.size()) { continue; }
        return bench.oldest_first(1, test::part(blocks, next, std::min<std::size_t>(32, blocks.size() - 1 - next)));
    }
    bench.give(1, command::NotInChain{asked.back()});
}

} // namespace

TEST_CASE("sync: a peer that never gives its head is done with one block before it") {
    for (const std::size_t own : {0U, 5U, 69U, 70U}) {
        CAPTURE(own);
        HubBench bench;
        const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 70);
        bench.own(test::part(blocks, 0, own));
        bench.up(1);
        Lines told = bench.told();
        int asked = 1;
        while (asked < 30 &&
               std::ranges::count_if(told, [](const auto& line) { return line.starts_with("1 GetChain "); }) > 0) {
            answer_as_python(bench, blocks);
            told = bench.told();
            ++asked;
        }
        CHECK(asked < 10);
        CHECK(bench.head() == std::max<std::size_t>(69, own));
        CHECK(told.back() == "synced " + std::to_string(bench.head()));
    }
}

namespace {

/// Answers GetChain as py-v19 does: what follows the first hash that has something after it; else nothing, but it dies
/// when the last hash named is one of its blocks.
bool answer_as_python_19(HubBench& bench, const std::vector<test::MinedBlock>& blocks) {
    const auto asked = test::hashes_in(bench.last(MessageType::GetChain));
    for (const Hash256& hash : asked) {
        const auto at = std::ranges::find_if(blocks, [&](const auto& b) { return b.record.hash == hash; });
        if (at == blocks.end() && hash != bench.mini.genesis().hash) { continue; }
        const auto next = at == blocks.end() ? 0 : static_cast<std::size_t>(at - blocks.begin()) + 1;
        if (next >= blocks.size()) { continue; }
        bench.oldest_first(1, test::part(blocks, next, std::min<std::size_t>(32, blocks.size() - next)));
        return true;
    }
    CHECK(asked.back() == bench.mini.genesis().hash);
    return false;
}

} // namespace

TEST_CASE("sync: a peer that is silent at its head is done when it says nothing") {
    for (const std::size_t theirs : {0U, 1U, 40U, 70U}) {
        for (const std::size_t own : {0U, 1U, 40U, 75U}) {
            CAPTURE(theirs);
            CAPTURE(own);
            HubBench bench(19);
            const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 75);
            bench.own(test::part(blocks, 0, own));
            PeerTraits traits;
            traits.quirks.silent_at_head = true;
            bench.up(1, "19", traits);
            Lines told = bench.told();
            int asked = 1;
            while (asked < 30 &&
                   std::ranges::any_of(told, [](const auto& l) { return l.starts_with("1 GetChain "); }) &&
                   answer_as_python_19(bench, test::part(blocks, 0, theirs))) {
                told = bench.told();
                ++asked;
            }
            if (told.empty() || !told.back().starts_with("synced ")) {
                bench.wait(std::chrono::seconds(9));
                CHECK(bench.told().empty()); // it may still come
                bench.wait(std::chrono::seconds(2));
                told = bench.told();
            }
            REQUIRE_FALSE(told.empty());
            CHECK(told.back() == "synced " + std::to_string(std::max(own, theirs)));
            CHECK(asked < 6);
            CHECK(bench.hub->deadline() == Time::max());
        }
    }
}

// ---------------------------------------------------------------- hashes first
