// Peers that lag behind and cannot help themselves: C++ on the losing branch, C++ whose import lost its place,
// one that joined while we were empty; and those that must not be told too early. The clock is the test's.
#include "sync/hub.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/support/hub_bench.hpp"
#include "tests/support/mini_transaction.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;
using namespace ethpoc::sync;
using test::HubBench;
using test::MinedBlock;
using wire::MessageType;
using Lines = std::vector<std::string>;
using namespace std::chrono_literals;

namespace {

PeerTraits early_cpp() {
    PeerTraits traits;
    traits.quirks.asks_on = true;
    return traits;
}

PeerTraits poc6(const Hash256& best) {
    PeerTraits traits;
    traits.quirks.announce_from_last = true;
    traits.quirks.max_blocks = 128;
    traits.best_hash = best;
    return traits;
}

PeerTraits old_go() {
    PeerTraits traits;
    traits.quirks.ask_first = true;
    traits.quirks.max_blocks = 100;
    return traits;
}

/// What C++ names after its Hello when `blocks` are its chain.
command::GetChain past_of(const HubBench& bench, const std::vector<MinedBlock>& blocks) {
    command::GetChain out{{}, 256};
    for (auto at = blocks.rbegin(); at != blocks.rend() && out.hashes.size() < 32; ++at) {
        out.hashes.push_back(at->record.hash);
    }
    if (out.hashes.size() < 32) { out.hashes.push_back(bench.mini.genesis().hash); }
    return out;
}

/// Numbers in the last Blocks, newest first as they stand there; 0 for one that is not among `blocks`.
std::vector<std::uint64_t> numbers_in(const Bytes& payload, const std::vector<MinedBlock>& blocks) {
    std::vector<std::uint64_t> out;
    const auto items = rlp::list_items(payload, rlp::Mode::lenient);
    for (const rlp::Item& item : *items) {
        const auto at =
            std::ranges::find_if(blocks, [&](const MinedBlock& b) { return std::ranges::equal(b.rlp, item.whole()); });
        out.push_back(at == blocks.end() ? 0 : at->record.number);
    }
    out.erase(out.begin());
    return out;
}

/// Peer 1 has `its`, peer 9 brings `news` and is done.
void bring(HubBench& bench, const std::vector<MinedBlock>& news) {
    bench.up(9);
    bench.told();
    for (std::size_t at = 0; at < news.size(); at += 256) {
        bench.newest_first(9, test::part(news, at, 256));
    }
    bench.newest_first(9, {});
}

} // namespace

TEST_CASE("lagging: c++ on the losing branch is sent the winning one from the fork up") {
    HubBench bench;
    const auto trunk = bench.mini.mine_many(bench.mini.genesis_block(), 3);
    const auto lost = bench.mini.mine_many(trunk.back(), 2);
    const auto won = bench.mini.mine_many(trunk.back(), 40, {.miner = 2});
    auto its = trunk;
    its.insert(its.end(), lost.begin(), lost.end());
    SUBCASE("that was ours") {
        bench.own(its);
    }
    SUBCASE("that it announced itself") {
        bench.own(trunk);
    }
    bench.up(1, "11", early_cpp());
    bench.give(1, past_of(bench, bench.head() == 5 ? its : trunk));
    if (bench.head() == 3) {
        bench.newest_first(1, {lost[0]});
        bench.newest_first(1, {lost[1]});
    }
    bench.newest_first(1, {});
    bench.wait(3s);
    bring(bench, won);
    CHECK(bench.told(1) == Lines{"1 Blocks 32"});
    const auto sent = numbers_in(bench.last(MessageType::Blocks), won);
    CHECK(sent.front() == 35);
    CHECK(sent.back() == 4);
    // It goes on as it does after each import, and then has our head: a new one comes alone.
    bench.give(1, command::GetChain{{won[31].record.hash}, 256});
    CHECK(bench.told(1) == Lines{"1 Blocks 8"});
    bench.give(1, command::GetChain{{won[39].record.hash}, 256});
    CHECK(bench.told(1) == Lines{"1 Blocks 0"});
    bench.newest_first(9, {bench.mini.mine(won.back())});
    CHECK(bench.told(1) == Lines{"1 Blocks 1"});
}

