#include <doctest/doctest.h>

#include "chain/genesis.hpp"
#include "chain/verify.hpp"
#include "rlp/encode.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/mini_transaction.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

Fault check(const test::MiniChain& mini, std::vector<Bytes> transactions) {
    const auto mined = mini.mine(mini.genesis_block(), {.transactions = std::move(transactions)});
    const auto block = decode_block(mini.rules(), mined.rlp);
    if (!block) { return block.error(); }
    return check_transactions({mini.rules(), mined.rlp, *block});
}

} // namespace

TEST_CASE("verify transactions: one without a sender is found among good ones") {
    for (const std::uint32_t version : {7U, 11U, 23U, 33U, 49U}) {
        CAPTURE(version);
        const test::MiniChain mini(rules_for(version));
        const Bytes good = test::sign_transaction(mini.rules().transaction, {});
        Bytes bad = good;
        const auto items = rlp::list_items(good);
        REQUIRE(items);
        bad[static_cast<std::size_t>((*items)[items->size() - 3].begin - good.data())] = 0x1d; // v 29
        CHECK_FALSE(check(mini, {good, good}));
        const Fault fault = check(mini, {good, bad, good});
        REQUIRE(fault);
        CHECK(*fault->code == errors::bad_signature);
        CHECK(fault->path == "transactions[1]");
        CHECK(fault->length == bad.size());
    }
}

TEST_CASE("verify transactions: shape") {
    const test::MiniChain mini(rules_for(49));
    const Bytes good = test::sign_transaction(mini.rules().transaction, {});
    const Fault fault = check(mini, {good, test::sign_transaction(TransactionLayout::t7, {})});
    REQUIRE(fault);
    CHECK(fault->path.starts_with("transactions[1]"));
    CHECK(check(mini, {Bytes{0x80}}));
    CHECK(check(mini, {Bytes{0xc0}}));
}

TEST_CASE("verify transactions: the layout of another protocol on the same genesis") {
    const test::MiniChain poc4(rules_for(11));
    CHECK_FALSE(check(poc4, {test::sign_transaction(TransactionLayout::t7, {})}));
    CHECK_FALSE(check(poc4, {test::sign_transaction(TransactionLayout::t9a, {})}));
    CHECK(check(poc4, {test::sign_transaction(TransactionLayout::t8, {})}));
}

TEST_CASE("verify transactions: what they cost before they run") {
    struct Row {
        std::uint32_t version;
        Bytes data;
        bool creates;
        std::uint64_t cost;
    };
    using enum TransactionLayout;
    for (const Row& row : {
             Row{11, {}, false, 20},
             Row{11, {1, 2, 3}, false, 35},
             Row{11, {0, 0, 3}, false, 35},
             Row{11, {}, true, 100},
             Row{11, {1}, true, 105},
             Row{23, {}, false, 500},
             Row{23, {1, 2, 3, 4}, false, 520}, // as cpp-poc5, which left such a one out for its gas of 500
             Row{23, {0, 0}, false, 510},
             Row{33, {1}, true, 505},
             Row{44, {0, 0}, false, 510},
             Row{45, {0, 0}, false, 502},
             Row{49, {0, 7, 0}, true, 507},
             Row{7, {}, false, 0},
         }) {
        CAPTURE(row.version);
        CAPTURE(row.data.size());
        const Rules& rules = rules_for(row.version);
        const Bytes to = row.creates ? Bytes(20, 0) : Bytes(20, 0x42);
        const auto signed_with = [&](std::uint64_t gas) {
            return test::sign_transaction(rules.transaction, {.to = to, .gas = gas, .data = row.data});
        };
        const Bytes enough = signed_with(row.cost);
        const auto read = decode_transaction(rules.transaction, enough);
        REQUIRE(read);
        CHECK(intrinsic_gas(rules, rules.transaction, *read) == row.cost);
        if (row.cost == 0) { continue; }
        const test::MiniChain mini(rules);
        const auto mined = mini.mine(mini.genesis_block(), {.transactions = {enough}, .gas_each = row.cost});
        const auto good = decode_block(rules, mined.rlp);
        CHECK_FALSE(check_transactions({rules, mined.rlp, *good}));
        const Fault fault = check(mini, {signed_with(row.cost - 1)});
        REQUIRE(fault);
        CHECK(fault->code->word == "chain.bad_gas");
        CHECK(fault->path == "transactions[0].gas");
    }
}

