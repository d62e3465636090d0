// Each rule of the state by an example that is written out in wei, so that no constant can change unseen.
#include <doctest/doctest.h>

#include "chain/u256.hpp"
#include "tests/chain/state_example.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;
using namespace ethpoc::test;

TEST_CASE("state block: examples in wei") {
    for (const Example& example : examples()) {
        CAPTURE(example.what);
        const Run done = run(example, rules_for(example.version));
        INFO((done.after ? "" : done.after.error().message()));
        CHECK(holds(example, rules_for(example.version)));
    }
}

TEST_CASE("state block: one wei more or less in any account is another root") {
    for (const Example& example : examples()) {
        for (std::size_t i = 0; i < example.after.size(); ++i) {
            for (const bool more : {true, false}) {
                CAPTURE(example.what);
                CAPTURE(i);
                Example wrong = example;
                wrong.after[i].balance += more ? 1 : -1;
                const Run done = run(wrong, rules_for(example.version));
                REQUIRE_FALSE(done.after);
                CHECK(code_of(done) == "chain.bad_state_root");
                CHECK(done.after.error().path == "header.state_root");
                const Rules& rules = rules_for(example.version);
                CHECK(done.after.error().detail == to_hex(state_of(rules, wrong.after).root()) + ", expected " +
                                                       to_hex(state_of(rules, example.after).root()));
            }
        }
    }
}

TEST_CASE("state block: each constant changed by one is caught") {
    struct Column {
        const char* name;
        std::uint64_t Rules::*member;
    };
    for (const Column& column :
         {Column{"block_reward", &Rules::block_reward}, Column{"uncle_reward", &Rules::uncle_reward},
          Column{"nephew_reward", &Rules::nephew_reward}, Column{"flat_fee", &Rules::flat_fee}}) {
        for (const bool more : {true, false}) {
            CAPTURE(column.name);
            std::size_t caught = 0;
            for (const Example& example : examples()) {
                Rules rules = rules_for(example.version);
                if (rules.*column.member == 0) { continue; }
                rules.*column.member += more ? 1 : -1;
                caught += holds(example, rules) ? 0U : 1U;
            }
            const std::size_t of_uncles = 3;
            CHECK(caught == (column.member == &Rules::block_reward ? examples().size()
                             : column.member == &Rules::flat_fee   ? 1
                                                                   : of_uncles));
        }
    }
    Rules rules = rules_for(49);
    rules.zero_byte_gas = 2;
    CHECK_FALSE(holds(example_of(49), rules));
    rules.zero_byte_gas = 0;
    CHECK_FALSE(holds(example_of(49), rules));
}

TEST_CASE("state block: each form of an account is another root") {
    for (const Example& example : examples()) {
        for (const auto& change : std::initializer_list<std::function<void(Rules&)>>{
                 [](Rules& r) {
                     r.accounts = r.accounts == AccountForm::nonce_first ? AccountForm::balance_first
                                  : r.accounts == AccountForm::go_four   ? AccountForm::balance_nonce
                                                                         : AccountForm::go_four;
                 },
                 [](Rules& r) { r.hashed_keys = !r.hashed_keys; }}) {
            CAPTURE(example.what);
            Rules rules = rules_for(example.version);
            change(rules);
            CHECK_FALSE(holds(example, rules));
        }
        Rules rules = rules_for(example.version);
        if (rules.accounts == AccountForm::balance_nonce) { continue; }
        rules.empty_code = rules.empty_code == EmptyHash::zeros ? EmptyHash::empty_string : EmptyHash::zeros;
        CHECK_FALSE(holds(example, rules));
        rules.empty_code = rules_for(example.version).empty_code;
        rules.empty_root = rules.empty_root == EmptyHash::zeros ? EmptyHash::empty_string : EmptyHash::zeros;
        CHECK_FALSE(holds(example, rules));
    }
}