TEST_CASE("lagging: a lone hash that c++ asks about is no block that it has") {
    HubBench bench;
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 50);
    bench.own(test::part(blocks, 0, 48));
    bench.up(1, "11", early_cpp());
    bench.give(1, past_of(bench, test::part(blocks, 0, 10)));
    CHECK(bench.told(1).back() == "1 Blocks 32");
    bench.give(1, command::GetChain{{blocks[47].record.hash}, 256}); // an orphan to it
    CHECK(bench.told(1) == Lines{"1 Blocks 0"});
    bench.wait(3s);
    bench.newest_first(1, {blocks[48]});
    bench.told();
    bring(bench, {blocks[49]});
    CHECK(bench.told(1) == Lines{"1 Blocks 1"}); // 49 is its own
}

TEST_CASE("lagging: c++ that echoes an old head and asks no more is sent on") {
    HubBench bench;
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 60);
    bench.own(blocks);
    bench.up(1, "11", early_cpp());
    bench.newest_first(1, {}); // it has nothing above our head
    bench.give(1, past_of(bench, {}));
    bench.give(1, command::GetChain{{blocks[31].record.hash}, 256});
    bench.give(1, command::GetChain{{blocks[59].record.hash}, 256});
    bench.told();
    bench.newest_first(1, {blocks[16]}); // its import stopped at 17
    CHECK(bench.told(1) == Lines{});
    bench.wait(2s);
    CHECK(bench.told(1) == Lines{"1 Blocks 32"});
    CHECK(numbers_in(bench.last(MessageType::Blocks), blocks).back() == 18);
    bench.give(1, command::GetChain{{blocks[48].record.hash}, 256});
    CHECK(bench.told(1) == Lines{"1 Blocks 11"});
    bench.wait(60s);
    CHECK(bench.told(1) == Lines{});
}

TEST_CASE("lagging: an echo while it goes on asking, or of our head, brings nothing") {
    HubBench bench;
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 96);
    bench.own(blocks);
    bench.up(1, "11", early_cpp());
    bench.newest_first(1, {});
    bench.told();
    for (std::size_t at = 0; at < 96; at += 32) {
        bench.give(1, at == 0 ? past_of(bench, {}) : command::GetChain{{blocks[at - 1].record.hash}, 256});
        CHECK(bench.told(1) == Lines{"1 Blocks 32"});
        bench.wait(1s);
        bench.newest_first(1, {blocks[at + 10]});
        CHECK(bench.told(1) == Lines{});
    }
    bench.give(1, command::GetChain{{blocks[95].record.hash}, 256});
    bench.newest_first(1, {blocks[95]});
    bench.told();
    bench.wait(60s);
    CHECK(bench.told(1) == Lines{});
}

TEST_CASE("lagging: c++ that is fetching is told news with its next answer, or when it asks no more") {
    for (const bool asks : {true, false}) {
        CAPTURE(asks);
        HubBench bench;
        const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 41);
        bench.own(test::part(blocks, 0, 40));
        bench.up(1, "11", early_cpp());
        bench.newest_first(1, {});
        bench.give(1, past_of(bench, {}));
        bench.told();
        bring(bench, {blocks[40]});
        CHECK(bench.told(1) == Lines{}); // two Blocks in one of its ticks would stop its import
        if (asks) {
            bench.give(1, command::GetChain{{blocks[31].record.hash}, 256});
            CHECK(bench.told(1) == Lines{"1 Blocks 9"});
        }
        bench.wait(2s);
        CHECK(bench.told(1) == (asks ? Lines{} : Lines{"1 Blocks 9"}));
        bench.wait(60s);
        CHECK(bench.told(1) == Lines{});
    }
}

