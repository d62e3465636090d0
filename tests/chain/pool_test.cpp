#include "chain/pool.hpp"

#include <doctest/doctest.h>

#include "chain/genesis.hpp"
#include "chain/keccak.hpp"
#include "tests/support/mini_transaction.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

constexpr auto layout = TransactionLayout::t7;

Bytes transaction(std::uint64_t nonce) {
    test::TransactionDraft draft;
    draft.nonce = 1000 + nonce; // all of one size, but for short signatures
    draft.pad_signature = true;
    return test::sign_transaction(layout, draft);
}

} // namespace

TEST_CASE("pool: takes a good one once and says whose it is") {
    TransactionPool pool(layout);
    const Bytes one = transaction(1);
    const PoolResult added = pool.add(one);
    CHECK(added.verdict == PoolVerdict::added);
    CHECK(added.hash == keccak256(one));
    CHECK(added.sender == test::address_of(1));
    CHECK(pool.contains(added.hash));
    CHECK(pool.size() == 1);
    CHECK(pool.bytes() == one.size());
    CHECK(pool.add(one).verdict == PoolVerdict::known);
    CHECK(pool.size() == 1);
}

TEST_CASE("pool: refuses what has no sender or another layout") {
    TransactionPool pool(layout);
    Bytes bad = transaction(1);
    const auto items = rlp::list_items(bad);
    REQUIRE(items);
    bad[static_cast<std::size_t>((*items)[4].begin - bad.data())] = 0x05; // v
    const PoolResult refused = pool.add(bad);
    CHECK(refused.verdict == PoolVerdict::invalid);
    REQUIRE(refused.error);
    CHECK(*refused.error->code == errors::bad_signature);
    const PoolResult other = pool.add(test::sign_transaction(TransactionLayout::t9, {}));
    CHECK(other.verdict == PoolVerdict::invalid);
    REQUIRE(other.error);
    CHECK(pool.add({}).verdict == PoolVerdict::invalid);
    CHECK(pool.size() == 0);
}

TEST_CASE("pool: bounded in bytes the oldest leave first") {
    const std::size_t each = transaction(0).size();
    TransactionPool pool(layout, 5 * each);
    for (std::uint64_t i = 0; i < 20; ++i) {
        CHECK(pool.add(transaction(i)).verdict == PoolVerdict::added);
        CHECK(pool.bytes() <= 5 * each);
    }
    CHECK(pool.size() == 5);
    const auto all = pool.all();
    REQUIRE(all.size() == 5);
    for (std::size_t i = 0; i < all.size(); ++i) {
        CHECK(to_hex(all[i].rlp) == to_hex(transaction(15 + i)));
    }
}

TEST_CASE("pool: a transaction that is too large") {
    test::TransactionDraft draft;
    draft.data.resize(2000);
    TransactionPool pool(TransactionLayout::t9, 1 << 20, 1000);
    CHECK(pool.add(test::sign_transaction(TransactionLayout::t9, draft)).verdict == PoolVerdict::full);
    TransactionPool tiny(TransactionLayout::t9, 50);
    CHECK(tiny.add(test::sign_transaction(TransactionLayout::t9, {})).verdict == PoolVerdict::full);
}

TEST_CASE("pool: removing") {
    TransactionPool pool(layout);
    const Hash256 first = pool.add(transaction(1)).hash;
    const Hash256 second = pool.add(transaction(2)).hash;
    pool.remove(first);
    pool.remove(first);
    CHECK_FALSE(pool.contains(first));
    CHECK(pool.contains(second));
    CHECK(pool.all().size() == 1);
    pool.remove(second);
    CHECK(pool.size() == 0);
    CHECK(pool.bytes() == 0);
}

TEST_CASE("pool: one sender does not push out what others sent, nor does one that comes again and again") {
    const std::size_t each = transaction(0).size();
    TransactionPool pool(layout, 40 * each);
    std::vector<Hash256> honest;
    for (std::uint64_t i = 0; i < 10; ++i) {
        honest.push_back(pool.add(transaction(i), 1).hash);
    }
    for (std::uint64_t i = 100; i < 300; ++i) {
        const Shares::Source attacker = 2 + i / 5;
        CHECK(pool.add(transaction(i), attacker).verdict == PoolVerdict::added);
        CHECK(pool.bytes() <= 40 * each);
        if (i % 5 == 4) { pool.leave(attacker); }
    }
    for (const Hash256& hash : honest) {
        CHECK(pool.contains(hash));
    }
    pool.leave(1); // now it is one with the others that are gone
    for (std::uint64_t i = 300; i < 330; ++i) {
        pool.add(transaction(i), 9);
    }
    CHECK_FALSE(pool.contains(honest.front()));
    CHECK(pool.size() == 40);
}

TEST_CASE("pool: reading goes on where it ended") {
    TransactionPool pool(layout);
    std::vector<Hash256> sent;
    for (std::uint64_t i = 0; i < 10; ++i) {
        sent.push_back(pool.add(transaction(i)).hash);
    }
    std::vector<Hash256> seen;
    std::uint64_t cursor = 0;
    const auto read = [&](std::size_t most) {
        cursor = pool.since(cursor, [&](const Hash256& hash, BytesView rlp) {
            if (most-- == 0) { return false; }
            CHECK(keccak256(rlp) == hash);
            seen.push_back(hash);
            return true;
        });
    };
    read(4);
    pool.remove(sent[4]);
    read(2);
    read(100);
    read(100);
    std::erase(sent, sent[4]);
    CHECK(seen == sent);
    const Hash256 late = pool.add(transaction(50)).hash;
    read(100);
    CHECK(seen.back() == late);
}
