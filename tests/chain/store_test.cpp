#include "chain/store.hpp"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <fstream>

#include "chain/genesis.hpp"
#include "chain/tail_index.hpp"
#include "rlp/hex.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

Hash256 name(std::uint64_t n) {
    Hash256 out;
    for (std::size_t i = 0; i < 8; ++i) {
        out.bytes[i] = static_cast<std::uint8_t>((n * 0x9e3779b97f4a7c15U) >> (8 * i)); // spread, as hashes are
        out.bytes[24 + i] = static_cast<std::uint8_t>(n >> (56 - 8 * i));
    }
    return out;
}

BlockRecord record(std::uint64_t n, std::uint64_t number, std::uint64_t parent) {
    BlockRecord out;
    out.hash = name(n);
    out.parent = name(parent);
    out.number = number;
    out.timestamp = 1'400'000'000 + n;
    out.difficulty = 131'072;
    out.total_difficulty.limbs = {n, 0, 0, 256}; // 2^200 + n
    out.gas_limit = ~std::uint64_t{0};
    out.gas_used = n;
    return out;
}

/// A store with one chain whose genesis is block 0.
struct OneChain {
    explicit OneChain(const std::string& directory = ":memory:") {
        store = std::move(*Store::open(directory));
        chain = store->open_chain(record(0, 0, 0), Bytes{0xc0}, "mini", "poc3")->id;
    }
    /// Blocks first .. last in a row, each its number, committed as the head.
    void grow(std::uint64_t first, std::uint64_t last) {
        store->begin();
        std::vector<BlockRecord> canonical;
        for (std::uint64_t n = first; n <= last; ++n) {
            BlockRecord at = record(n, n, n - 1);
            REQUIRE(store->put(chain, at, Bytes{0xc1, 0x01}));
            canonical.push_back(at);
        }
        REQUIRE(store->set_head(chain, first - 1, canonical));
        REQUIRE(store->commit());
    }
    std::unique_ptr<Store> store;
    std::int64_t chain = 0;
};

} // namespace

TEST_CASE("store: a new chain begins with its genesis") {
    OneChain opened;
    CHECK(opened.store->count(opened.chain) == 1);
    CHECK(opened.store->head(opened.chain)->hash == name(0));
    CHECK(opened.store->canonical(opened.chain, 0)->hash == name(0));
    CHECK(opened.store->rlp(opened.chain, name(0)) == Bytes{0xc0});
    const auto chains = opened.store->chains();
    REQUIRE(chains.size() == 1);
    CHECK(chains[0].genesis == name(0));
    CHECK(chains[0].genesis_name == "mini");
    CHECK(chains[0].rules == "poc3");
    const auto again = opened.store->open_chain(record(0, 0, 0), Bytes{0xc0}, "mini", "poc3");
    REQUIRE(again);
    CHECK(again->id == opened.chain);
    CHECK(opened.store->count(opened.chain) == 1);
}

TEST_CASE("store: every column comes back") {
    OneChain opened;
    opened.store->begin();
    BlockRecord put = record(5, 1, 0);
    REQUIRE(opened.store->put(opened.chain, put, Bytes{0xc2, 0x01, 0x02}));
    REQUIRE(opened.store->commit());
    CHECK(put.row != 0);
    const auto found = opened.store->find(opened.chain, name(5));
    REQUIRE(found);
    CHECK(found->hash == put.hash);
    CHECK(found->parent == put.parent);
    CHECK(found->number == put.number);
    CHECK(found->timestamp == put.timestamp);
    CHECK(found->difficulty == put.difficulty);
    CHECK(found->total_difficulty == put.total_difficulty);
    CHECK(found->gas_limit == put.gas_limit);
    CHECK(found->gas_used == put.gas_used);
    CHECK(found->row == put.row);
    CHECK(opened.store->rlp_of(*found) == Bytes{0xc2, 0x01, 0x02});
    CHECK_FALSE(opened.store->find(opened.chain, name(6)));
    CHECK_FALSE(opened.store->find(opened.chain + 1, name(5)));
    CHECK_FALSE(opened.store->rlp(opened.chain, name(6)));
    CHECK_FALSE(opened.store->canonical(opened.chain, 1)); // stored, but not on the way to the head
}