TEST_CASE("state block: a nonce is that of the account") {
    for (const std::uint32_t version : {7U, 11U, 23U, 49U}) {
        for (const std::uint64_t nonce : {1U, 2U}) {
            CAPTURE(version);
            Example example = example_of(version);
            example.drafts[0].nonce = nonce;
            const Run done = run(example, rules_for(version));
            REQUIRE_FALSE(done.after);
            CHECK(code_of(done) == "chain.bad_nonce");
            CHECK(done.after.error().path == "transactions[0].nonce");
            CHECK(done.after.error().detail.starts_with(std::to_string(nonce) + ", expected 0: "));
            example.before[0].nonce = nonce;
            for (Holdings* const holdings : {&example.after_transactions, &example.after}) {
                if (!holdings->empty()) { (*holdings)[0].nonce = nonce + 1; }
            }
            CHECK(holds(example, rules_for(version)));
        }
    }
}

TEST_CASE("state block: a sender has all that its transaction may cost") {
    struct Row {
        std::uint32_t version;
        std::uint64_t cost;
    };
    for (const Row& row :
         {Row{7, 1010 * a_finney}, Row{11, 1000 * a_finney + 60 * least_price},
          Row{23, 1000 * a_finney + 600 * least_price}, Row{49, 1000 * a_finney + 507 * least_price}}) {
        CAPTURE(row.version);
        Example example = example_of(row.version);
        example.before[0].balance = row.cost - 1;
        const Run poor = run(example, rules_for(row.version));
        REQUIRE_FALSE(poor.after);
        CHECK(code_of(poor) == "chain.bad_balance");
        CHECK(poor.after.error().path == "transactions[0].value");
        CHECK(poor.after.error().detail == "it may cost " + std::to_string(row.cost) + " wei, " + to_hex(sender()) +
                                               " has " + std::to_string(row.cost - 1));
        example.before[0].balance = row.cost;
        CHECK(code_of(run(example, rules_for(row.version))) != "chain.bad_balance");
    }
}

TEST_CASE("state block: a cost that is no number of 256 bits is not had by anybody") {
    U256 top;
    top.limbs.fill(~std::uint64_t{0});
    for (const bool by_price : {true, false}) {
        Example example = example_of(11);
        (by_price ? example.drafts[0].gas_price : example.drafts[0].value) = top;
        const Run done = run(example, rules_for(11));
        REQUIRE_FALSE(done.after);
        CHECK(code_of(done) == "chain.bad_balance");
        CHECK(done.after.error().detail.starts_with("it may cost 2^256 and more wei"));
    }
}

TEST_CASE("state block: gas used is what a transfer uses") {
    for (const std::uint64_t wrong : {511U, 515U}) {
        Example example = example_of(23);
        example.gas_each = wrong;
        const Run done = run(example, rules_for(23));
        REQUIRE_FALSE(done.after);
        CHECK(code_of(done) == "chain.bad_gas_used");
        CHECK(done.after.error().path == "transactions[0].gas_used");
        CHECK(done.after.error().detail == std::to_string(wrong) + ", expected 510");
    }
    Example example = example_of(49);
    example.gas_each = 508;
    const Run done = run(example, rules_for(49));
    REQUIRE_FALSE(done.after);
    CHECK(code_of(done) == "chain.bad_gas_used");
    CHECK(done.after.error().path == "header.gas_used");
    CHECK(done.after.error().detail == "508, expected 507");
}

TEST_CASE("state block: the root of an entry is that after its transaction") {
    Example example = example_of(23);
    example.after_transactions[2].balance += 1;
    const Run done = run(example, rules_for(23));
    REQUIRE_FALSE(done.after);
    CHECK(code_of(done) == "chain.bad_state_root");
    CHECK(done.after.error().path == "transactions[0].state_root");
    const Rules& rules = rules_for(23);
    CHECK(done.after.error().detail == to_hex(state_of(rules, example.after_transactions).root()) + ", expected " +
                                           to_hex(state_of(rules, example_of(23).after_transactions).root()));
}

TEST_CASE("state block: a second transaction sees what the first one did") {
    Example example = example_of(11);
    example.drafts[0] = {.nonce = 0, .to = sender(), .value = 5, .gas_price = least_price, .gas = 20};
    example.drafts.push_back({.nonce = 1, .to = miner, .value = 7, .gas_price = least_price, .gas = 20});
    example.after = {{sender(), 2, 5000 * a_finney - 40 * least_price - 7},
                     {miner, 0, 1500 * a_finney + 40 * least_price + 7}};
    CHECK(holds(example, rules_for(11)));
    example.drafts[1].nonce = 2;
    CHECK(code_of(run(example, rules_for(11))) == "chain.bad_nonce");
}
