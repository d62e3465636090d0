#include <doctest/doctest.h>

#include "chain/blockchain.hpp"
#include "chain/keccak.hpp"
#include "chain/trie.hpp"
#include "chain/u256.hpp"
#include "chain/work.hpp"
#include "rlp/encode.hpp"
#include "rlp/hex.hpp"
#include "tests/chain/recorded.hpp"
#include "tests/support/mini_transaction.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

constexpr std::uint64_t autumn = 1'415'000'000; // Unix seconds
const U256 thousand_ether = *from_decimal("1000000000000000000000");
const U256 one_ether = *from_decimal("1000000000000000000");

/// A chain of its own, whose accounts are known: that of key 1 has a thousand ether.
struct Mine {
    explicit Mine(const Rules& of, std::uint64_t difficulty = 16) :
        rules(of), genesis(make_genesis("class", of, difficulty, {{test::address_of(1), thousand_ether}})),
        store(*Store::open(":memory:")), chain(*Blockchain::open(*store, genesis, of)), pool(of.transaction) {}

    Result<Work> work(std::uint64_t seconds) const {
        return chain->work(pool.all(), {.coinbase = Address::right_aligned(Bytes{9}), .now_seconds = autumn + seconds});
    }
    Bytes mined(const Work& work) const {
        Hash256 next = work.preimage;
        std::uint64_t left = 1u << 24;
        return seal(work, *search(work, next, left));
    }
    Verdict import(BytesView block) const {
        const BatchResult done = chain->import({&block, 1}, autumn + 100'000);
        INFO((done.blocks[0].error ? done.blocks[0].error->message() : ""));
        CHECK(done.blocks[0].verdict == Verdict::imported);
        return done.blocks[0].verdict;
    }
    Account account(const Address& address) const { return chain->account(address).value_or(Account{}); }

    const Rules& rules;
    Genesis genesis;
    std::unique_ptr<Store> store;
    std::unique_ptr<Blockchain> chain;
    TransactionPool pool;
};

bool can_be_mined(const Rules& rules) {
    return rules.proof_of_work == ProofOfWork::keccak && rules.block_reward != 0;
}

bool carries_transfers(const Rules& rules) {
    const bool flat = rules.transaction == TransactionLayout::t7 && rules.flat_fee != 0;
    return flat || gas_is_priced(rules.transaction);
}

U256 times(std::uint64_t count, const U256& amount) {
    return *product(count, amount);
}

} // namespace

TEST_CASE("work: blocks of every version are taken by all the rules, and the accounts add up") {
    std::size_t rows = 0;
    for (const Rules& rules : all_rules()) {
        if (!can_be_mined(rules)) { continue; }
        CAPTURE(rules.name);
        ++rows;
        Mine mine(rules);
        for (std::uint64_t i = 0; i < 3; ++i) {
            const Bytes bytes = test::sign_transaction(rules.transaction, {.nonce = 2 - i, .value = one_ether});
            REQUIRE(mine.pool.add(bytes).verdict == PoolVerdict::added); // the last nonce first
        }
        const auto first = mine.work(0);
        INFO((first ? "" : first.error().message()));
        REQUIRE(first);
        CHECK(first->transactions == (carries_transfers(rules) ? 3 : 0));
        REQUIRE(mine.import(mine.mined(*first)) == Verdict::imported);
        REQUIRE(mine.import(mine.mined(*mine.work(50))) == Verdict::imported);
        CHECK(mine.chain->state()->checked_to == 2);
        CHECK_FALSE(mine.chain->state()->gap);
        CHECK_FALSE(mine.chain->verify(0));
        const Account receiver = mine.account(Address::right_aligned(Bytes(20, 0x42)));
        const Account sender = mine.account(test::address_of(1));
        const Account miner = mine.account(Address::right_aligned(Bytes{9}));
        if (!carries_transfers(rules)) { continue; }
        CHECK(receiver.balance == times(3, one_ether));
        CHECK(sender.nonce == 3);
        const U256 sum_of_all = sum(sum(receiver.balance, sender.balance), miner.balance);
        const U256 burnt = gas_is_priced(rules.transaction) ? U256{} : times(3, rules.flat_fee);
        CHECK(sum(sum_of_all, burnt) == sum(thousand_ether, times(2, rules.block_reward)));
    }
    CHECK(rows >= 30);
}

