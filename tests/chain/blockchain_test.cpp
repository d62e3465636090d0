#include "chain/blockchain.hpp"

#include <doctest/doctest.h>

#include <set>

#include "chain/u256.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/mini_transaction.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;
using test::MinedBlock;

namespace {

constexpr std::uint64_t now = 1'500'000'000;

struct Opened {
    explicit Opened(const test::MiniChain& mini, const std::string& directory = ":memory:") {
        store = std::move(*Store::open(directory));
        chain = std::move(*Blockchain::open(*store, mini.genesis(), mini.rules()));
    }
    BatchResult import(const std::vector<MinedBlock>& blocks) { return chain->import(test::views(blocks), now); }
    Verdict import_one(const MinedBlock& block) { return import({block}).blocks.front().verdict; }

    std::unique_ptr<Store> store;
    std::unique_ptr<Blockchain> chain;
};

std::vector<Verdict> verdicts(const BatchResult& result) {
    std::vector<Verdict> out;
    for (const Import& block : result.blocks) {
        out.push_back(block.verdict);
    }
    return out;
}

} // namespace

TEST_CASE("blockchain: of blocks that come in one batch a bad one costs itself alone, wherever it stands") {
    const test::MiniChain mini(rules_for(23));
    const auto blocks = mini.mine_many(mini.genesis_block(), 70);
    for (const std::size_t bad : {0, 31, 32, 33, 63, 64, 69}) {
        CAPTURE(bad);
        Opened opened(mini);
        auto changed = blocks;
        changed[bad].rlp.pop_back();
        const auto first = opened.import(changed);
        REQUIRE(first.blocks.size() == blocks.size());
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            CHECK(first.blocks[i].verdict == (i < bad    ? Verdict::imported
                                              : i == bad ? Verdict::invalid
                                                         : Verdict::unknown_parent));
        }
        CHECK(opened.import({blocks[bad]}).imported == blocks.size() - bad); // with those that waited for it
        CHECK(opened.chain->head().hash == blocks.back().record.hash);
    }
}

TEST_CASE("blockchain: grows block by block and in batches for every row of rules") {
    for (const Rules& rules : all_rules()) {
        CAPTURE(rules.name);
        const test::MiniChain mini(rules);
        Opened opened(mini);
        const auto blocks = mini.mine_many(mini.genesis_block(), 30);
        CHECK(opened.import_one(blocks[0]) == Verdict::imported);
        const auto result = opened.import(blocks);
        CHECK(result.imported == 29);
        CHECK(result.blocks[0].verdict == Verdict::known);
        REQUIRE(result.head);
        CHECK(result.head->from.hash == blocks[0].record.hash);
        CHECK(result.head->to.hash == blocks[29].record.hash);
        CHECK(result.head->left.empty());
        CHECK(opened.chain->head().number == 30);
        CHECK(opened.chain->head().total_difficulty == blocks[29].record.total_difficulty);
        CHECK(opened.chain->size() == 31);
        CHECK_FALSE(opened.chain->verify(0));
        const auto again = opened.import(blocks);
        CHECK(again.imported == 0);
        CHECK_FALSE(again.head);
    }
}

TEST_CASE("blockchain: one bad block does not spoil the others") {
    const test::MiniChain mini(rules_for(7), 100);
    Opened opened(mini);
    auto blocks = mini.mine_many(mini.genesis_block(), 3);
    auto bad = blocks;
    bad.insert(bad.begin() + 1, blocks[1]);
    bad[1].rlp[bad[1].rlp.size() - 3] ^= 1; // nonce
    bad.insert(bad.begin(), MinedBlock{Bytes{0xc0}, {}, {}});
    const auto result = opened.import(bad);
    CHECK(verdicts(result) ==
          std::vector{Verdict::invalid, Verdict::imported, Verdict::invalid, Verdict::imported, Verdict::imported});
    CHECK(result.blocks[0].error->code != nullptr);
    CHECK(*result.blocks[2].error->code == errors::bad_proof_of_work);
    CHECK(opened.chain->head().number == 3);
}