TEST_CASE("lagging: poc-6 that joined while we were empty is sent all, in pieces") {
    for (const std::size_t count : {40U, 290U, 1200U}) {
        CAPTURE(count);
        HubBench bench(33);
        const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), count);
        bench.up(1, "p2p0/eth33", poc6(bench.mini.genesis().hash));
        PeerTraits source;
        source.best_hash = blocks.back().record.hash;
        bench.up(2, "p2p0/eth33", source);
        bench.told();
        bench.own(test::part(blocks, 0, count - 1));
        bench.oldest_first(2, {blocks.back()});
        std::uint64_t next = 1;
        for (int i = 0; i < 600 && next <= count; ++i) {
            for (const std::string& line : bench.told(1)) {
                REQUIRE(line.starts_with("1 Blocks "));
                auto sent = numbers_in(bench.last(MessageType::Blocks), blocks);
                std::ranges::reverse(sent);
                for (const std::uint64_t number : sent) {
                    REQUIRE(number == next);
                    ++next;
                }
            }
            bench.wait(1s);
        }
        CHECK(next == count + 1);
        CHECK(bench.told(1) == Lines{});
        // From then on each block comes alone.
        bench.oldest_first(2, {bench.mini.mine(blocks.back())});
        CHECK(bench.told(1) == Lines{"1 Blocks 1"});
    }
}

TEST_CASE("lagging: poc-6 that fetched our chain is told the next block alone, on another branch the whole of it") {
    HubBench bench(33);
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 20);
    bench.own(blocks);
    bench.up(1, "p2p0/eth33", poc6(bench.mini.genesis().hash));
    bench.up(2, "p2p0/eth33");
    command::GetBlocks all;
    for (const MinedBlock& block : blocks) {
        all.hashes.push_back(block.record.hash);
    }
    std::ranges::sort(all.hashes);
    bench.give(1, all);
    bench.told();
    bench.oldest_first(2, {bench.mini.mine(blocks.back())});
    CHECK(bench.told(1) == Lines{"1 Blocks 1"});
    bench.oldest_first(2, bench.mini.mine_many(blocks[17], 5, {.miner = 3}));
    CHECK(bench.told(1) == Lines{"1 Blocks 5"});
}

TEST_CASE("lagging: ethereumj that joined while we were empty is sent one block after the other") {
    HubBench bench(49);
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 150);
    bench.up(1, "p2p2/eth49", poc6(bench.mini.genesis().hash));
    PeerTraits source;
    source.best_hash = blocks.back().record.hash;
    bench.up(2, "p2p2/eth49", source);
    bench.told();
    bench.own(test::part(blocks, 0, 149));
    bench.oldest_first(2, {blocks.back()});
    Lines told = bench.told(1);
    CHECK(told == Lines(64, "1 NewBlock 2"));
    for (int i = 0; i < 5; ++i) {
        bench.wait(1s);
        const Lines more = bench.told(1);
        told.insert(told.end(), more.begin(), more.end());
    }
    CHECK(told == Lines(150, "1 NewBlock 2"));
    const Bytes last = bench.last(MessageType::NewBlock);
    const auto items = rlp::list_items(last, rlp::Mode::lenient);
    CHECK(std::ranges::equal((*items)[1].whole(), blocks.back().rlp));
}

TEST_CASE("lagging: a peer that heard an older head in our status is told the new one when it is ready") {
    HubBench bench(49);
    bench.own(bench.mini.mine_many(bench.mini.genesis_block(), 5));
    PeerTraits traits;
    SUBCASE("older") {
        traits.said_head = bench.mini.genesis().hash;
        bench.up(1, "p2p2/eth49", traits);
        CHECK(bench.told(1).back() == "1 NewBlock 2");
    }
    SUBCASE("the same") {
        traits.said_head = bench.hub->chain().head().hash;
        bench.up(1, "p2p2/eth49", traits);
        const Lines told = bench.told(1);
        CHECK(std::ranges::none_of(told, [](const std::string& line) { return line.starts_with("1 NewBlock"); }));
    }
}