TEST_CASE("work: what cannot be carried out now stays in the pool") {
    Mine mine(rules_for(33));
    const auto waits = [&](const test::TransactionDraft& draft) {
        REQUIRE(mine.pool.add(test::sign_transaction(mine.rules.transaction, draft)).verdict == PoolVerdict::added);
    };
    waits({.nonce = 1});                                            // the one before it is missing
    waits({.key = 2});                                              // who has nothing
    waits({.nonce = 0, .value = *product(2, thousand_ether)});      // too much
    waits({.key = 3, .value = U256{}, .gas_price = U256{}});        // who pays nothing may have nothing
    waits({.key = 4, .gas_price = U256{}, .gas = U256{2'000'000}}); // more gas than a block has
    waits({.key = 5, .to = Bytes(20, 0), .gas_price = U256{}});     // creates a contract: nobody knows the state then
    const auto work = mine.work(0);
    REQUIRE(work);
    CHECK(work->transactions == 1);
    const auto block = decode_block(mine.rules, work->block);
    REQUIRE(block);
    CHECK(block->header.min_gas_price == U256{});
    mine.import(mine.mined(*work));
    CHECK(mine.account(test::address_of(3)).nonce == 1);
}

TEST_CASE("work: money that came in the same block can be spent") {
    Mine mine(rules_for(49));
    const Address second = test::address_of(2);
    const auto spend = test::sign_transaction(mine.rules.transaction, {.key = 2, .value = U256{1}});
    mine.pool.add(spend);
    const Bytes to{second.bytes.begin(), second.bytes.end()};
    mine.pool.add(test::sign_transaction(mine.rules.transaction, {.to = to, .value = one_ether}));
    const auto work = mine.work(0);
    REQUIRE(work);
    CHECK(work->transactions == 2);
    mine.import(mine.mined(*work));
    CHECK(mine.account(second).nonce == 1);
}

TEST_CASE("work: a block that lost its place becomes an uncle, once, where its reward is known") {
    for (const Rules& rules : all_rules()) {
        if (!can_be_mined(rules)) { continue; }
        CAPTURE(rules.name);
        Mine mine(rules);
        REQUIRE(mine.import(mine.mined(*mine.work(0))) == Verdict::imported);
        const auto stale = mine.work(50);
        const auto better =
            mine.chain->work({}, {.coinbase = Address::right_aligned(Bytes{8}), .now_seconds = autumn + 50});
        REQUIRE(stale);
        REQUIRE(better);
        mine.import(mine.mined(*better));
        mine.import(mine.mined(*stale));
        CHECK(mine.chain->head().number == 2);
        const auto nephew = mine.work(100);
        REQUIRE(nephew);
        CHECK(nephew->uncles == (rules.uncle_reward != 0 ? 1 : 0));
        mine.import(mine.mined(*nephew));
        const auto next = mine.work(150);
        REQUIRE(next);
        CHECK(next->uncles == 0);
        mine.import(mine.mined(*next));
        CHECK_FALSE(mine.chain->verify(0));
    }
}

TEST_CASE("work: time follows the rules of the version") {
    Mine equal(rules_for(33));
    equal.import(equal.mined(*equal.work(10)));
    CHECK(equal.work(3)->timestamp == autumn + 10); // the clock went back
    Mine greater(rules_for(54));
    greater.import(greater.mined(*greater.work(10)));
    CHECK(greater.work(10)->timestamp == autumn + 11);
    // Go 0.8.5 would take an equal time, and C++ on the same genesis does not.
    Mine both(*find_rules("go-p54"));
    both.import(both.mined(*both.work(10)));
    CHECK(both.work(10)->timestamp == autumn + 11);
}

TEST_CASE("work: the difficulty is right for all clients on the genesis") {
    Mine mine(*find_rules("go-p31"), 4096); // Go 42 seconds, C++ 9
    mine.import(mine.mined(*mine.work(0)));
    const BlockRecord parent = mine.chain->head();
    for (const std::uint64_t age : {0, 8, 9, 30, 41, 42, 100}) {
        const auto work = mine.work(age);
        REQUIRE(work);
        const U256 by_go = child_difficulty(mine.rules, parent, work->timestamp, 42);
        CHECK(work->difficulty == by_go);
        CHECK(work->difficulty == child_difficulty(mine.rules, parent, work->timestamp, 9));
        CHECK(work->timestamp <= autumn + age);
    }
}