TEST_CASE("blockchain: a heavier branch takes the head an equal one does not") {
    const test::MiniChain mini(rules_for(49));
    Opened opened(mini);
    const auto trunk = mini.mine_many(mini.genesis_block(), 5);
    const auto left = mini.mine_many(trunk.back(), 3, {.miner = 2});
    const auto right = mini.mine_many(trunk.back(), 4, {.miner = 3});
    opened.import(trunk);
    opened.import(left);
    const auto even = opened.import({right[0], right[1], right[2]});
    CHECK(even.imported == 3);
    CHECK_FALSE(even.head);
    CHECK(opened.chain->head().hash == left[2].record.hash);
    const auto over = opened.import({right[3]});
    REQUIRE(over.head);
    CHECK(over.head->left.size() == 3);
    CHECK(over.head->left == std::vector{left[2].record.hash, left[1].record.hash, left[0].record.hash});
    CHECK(over.head->joined ==
          std::vector{right[0].record.hash, right[1].record.hash, right[2].record.hash, right[3].record.hash});
    CHECK(opened.chain->head().hash == right[3].record.hash);
    CHECK(opened.chain->canonical(6)->hash == right[0].record.hash);
    CHECK_FALSE(opened.chain->is_canonical(left[0].record));
    CHECK(opened.chain->is_canonical(trunk[4].record));
    CHECK(opened.chain->contains(left[1].record.hash));
    CHECK_FALSE(opened.chain->verify(0));
}

TEST_CASE("blockchain: fewer blocks with more work win") {
    const test::MiniChain mini(rules_for(49), 4096); // steps of 4
    Opened opened(mini);
    const auto slow = mini.mine_many(mini.genesis_block(), 4, {.seconds = 100});
    const auto fast = mini.mine_many(mini.genesis_block(), 4, {.seconds = 1});
    opened.import(slow);
    const auto result = opened.import(fast);
    REQUIRE(result.head);
    CHECK(result.head->left.size() == 4);
    CHECK(opened.chain->head().hash == fast[3].record.hash);
}

TEST_CASE("blockchain: a whole fork war in one batch ends at the heaviest") {
    const test::MiniChain mini(rules_for(7));
    Opened opened(mini);
    const auto a = mini.mine_many(mini.genesis_block(), 6, {.miner = 2});
    const auto b = mini.mine_many(a[1], 6, {.miner = 3});
    const auto c = mini.mine_many(b[2], 8, {.miner = 4});
    std::vector<MinedBlock> all(a);
    all.insert(all.end(), b.begin(), b.end());
    all.insert(all.end(), c.begin(), c.end());
    const auto result = opened.import(all);
    CHECK(result.imported == 20);
    REQUIRE(result.head);
    CHECK(result.head->left.empty()); // the old head, genesis, is still below
    CHECK(opened.chain->head().hash == c[7].record.hash);
    CHECK(opened.chain->canonical(2)->hash == a[1].record.hash);
    CHECK(opened.chain->canonical(5)->hash == b[2].record.hash);
    CHECK_FALSE(opened.chain->verify(0));
}

TEST_CASE("blockchain: blocks wait for their parents in any order") {
    const test::MiniChain mini(rules_for(7));
    auto blocks = mini.mine_many(mini.genesis_block(), 40);
    Opened opened(mini);
    std::ranges::reverse(blocks);
    const MinedBlock first = blocks.back();
    blocks.pop_back();
    const auto waiting = opened.import(blocks);
    CHECK(waiting.imported == 0);
    CHECK(verdicts(waiting) == std::vector<Verdict>(39, Verdict::unknown_parent));
    CHECK(opened.chain->orphans() == 39);
    CHECK(opened.chain->head().number == 0);
    const auto result = opened.import({first});
    CHECK(result.imported == 40);
    CHECK(opened.chain->head().number == 40);
    CHECK(opened.chain->orphans() == 0);
}

TEST_CASE("blockchain: thousands of blocks without parents stay bounded") {
    const test::MiniChain mini(rules_for(7), 1);
    Opened opened(mini);
    MinedBlock stranger = mini.genesis_block();
    for (std::size_t i = 0; i < 6000; ++i) {
        stranger.record.hash.bytes[0] = 0xee;
        stranger.record.hash.bytes[30] = static_cast<std::uint8_t>(i >> 8);
        stranger.record.hash.bytes[31] = static_cast<std::uint8_t>(i);
        opened.import({mini.mine(stranger)});
    }
    CHECK(opened.chain->orphans() == 4096);
    CHECK(opened.chain->head().number == 0);
    CHECK(opened.chain->size() == 1);
}