TEST_CASE("lagging: old go is asked at once, hears no blocks before its answer, and none that it has") {
    HubBench bench;
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 6);
    bench.own(test::part(blocks, 0, 5));
    bench.up(1); // is asked, and another leads
    bench.told();
    bench.up(2, "7", old_go());
    CHECK(bench.told(2).front() == "2 GetChain 7");
    bench.give(2, command::GetChain{{blocks[4].record.hash}, 50});
    bench.newest_first(1, {});
    bench.newest_first(1, {blocks[5]});
    CHECK(bench.told(2) == Lines{});
    bench.newest_first(2, {});
    CHECK(bench.told(2) == Lines{"2 Blocks 1"}); // the answer to its question; nothing twice
    bench.wait(60s);
    CHECK(bench.told(2) == Lines{});
    // Protocol 8 names ten, the oldest first: what follows the newest counts.
    bench.give(2, command::GetChain{{blocks[2].record.hash, blocks[3].record.hash, blocks[5].record.hash}, 50});
    CHECK(bench.told(2) == Lines{"2 Blocks 0"});
    // Of a head of its own we have nothing that it could take.
    const auto mined = bench.mini.mine(blocks[4], {.miner = 7});
    bench.newest_first(2, {mined});
    bench.newest_first(1, {bench.mini.mine(blocks[5])});
    bench.wait(60s);
    CHECK(bench.told(2) == Lines{});
}

TEST_CASE("lagging: old go that never answers is told after all") {
    HubBench bench;
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 3);
    bench.own(blocks);
    bench.up(2, "7", old_go());
    bench.give(2, command::GetChain{{blocks[1].record.hash}, 50});
    bench.told();
    Lines told;
    for (int i = 0; i < 6; ++i) {
        bench.wait(20s);
        const Lines lines = bench.told(2);
        told.insert(told.end(), lines.begin(), lines.end());
    }
    CHECK(std::ranges::count(told, "2 Blocks 1") == 1);
}

TEST_CASE("lagging: a peer that serves nothing is not asked, and served") {
    HubBench bench(49);
    bench.own(bench.mini.mine_many(bench.mini.genesis_block(), 3));
    PeerTraits traits;
    traits.quirks.serves = false;
    traits.best_hash = bench.mini.genesis().hash;
    bench.up(1, "p2p2/eth49", traits);
    CHECK(bench.told() == Lines{"1 GetTransactions 0", "synced 3"});
    bench.give(1, command::GetBlockHashes{bench.hub->chain().head().hash, 32});
    CHECK(bench.told(1) == Lines{"1 BlockHashes 3"});
    bench.oldest_first(1, {bench.mini.mine(bench.mini.mine(bench.mini.genesis_block(), {.miner = 4}))}); // no parent
    CHECK(bench.told(1) == Lines{});
    CHECK(bench.hub->deadline() == Time::max());
}

TEST_CASE("lagging: a peer that serves nothing and names no head has told all that it has") {
    HubBench bench;
    bench.own(bench.mini.mine_many(bench.mini.genesis_block(), 3));
    PeerTraits traits;
    traits.quirks.serves = false; // flat JavaScript and Java
    bench.up(1, "11", traits);
    CHECK(bench.told() == Lines{"1 GetTransactions 0", "synced 3"});
    CHECK(bench.hub->deadline() == Time::max());
}

TEST_CASE("lagging: a peer that dies of transactions gets an empty list when it asks, and none unasked") {
    HubBench bench;
    PeerTraits traits;
    traits.quirks.takes_transactions = false;
    bench.up(1, "11", traits);
    bench.up(2);
    bench.told();
    bench.transactions(2, {test::sign_transaction(bench.mini.rules().transaction, {.nonce = 1})});
    CHECK(bench.told(1) == Lines{});
    bench.give(1, command::GetTransactions{});
    CHECK(bench.told(1) == Lines{"1 Transactions 0"});
}
