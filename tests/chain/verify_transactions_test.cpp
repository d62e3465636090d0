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