TEST_CASE("blockchain: a waiting block that turns out bad is dropped") {
    const test::MiniChain mini(rules_for(7));
    Opened opened(mini);
    const auto parent = mini.mine(mini.genesis_block());
    const auto bad = mini.mine(parent, {.change = [](auto& d) { d.timestamp -= 100; }});
    CHECK(opened.import_one(bad) == Verdict::unknown_parent);
    CHECK(opened.import({parent}).imported == 1);
    CHECK(opened.chain->orphans() == 0);
    CHECK(opened.chain->head().hash == parent.record.hash);
}

TEST_CASE("blockchain: ancestors and locator") {
    const test::MiniChain mini(rules_for(7));
    Opened opened(mini);
    const auto blocks = mini.mine_many(mini.genesis_block(), 500);
    opened.import(blocks);
    const auto& chain = *opened.chain;
    auto hashes = opened.chain->ancestors(blocks[9].record.hash, 4);
    CHECK(hashes ==
          std::vector{blocks[9].record.hash, blocks[8].record.hash, blocks[7].record.hash, blocks[6].record.hash});
    CHECK(opened.chain->ancestors(blocks[1].record.hash, 100).size() == 3);
    CHECK(opened.chain->ancestors(Hash256{}, 100).empty());
    CHECK(opened.chain->ancestors(blocks[1].record.hash, 0).empty());
    for (const std::size_t limit : {1U, 2U, 5U, 32U, 1000U}) {
        CAPTURE(limit);
        hashes = opened.chain->locator(limit);
        CHECK(hashes.size() <= limit);
        CHECK(hashes.front() == chain.head().hash);
        if (limit > 1) { CHECK(hashes.back() == mini.genesis().hash); }
        const std::set<Hash256> unique(hashes.begin(), hashes.end());
        CHECK(unique.size() == hashes.size());
        std::uint64_t above = chain.head().number + 1;
        for (const Hash256& hash : hashes) {
            const auto record = opened.chain->find(hash);
            REQUIRE(record);
            CHECK(record->number < above);
            above = record->number;
        }
    }
    CHECK(opened.chain->locator(0).empty());
    Opened fresh(mini);
    CHECK(fresh.chain->locator() == std::vector{mini.genesis().hash});
}

TEST_CASE("blockchain: total difficulty as its clients announce it") {
    const test::MiniChain cpp(rules_for(33));
    Opened of_cpp(cpp);
    CHECK(of_cpp.chain->announced_total_difficulty() == 4);
    const test::MiniChain go(rules_for(33, Implementation::go));
    Opened of_go(go);
    CHECK(of_go.chain->announced_total_difficulty() == 0);
    of_go.import(go.mine_many(go.genesis_block(), 3));
    CHECK(of_go.chain->announced_total_difficulty() == 12);
    CHECK(of_go.chain->head().total_difficulty == 16);
}

TEST_CASE("blockchain: what a peer hears depends on the peer and not on who opened the chain") {
    for (const Implementation opener : {Implementation::cpp, Implementation::go}) {
        CAPTURE(opener);
        const test::MiniChain mini(rules_for(33, opener));
        Opened opened(mini);
        CHECK(opened.chain->genesis_difficulty() == 4);
        CHECK(opened.chain->announced_total_difficulty(rules_for(33)) == 4);
        CHECK(opened.chain->announced_total_difficulty(rules_for(33, Implementation::go)) == 0);
        opened.import(mini.mine_many(mini.genesis_block(), 3));
        CHECK(opened.chain->announced_total_difficulty(rules_for(33)) == 16);
        CHECK(opened.chain->announced_total_difficulty(rules_for(33, Implementation::go)) == 12);
    }
}