TEST_CASE("verify transactions: the block has gas for all of them") {
    for (const std::uint32_t version : {13U, 23U, 33U, 38U, 49U, 54U, 56U}) {
        CAPTURE(version);
        const test::MiniChain mini(rules_for(version));
        const std::uint64_t limit = 999'023; // of block 1
        const auto one = [&](std::uint64_t gas) {
            return test::sign_transaction(mini.rules().transaction, {.gas = gas});
        };
        CHECK_FALSE(check(mini, {one(limit)}));
        const Fault fault = check(mini, {one(limit + 1)});
        REQUIRE(fault);
        CHECK(fault->code->word == "chain.bad_gas");
        // What the first used, or at least paid, is not there for the second.
        CHECK_FALSE(check(mini, {one(500), one(limit - 500)}));
        const Fault second = check(mini, {one(500), one(limit)});
        REQUIRE(second);
        CHECK(second->path == "transactions[1].gas");
        U256 endless;
        endless.limbs.fill(~std::uint64_t{0});
        CHECK(check(mini, {test::sign_transaction(mini.rules().transaction, {.gas = endless})}));
    }
}

TEST_CASE("verify transactions: a block cannot use less gas than its transactions cost") {
    for (const std::uint32_t version : {23U, 33U, 36U, 49U}) {
        CAPTURE(version);
        const test::MiniChain mini(rules_for(version));
        const Bytes good = test::sign_transaction(mini.rules().transaction, {});
        const std::uint64_t least = mini.rules().gas_refunds ? 250 : 500;
        const auto with = [&](std::uint64_t gas_each) {
            const auto mined = mini.mine(mini.genesis_block(), {.transactions = {good, good}, .gas_each = gas_each});
            const auto block = decode_block(mini.rules(), mined.rlp);
            return check_transactions({mini.rules(), mined.rlp, *block});
        };
        CHECK_FALSE(with(least));
        const Fault fault = with(least - 1);
        REQUIRE(fault);
        CHECK(fault->code->word == "chain.bad_gas_used");
    }
}

TEST_CASE("verify transactions: poc-4 takes none below ten szabo") {
    const test::MiniChain mini(rules_for(11));
    const U256 cheap{9'999'999'999'999};
    const Fault fault = check(mini, {test::sign_transaction(TransactionLayout::t9a, {.gas_price = cheap})});
    REQUIRE(fault);
    CHECK(fault->code->word == "chain.bad_gas_price");
    CHECK(fault->path == "transactions[0].gas_price");
    // Older layouts have no price, later versions no such rule.
    CHECK_FALSE(check(mini, {test::sign_transaction(TransactionLayout::t7, {})}));
    const test::MiniChain later(rules_for(49));
    CHECK_FALSE(check(later, {test::sign_transaction(TransactionLayout::t9, {.gas_price = U256{}})}));
}

TEST_CASE("verify transactions: entries whose gas goes down") {
    const test::MiniChain mini(rules_for(23));
    const Bytes good = test::sign_transaction(mini.rules().transaction, {});
    test::HeaderDraft draft;
    draft.gas_limit = 1'000'000;
    draft.gas_used = 500;
    const Bytes first = rlp::encode_list(rlp::Raw{good}, Hash256{}, 1000U);
    const Bytes second = rlp::encode_list(rlp::Raw{good}, Hash256{}, 500U);
    const Bytes bytes = test::join_block(test::encode_header(HeaderLayout::h13, draft), {first, second}, {});
    const auto block = decode_block(mini.rules(), bytes);
    REQUIRE(block);
    const Fault fault = check_gas_used({mini.rules(), bytes, *block});
    REQUIRE(fault);
    CHECK(*fault->code == errors::bad_gas_used);
    CHECK(fault->path == "transactions[1].gas_used");
}
