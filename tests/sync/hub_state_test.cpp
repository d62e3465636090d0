// A hub whose chain has a state that is known: what a peer may not send, and what is still followed.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/hub_bench.hpp"
#include "tests/support/mini_transaction.hpp"

using namespace ethpoc;
using test::HubBench;
using test::MinedBlock;

namespace {

const chain::Premine& premine() {
    return *std::ranges::find(chain::all_premines(), std::string_view("cpp@f96ab229e"), &chain::Premine::name);
}

test::MineOptions wrong() {
    return {.change = [](test::HeaderDraft& header) { header.state_root[0] ^= 1; }};
}

std::size_t lines_with(const std::vector<std::string>& told, std::string_view beginning) {
    return static_cast<std::size_t>(
        std::ranges::count_if(told, [&](const std::string& line) { return line.starts_with(beginning); }));
}

} // namespace

TEST_CASE("hub state: a block with a wrong root and what follows it is rejected and asked for no more") {
    HubBench bench(23, {}, ":memory:", &premine());
    bench.up(1, "23");
    bench.told();
    auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 3);
    blocks.push_back(bench.mini.mine(blocks.back(), wrong()));
    for (int i = 0; i < 3; ++i) {
        blocks.push_back(bench.mini.mine(blocks.back()));
    }
    bench.newest_first(1, blocks);
    const auto told = bench.told();
    CHECK(bench.head() == 3);
    CHECK(lines_with(told, "rejected chain.bad_state_root") == 1);
    CHECK(lines_with(told, "rejected chain.refused_ancestor") == 3);
    CHECK(lines_with(told, "imported 3 3") == 1);
    CHECK(bench.hub->chain().orphans() == 0);
    // A lone block on top of it is no news that anybody would have to ask about.
    bench.newest_first(1, {bench.mini.mine(blocks.back())});
    const auto later = bench.told();
    CHECK(lines_with(later, "rejected chain.refused_ancestor") == 1);
    CHECK(lines_with(later, "1 GetChain") == 0);
    // Another peer has the right chain.
    bench.up(2, "23");
    bench.told();
    const auto good = bench.mini.mine_many(blocks[2], 2);
    bench.newest_first(2, {blocks[0], blocks[1], blocks[2], good[0], good[1]});
    CHECK(bench.head() == 5);
    CHECK(lines_with(bench.told(), "rejected") == 0);
    CHECK(bench.hub->chain().state()->text() == "checked to #5");
}

TEST_CASE("hub state: a chain whose code runs is followed") {
    HubBench bench(23, {}, ":memory:", &premine());
    bench.up(1, "23");
    bench.told();
    const Address miner = test::address_of(1);
    const Bytes coinbase(miner.bytes.begin(), miner.bytes.end());
    std::vector<MinedBlock> blocks = bench.mini.mine_many(bench.mini.genesis_block(), 2, {.coinbase = coinbase});
    blocks.push_back(bench.mini.mine(
        blocks.back(),
        {.transactions = {test::sign_transaction(bench.mini.rules().transaction, {.to = Bytes(20), .value = 0})}}));
    blocks.push_back(bench.mini.mine(blocks.back(), wrong()));
    bench.newest_first(1, blocks);
    CHECK(lines_with(bench.told(), "rejected") == 0);
    CHECK(bench.head() == 4);
    CHECK(bench.hub->chain().state()->text() ==
          "checked to #2, unknown from #3 because transaction 0 of block 3 creates a contract");
}

TEST_CASE("hub state: a reorganisation by a peer takes the accounts of its branch") {
    HubBench bench(23, {}, ":memory:", &premine());
    bench.up(1, "23");
    const auto trunk = bench.mini.mine_many(bench.mini.genesis_block(), 3);
    const auto ours = bench.mini.mine_many(trunk.back(), 2, {.miner = 2});
    const auto theirs = bench.mini.mine_many(trunk.back(), 3, {.miner = 3});
    bench.newest_first(1, trunk);
    bench.newest_first(1, ours);
    CHECK(bench.hub->chain().account(Bytes(20, 2))->balance == U256{3'000'000'000'000'000'000});
    bench.told();
    bench.newest_first(1, theirs);
    CHECK(lines_with(bench.told(), "reorg 2") == 1);
    CHECK(bench.hub->chain().account(Bytes(20, 2))->balance == U256{});
    CHECK(bench.hub->chain().account(Bytes(20, 3))->balance == U256{4'500'000'000'000'000'000});
    CHECK(bench.hub->chain().state()->text() == "checked to #6");
}