TEST_CASE("store: heights follow the head through forks of any shape") {
    OneChain opened;
    opened.grow(1, 20);
    // A branch 15' .. 22' above 14, stored with a gap of other blocks between its rows.
    opened.store->begin();
    std::vector<BlockRecord> branch;
    for (std::uint64_t n = 15; n <= 22; ++n) {
        BlockRecord at = record(100 + n, n, n == 15 ? 14 : 99 + n);
        REQUIRE(opened.store->put(opened.chain, at, Bytes{0xc0}));
        branch.push_back(at);
        BlockRecord other = record(200 + n, n, 14);
        REQUIRE(opened.store->put(opened.chain, other, Bytes{0xc0}));
    }
    REQUIRE(opened.store->set_head(opened.chain, 14, branch));
    REQUIRE(opened.store->commit());
    for (std::uint64_t n = 0; n <= 22; ++n) {
        CAPTURE(n);
        CHECK(opened.store->canonical(opened.chain, n)->hash == name(n < 15 ? n : 100 + n));
    }
    CHECK_FALSE(opened.store->canonical(opened.chain, 23));
    CHECK(opened.store->head(opened.chain)->hash == name(122));
    CHECK(opened.store->count(opened.chain) == 21 + 16);
    // Back to a shorter chain with more work.
    opened.store->begin();
    BlockRecord heavy = record(300, 4, 3);
    REQUIRE(opened.store->put(opened.chain, heavy, Bytes{0xc0}));
    REQUIRE(opened.store->set_head(opened.chain, 3, {heavy}));
    REQUIRE(opened.store->commit());
    CHECK(opened.store->canonical(opened.chain, 3)->hash == name(3));
    CHECK(opened.store->canonical(opened.chain, 4)->hash == name(300));
    CHECK_FALSE(opened.store->canonical(opened.chain, 5));
    // And forward again along rows that were stored long ago.
    std::vector<BlockRecord> old;
    for (std::uint64_t n = 4; n <= 20; ++n) {
        old.push_back(*opened.store->find(opened.chain, name(n)));
    }
    opened.store->begin();
    REQUIRE(opened.store->set_head(opened.chain, 3, old));
    REQUIRE(opened.store->commit());
    for (std::uint64_t n = 0; n <= 20; ++n) {
        CHECK(opened.store->canonical(opened.chain, n)->hash == name(n));
    }
}

TEST_CASE("store: the bytes of canonical blocks, over the borders of runs and up to where they are wanted") {
    OneChain opened;
    opened.grow(1, 9);
    opened.store->begin();
    std::vector<BlockRecord> branch;
    for (std::uint8_t n = 5; n <= 12; ++n) { // above 4; each in a run of its own
        BlockRecord at = record(100 + n, n, n == 5 ? 4 : 99 + n);
        REQUIRE(opened.store->put(opened.chain, at, Bytes{0xc1, n}));
        branch.push_back(at);
        BlockRecord other = record(200 + n, n, 4);
        REQUIRE(opened.store->put(opened.chain, other, Bytes{0xc0}));
    }
    REQUIRE(opened.store->set_head(opened.chain, 4, branch));
    REQUIRE(opened.store->commit());
    const auto read = [&](std::uint64_t first, std::uint64_t count, std::size_t wanted) {
        std::string out;
        opened.store->canonical_rlp(opened.chain, first, count, [&](BytesView rlp) {
            out += to_hex(rlp) + " ";
            return --wanted > 0;
        });
        return out;
    };
    CHECK(read(0, 6, 100) == "c0 c101 c101 c101 c101 c105 ");
    CHECK(read(4, 100, 100) == "c101 c105 c106 c107 c108 c109 c10a c10b c10c ");
    CHECK(read(4, 100, 3) == "c101 c105 c106 ");
    CHECK(read(5, 0, 100).empty());
    CHECK(read(13, 1, 100).empty());
}

TEST_CASE("store: what is rolled back was never there") {
    OneChain opened;
    opened.grow(1, 3);
    opened.store->begin();
    BlockRecord lost = record(4, 4, 3);
    REQUIRE(opened.store->put(opened.chain, lost, Bytes{0xc0}));
    CHECK(opened.store->count(opened.chain) == 5);
    REQUIRE(opened.store->set_head(opened.chain, 3, {lost}));
    opened.store->rollback();
    CHECK_FALSE(opened.store->find(opened.chain, name(4)));
    CHECK(opened.store->head(opened.chain)->hash == name(3));
    CHECK_FALSE(opened.store->canonical(opened.chain, 4));
    CHECK(opened.store->count(opened.chain) == 4);
    opened.grow(4, 6);
    CHECK(opened.store->find(opened.chain, name(4)));
    CHECK(opened.store->count(opened.chain) == 7);
}

TEST_CASE("store: several chains in one file") {
    OneChain opened;
    opened.grow(1, 3);
    BlockRecord other = record(1000, 0, 0);
    const auto second = opened.store->open_chain(other, Bytes{0xc0}, "other", "poc7");
    REQUIRE(second);
    CHECK(second->id != opened.chain);
    CHECK(opened.store->count(second->id) == 1);
    CHECK_FALSE(opened.store->find(second->id, name(2)));
    CHECK(opened.store->head(second->id)->hash == name(1000));
    CHECK(opened.store->head(opened.chain)->hash == name(3));
    CHECK(opened.store->chains().size() == 2);
}