TEST_CASE("blockchain: what is cheap to see is seen first") {
    // One block with every fault; each next one lacks the fault that was found.
    const test::MiniChain mini(rules_for(49), 1u << 12);
    Opened opened(mini);
    const Bytes cheap = test::sign_transaction(TransactionLayout::t9, {.gas = U256{1}});
    const auto mined = mini.mine(mini.genesis_block(), {.transactions = {cheap}, .change = [](test::HeaderDraft& d) {
                                                            d.transactions_root[0] ^= 1;
                                                            d.difficulty = sum(d.difficulty, 1);
                                                        }});
    const auto code = [&](const Bytes& rlp) {
        const BytesView view = rlp;
        return std::string((*opened.chain->import({&view, 1}, now).blocks.front().error).code->word);
    };
    Bytes huge = mined.rlp;
    huge.resize(largest_block + 1);
    CHECK(code(huge) == "chain.block_too_large");
    Bytes idle = mined.rlp;
    const auto header = rlp::first_item(rlp::first_item(idle)->payload());
    idle[static_cast<std::size_t>(header->begin - idle.data()) + header->whole().size() - 1] ^= 1; // the nonce
    CHECK(code(idle) == "chain.bad_proof_of_work");
    CHECK(code(mined.rlp) == "chain.bad_difficulty");
    const auto rooted =
        mini.mine(mini.genesis_block(),
                  {.transactions = {cheap}, .change = [](test::HeaderDraft& d) { d.transactions_root[0] ^= 1; }});
    CHECK(code(rooted.rlp) == "chain.bad_transactions_root");
    CHECK(code(mini.mine(mini.genesis_block(), {.transactions = {cheap}}).rlp) == "chain.bad_gas");
    CHECK(opened.chain->orphans() == 0);
}

TEST_CASE("blockchain: times at the end of time stay positive in the store") {
    const test::TemporaryFolder folder;
    constexpr std::uint64_t last = (std::uint64_t{1} << 63) - 1;
    const test::MiniChain mini(rules_for(7)); // no limit ahead of our clock
    const auto far = mini.mine(mini.genesis_block(), {.seconds = last - mini.genesis_block().record.timestamp});
    const auto further = mini.mine(far, {.seconds = 1});
    const auto same = mini.mine(far, {.seconds = 0});
    {
        Opened opened(mini, folder.path().string());
        CHECK(opened.import_one(far) == Verdict::imported);
        CHECK(opened.import_one(further) == Verdict::invalid);
        CHECK(opened.import_one(same) == Verdict::imported);
    }
    Opened again(mini, folder.path().string());
    CHECK(again.chain->head().hash == same.record.hash);
    CHECK(again.chain->head().timestamp == last);
    CHECK_FALSE(again.chain->verify(0));
}

TEST_CASE("blockchain: opened again it is as it was") {
    const test::TemporaryFolder folder;
    const test::MiniChain mini(rules_for(49));
    const auto blocks = mini.mine_many(mini.genesis_block(), 20);
    const auto side = mini.mine_many(blocks[4], 3, {.miner = 7});
    {
        Opened opened(mini, folder.path().string());
        opened.import(blocks);
        opened.import(side);
    }
    Opened again(mini, folder.path().string());
    CHECK(again.chain->head().hash == blocks[19].record.hash);
    CHECK(again.chain->size() == 24);
    CHECK(again.chain->rlp(side[2].record.hash) == side[2].rlp);
    CHECK_FALSE(again.chain->verify(0));
    const auto more = mini.mine_many(blocks[19], 2);
    CHECK(again.import(more).imported == 2);
}

TEST_CASE("blockchain: a genesis that is not the one it says it is") {
    const test::MiniChain mini(rules_for(7));
    const auto store = Store::open(":memory:");
    REQUIRE(store);
    Genesis wrong = mini.genesis();
    wrong.hash.bytes[0] ^= 1;
    const auto refused = Blockchain::open(**store, wrong, mini.rules());
    REQUIRE_FALSE(refused);
    CHECK(*refused.error().code == errors::wrong_genesis);
    Genesis garbage{"x", Bytes{0xc0}, {}};
    CHECK_FALSE(Blockchain::open(**store, garbage, mini.rules()));
    CHECK_FALSE(Blockchain::open(**store, mini.genesis(), rules_for(49)));
}
