// Where the state is not known: it is said, and nothing is guessed.
#include <doctest/doctest.h>

#include "chain/u256.hpp"
#include "tests/chain/state_example.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;
using namespace ethpoc::test;

TEST_CASE("state gap: where code would run nothing is guessed") {
    struct Row {
        const char* what;
        std::uint32_t version;
        Bytes to;
        const char* because;
    };
    Bytes one(20);
    one[19] = 4;
    Bytes past = one;
    past[19] = 5;
    for (const Row& row :
         {Row{"creation", 7, Bytes(20), "transaction 0 of block 1 creates a contract"},
          Row{"creation", 11, Bytes(20), "transaction 0 of block 1 creates a contract"},
          Row{"creation", 23, Bytes(20), "transaction 0 of block 1 creates a contract"},
          Row{"creation", 49, {}, "transaction 0 of block 1 creates a contract"},
          Row{"built in", 23, one, "transaction 0 of block 1 calls code that is built in"},
          Row{"built in", 49, one, "transaction 0 of block 1 calls code that is built in"},
          Row{"no address", 7, Bytes(8, 1), "transaction 0 of block 1 has a receiver that is no address"}}) {
        CAPTURE(row.what);
        CAPTURE(row.version);
        Example example = example_of(row.version);
        example.drafts[0].to = row.to;
        example.drafts[0].gas = 900;
        example.gas_each = 900;
        example.before[0].balance = 6000 * a_finney;
        CHECK(gap_of(run(example, rules_for(row.version))) == row.because);
        example.drafts[0].nonce = 1; // what can be known before it runs is still checked
        CHECK(code_of(run(example, rules_for(row.version))) == "chain.bad_nonce");
    }
    Example example = example_of(49);
    example.drafts[0].to = past; // an account like any other
    example.after[1].address = past;
    CHECK(holds(example, rules_for(49)));
    example.drafts[0].to = one;
    Rules rules = rules_for(49);
    rules.built_in = 3;
    CHECK(gap_of(run(example, rules)).empty());
}

TEST_CASE("state gap: what was not recorded is not guessed") {
    const auto gap = [](std::string_view row, std::vector<std::uint8_t> uncles, bool transaction) {
        const Rules& rules = *find_rules(row);
        const test::MiniChain mini(rules);
        test::MineOptions options;
        if (transaction) { options.transactions = {test::sign_transaction(rules.transaction, {.value = 1})}; }
        for (const std::uint8_t whose : uncles) {
            options.uncles.push_back(mini.mine(mini.genesis_block(), {.miner = whose}).header);
        }
        const auto mined = mini.mine(mini.genesis_block(), options);
        const auto block = decode_block(rules, mined.rlp);
        REQUIRE(block);
        const Candidate candidate{rules, mined.rlp, *block};
        std::vector<SignedTransaction> transactions;
        REQUIRE_FALSE(check_transactions(candidate, &transactions));
        const auto after = state_after(state_of(rules, {{sender(), 0, a_finney}}), candidate, 1, transactions);
        const StateGap* const found = after ? std::get_if<StateGap>(&*after) : nullptr;
        return found != nullptr && found->from == 1 ? found->because : "";
    };
    CHECK(gap("poc1", {}, false) == "the reward of its blocks was not recorded");
    CHECK(gap("p02", {}, true) == "what transaction 0 of block 1 costs was not recorded");
    CHECK(gap("p02", {8}, false) == "the reward of uncles, as in block 1, was not recorded");
    CHECK(gap("p09", {}, true) == "what transaction 0 of block 1 costs was not recorded");
    CHECK(gap("go-p08", {}, true) == "what transaction 0 of block 1 costs was not recorded");
    CHECK(gap("p02", {}, false).empty());
    const Rules& rules = rules_for(49);
    const auto js = find_genesis_row("js-eth49");
    const Bytes bytes = test::hex(js->rlp_hex);
    const auto block = decode_block(rules, bytes);
    REQUIRE(block);
    const StateAfter state = state_of_genesis(rules, block->header);
    REQUIRE(std::holds_alternative<State>(state));
    const auto after = state_after(state, {rules, bytes, *block}, 1, {});
    REQUIRE(after);
    CHECK(std::get<StateGap>(*after).from == 1);
    // A gap goes on, whatever comes.
    CHECK(std::get<StateGap>(*state_after(*after, {rules, bytes, *block}, 2, {})) == std::get<StateGap>(*after));
}

TEST_CASE("state gap: a genesis that nobody recorded has no accounts to check") {
    const test::MiniChain mini(rules_for(23));
    const auto block = decode_block(mini.rules(), mini.genesis().rlp);
    REQUIRE(block);
    const StateAfter state = state_of_genesis(mini.rules(), block->header);
    REQUIRE(std::holds_alternative<StateGap>(state));
    CHECK(std::get<StateGap>(state) == StateGap{0, "the accounts of its genesis are not recorded"});
}