TEST_CASE("work: refused where a rule or an account is not known") {
    const auto refused = [](const Mine& mine, const char* why) {
        const auto work = mine.work(0);
        REQUIRE_FALSE(work);
        CHECK(work.error().code->word == "chain.cannot_mine");
        CHECK(work.error().detail.find(why) != std::string::npos);
    };
    refused(Mine(rules_for(56)), "ethash");
    refused(Mine(rules_for(0)), "reward");
    Mine nobody(rules_for(33));
    const Genesis unknown{"unknown", make_genesis("", nobody.rules, 16, {{test::address_of(7), one_ether}}).rlp,
                          make_genesis("", nobody.rules, 16, {{test::address_of(7), one_ether}}).hash};
    const auto chain = Blockchain::open(*nobody.store, unknown, nobody.rules);
    REQUIRE(chain);
    CHECK((*chain)->work({}, {}).error().detail.find("not recorded") != std::string::npos);
    const auto blind = Blockchain::open(*nobody.store, nobody.genesis, nobody.rules, StateCheck::off);
    CHECK((*blind)->work({}, {}).error().detail.find("--state") != std::string::npos);
    const auto long_text = nobody.chain->work({}, {.extra_data = Bytes(1025)});
    CHECK_FALSE(long_text);
}

TEST_CASE("work: a search goes on where it ended, and finds each nonce once") {
    Mine mine(rules_for(33), 8);
    const auto work = mine.work(0);
    REQUIRE(work);
    Hash256 next{};
    next.bytes[0] = 1;
    std::size_t found = 0;
    for (int i = 0; i < 1000; ++i) {
        const Hash256 before = next;
        std::uint64_t one = 1;
        const auto nonce = search(*work, next, one);
        if (nonce) { CHECK(*nonce == before); }
        found += nonce ? 1 : 0;
    }
    CHECK(next.bytes[30] == 3); // 1000 = 3e8
    CHECK(next.bytes[31] == 0xe8);
    CHECK(found > 80); // one of eight, about
    CHECK(found < 180);
    Hash256 again{};
    again.bytes[0] = 1;
    std::size_t at_once = 0;
    for (std::uint64_t left = 1000; search(*work, again, left);) {
        ++at_once;
        CHECK(left == 1000 - (again.bytes[30] * 256U + again.bytes[31]));
    }
    CHECK(at_once == found);
}

TEST_CASE("work: the accounts of a genesis that came with it are kept in the store") {
    Mine mine(rules_for(23));
    mine.import(mine.mined(*mine.work(0)));
    const Genesis bare{mine.genesis.name, mine.genesis.rlp, mine.genesis.hash};
    const auto again = Blockchain::open(*mine.store, bare, mine.rules);
    REQUIRE(again);
    CHECK((*again)->state()->checked_to == 1);
    CHECK((*again)->account(test::address_of(1))->balance == thousand_ether);
}

TEST_CASE("genesis: one that is made is written as those of 2014") {
    std::size_t same = 0;
    for (const GenesisRow& row : genesis_table()) {
        const Bytes recorded = *from_hex_digits(row.rlp_hex);
        bool found = false;
        for (const Rules& rules : all_rules()) {
            const auto block = decode_block(rules, recorded);
            if (!block) { continue; }
            for (const Premine& premine : all_premines()) {
                found = found || make_genesis("", rules, block->header.difficulty, premine.accounts).rlp == recorded;
            }
        }
        same += found ? 1 : 0;
    }
    CHECK(same >= 20);
    MESSAGE(same << " of " << genesis_table().size());
}

TEST_CASE("work: the receipts of a block that Go 0.8.5 mined") {
    const auto file = test::shared_file("chains/go-p54.jsonl");
    if (!file) { return; }
    const auto recorded = test::read_chain(*file);
    const Rules& rules = recorded.rules();
    const auto genesis = decode_block(rules, recorded.head.genesis_rlp);
    StateAfter state = state_of_genesis(rules, genesis->header);
    std::size_t blocks = 0;
    for (std::size_t i = 0; i < recorded.blocks.size(); ++i) {
        const BytesView bytes = recorded.blocks[i];
        const auto block = decode_block(rules, bytes);
        std::vector<SignedTransaction> transactions;
        const Candidate candidate{rules, bytes, *block};
        REQUIRE_FALSE(check_transactions(candidate, &transactions));
        StateRoots made;
        const auto after = state_after(state, candidate, i + 1, transactions, &made);
        REQUIRE(after);
        if (!transactions.empty()) {
            CHECK(to_hex(receipts_root(made)) == to_hex(block->header.receipts_root));
            ++blocks;
        }
        state = *after;
    }
    CHECK(blocks == 1);
}