TEST_CASE("store: blocks are found on both sides of the index and after opening again") {
    const test::TemporaryFolder folder;
    constexpr std::uint64_t many = TailIndex::capacity + 500;
    {
        OneChain opened(folder.path().string());
        opened.grow(1, many);
        opened.grow(many + 1, many + 200);
        for (const std::uint64_t n : {std::uint64_t{0}, std::uint64_t{1}, many / 2, many, many + 1, many + 200}) {
            CAPTURE(n);
            CHECK(opened.store->find(opened.chain, name(n)));
        }
        CHECK_FALSE(opened.store->find(opened.chain, name(many + 201)));
    }
    OneChain again(folder.path().string());
    CHECK(again.store->count(again.chain) == many + 201);
    CHECK(again.store->head(again.chain)->number == many + 200);
    std::uint64_t missing = 0;
    for (std::uint64_t n = 0; n <= many + 200; ++n) {
        missing += again.store->find(again.chain, name(n)).has_value() ? 0U : 1U;
    }
    CHECK(missing == 0);
}

TEST_CASE("store: one writer any number of readers") {
    const test::TemporaryFolder folder;
    const std::string directory = (folder.path() / "deep" / "er").string();
    OneChain writer(directory);
    const auto second = Store::open(directory);
    REQUIRE_FALSE(second);
    CHECK(*second.error().code == errors::store_locked);

    auto reader = Store::open(directory, true);
    REQUIRE(reader);
    CHECK((*reader)->head(writer.chain)->hash == name(0));
    writer.grow(1, 10);
    CHECK((*reader)->head(writer.chain)->hash == name(10));
    CHECK((*reader)->find(writer.chain, name(7)));
    CHECK((*reader)->canonical(writer.chain, 7)->hash == name(7));
    CHECK((*reader)->count(writer.chain) == 11);
    writer.store.reset();
    CHECK(Store::open(directory)); // the lock went with its owner
}

TEST_CASE("store: reading what is not there or is something else") {
    const test::TemporaryFolder folder;
    const auto none = Store::open((folder.path() / "none").string(), true);
    REQUIRE_FALSE(none);
    CHECK(*none.error().code == errors::store_failed);
    CHECK_FALSE(std::filesystem::exists(folder.path() / "none"));

    std::ofstream(folder.path() / "chain.sqlite") << std::string(8192, 'x');
    const auto garbage = Store::open(folder.path().string());
    REQUIRE_FALSE(garbage);
    CHECK(*garbage.error().code == errors::store_damaged);
    CHECK_FALSE(garbage.error().detail.empty());

    std::ofstream(folder.path() / "file") << "x";
    CHECK_FALSE(Store::open((folder.path() / "file").string()));
}

TEST_CASE("store: a format of another day") {
    const test::TemporaryFolder folder;
    { const OneChain opened(folder.path().string()); }
    sqlite3* raw = nullptr;
    REQUIRE(sqlite3_open((folder.path() / "chain.sqlite").c_str(), &raw) == SQLITE_OK);
    CHECK(sqlite3_exec(raw, "PRAGMA user_version = 99", nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(raw);
    const auto newer = Store::open(folder.path().string());
    REQUIRE_FALSE(newer);
    CHECK(newer.error().detail.contains("99"));
}

TEST_CASE("store: somebody else holds the file") {
    const test::TemporaryFolder folder;
    OneChain opened(folder.path().string());
    sqlite3* raw = nullptr;
    REQUIRE(sqlite3_open((folder.path() / "chain.sqlite").c_str(), &raw) == SQLITE_OK);
    CHECK(sqlite3_exec(raw, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
    opened.store->begin();
    BlockRecord block = record(1, 1, 0);
    const auto put = opened.store->put(opened.chain, block, Bytes{0xc0});
    REQUIRE_FALSE(put);
    CHECK(*put.error().code == errors::store_locked);
    opened.store->rollback();
    sqlite3_close(raw);
    opened.grow(1, 2);
    CHECK(opened.store->head(opened.chain)->number == 2);
}

TEST_CASE("store: a name that SQLite would read in its own way is a folder") {
    const test::TemporaryFolder folder;
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(folder.path());
    for (const char* const name : {"file:x", "file:y?mode=memory", "-z", "a%41#b"}) {
        CAPTURE(name);
        { OneChain(name).grow(1, 3); }
        CHECK(std::filesystem::is_regular_file(std::filesystem::path(name) / "chain.sqlite"));
        const auto again = Store::open(name, true);
        CHECK(again);
    }
    std::filesystem::current_path(before);
}

TEST_CASE("store: what cannot be read is told and is not taken for nothing") {
    const test::TemporaryFolder folder;
    { OneChain(folder.path().string()).grow(1, 400); }
    const auto path = folder.path() / "chain.sqlite";
    const auto size = std::filesystem::file_size(path);
    {
        std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
        constexpr std::streamoff page = 4096;
        file.seekp(page);
        file << std::string(size - page, '\xee');
    }
    const auto store = Store::open(folder.path().string(), true);
    if (!store) {
        CHECK(*store.error().code == errors::store_damaged);
        return;
    }
    CHECK((*store)->chains().empty());
    const auto trouble = (*store)->trouble();
    REQUIRE(trouble);
    CHECK(*trouble->code == errors::store_damaged);
}
