// Files of older versions: nothing in them is lost when they are brought to today's form, however that ends.
#include <doctest/doctest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "chain/blockchain.hpp"
#include "chain/store_schema.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

// What version 1 was, to the letter: the product's own text may move on, the files do not.
constexpr const char* version_1 = R"(
PRAGMA journal_mode = WAL;
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS chains(
    id INTEGER PRIMARY KEY, genesis BLOB NOT NULL UNIQUE, name TEXT NOT NULL, rules TEXT NOT NULL,
    head INTEGER NOT NULL, blocks INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS blocks(
    id INTEGER PRIMARY KEY, chain INTEGER NOT NULL, number INTEGER NOT NULL, hash BLOB NOT NULL, parent BLOB NOT NULL,
    time INTEGER NOT NULL, difficulty BLOB NOT NULL, total BLOB NOT NULL, gas_limit INTEGER NOT NULL,
    gas_used INTEGER NOT NULL, rlp BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS hashes(key INTEGER NOT NULL, block INTEGER NOT NULL, PRIMARY KEY(key, block)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS runs(
    chain INTEGER NOT NULL, first_number INTEGER NOT NULL, first_block INTEGER NOT NULL, length INTEGER NOT NULL,
    PRIMARY KEY(chain, first_number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS marks(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT OR IGNORE INTO marks VALUES('indexed', 0);
PRAGMA user_version = 1;
COMMIT;
)";
constexpr const char* tables_of_1[] = {"chains", "blocks", "hashes", "runs", "marks"};

bool run_raw(sqlite3* database, const std::string& sql) {
    return sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
}

std::string first_cell(const std::filesystem::path& file, const char* sql) {
    sqlite3* raw = nullptr;
    sqlite3_stmt* query = nullptr;
    std::string out;
    if (sqlite3_open_v2(file.c_str(), &raw, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK &&
        sqlite3_prepare_v2(raw, sql, -1, &query, nullptr) == SQLITE_OK && sqlite3_step(query) == SQLITE_ROW) {
        const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(query, 0));
        out = text == nullptr ? "" : text;
    }
    sqlite3_finalize(query);
    sqlite3_close(raw);
    return out;
}

/// A store of version 1 in `folder`/old with a chain of 60 blocks, a fork of 5 above block 20, and a kept state.
struct OldStore {
    test::TemporaryFolder folder;
    test::MiniChain mini{rules_for(7), 1};
    std::vector<test::MinedBlock> blocks = mini.mine_many(mini.genesis_block(), 60);
    std::vector<test::MinedBlock> fork = mini.mine_many(blocks[19], 5, {.miner = 2});
    std::string directory = (folder.path() / "old").string();
    std::filesystem::path file = folder.path() / "old" / "chain.sqlite";
    Bytes state{1, 2, 3};

    OldStore() {
        const std::string today = (folder.path() / "today").string();
        {
            auto store = Store::open(today);
            auto chain = Blockchain::open(**store, mini.genesis(), mini.rules());
            (*chain)->import(test::views(blocks), 0);
            (*chain)->import(test::views(fork), 0);
            (*store)->begin();
            REQUIRE((*store)->put_state(1, state));
            REQUIRE((*store)->commit());
        }
        std::filesystem::create_directories(directory);
        sqlite3* raw = nullptr;
        REQUIRE(sqlite3_open(file.c_str(), &raw) == SQLITE_OK);
        REQUIRE(run_raw(raw, version_1));
        REQUIRE(run_raw(raw, "ATTACH '" + today + "/chain.sqlite' AS today"));
        for (const std::string table : tables_of_1) {
            // Of chains the columns that version 1 had.
            const std::string columns = std::string(table) == "chains" ? "id, genesis, name, rules, head, blocks" : "*";
            REQUIRE(
                run_raw(raw, "INSERT OR REPLACE INTO main." + table + " SELECT " + columns + " FROM today." + table));
        }
        sqlite3_close(raw);
    }

    /// All that was in it is there.
    void check_whole(bool read_only) {
        auto store = Store::open(directory, read_only);
        REQUIRE(store);
        auto chain = Blockchain::open(**store, mini.genesis(), mini.rules());
        REQUIRE(chain);
        CHECK((*chain)->head().hash == blocks.back().record.hash);
        CHECK((*chain)->size() == 1 + blocks.size() + fork.size());
        for (const auto* const part : {&blocks, &fork}) {
            for (const test::MinedBlock& block : *part) {
                CHECK((*chain)->rlp(block.record.hash) == block.rlp);
            }
        }
        CHECK((*store)->state(1) == state);
        CHECK_FALSE((*chain)->verify(0));
    }
    std::string version_in_file() const { return first_cell(file, "PRAGMA user_version"); }
};

} // namespace

TEST_CASE("store migration: a file of version 1 is read as it is and brought to today's form by who writes") {
    OldStore old;
    CHECK(old.version_in_file() == "1");
    old.check_whole(true);
    CHECK(old.version_in_file() == "1");
    old.check_whole(false);
    CHECK(old.version_in_file() == std::to_string(schema::version));
    CHECK(first_cell(old.file, "PRAGMA integrity_check") == "ok");
    old.check_whole(false);
    old.check_whole(true);
}

TEST_CASE("store migration: today's file has the form of one that came all the way") {
    OldStore old;
    old.check_whole(false);
    const char* const form = "SELECT group_concat(name || sql, ';') FROM (SELECT * FROM sqlite_master ORDER BY name)";
    std::string moved = first_cell(old.file, form);
    const std::string fresh = first_cell(old.folder.path() / "today" / "chain.sqlite", form);
    CHECK_FALSE(fresh.empty());
    CHECK(moved == fresh);
}

TEST_CASE("store migration: killed in the middle the file is of the version that it was") {
    OldStore old;
    const pid_t child = ::fork();
    if (child == 0) {
        sqlite3* raw = nullptr;
        const bool done = sqlite3_open(old.file.c_str(), &raw) == SQLITE_OK && run_raw(raw, "PRAGMA cache_size = 1") &&
                          run_raw(raw, "BEGIN IMMEDIATE") && run_raw(raw, schema::steps[1].sql) &&
                          run_raw(raw, "PRAGMA user_version = 2") && run_raw(raw, "UPDATE blocks SET number = 0");
        if (done) { ::raise(SIGKILL); }
        ::_exit(1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));
    CHECK(old.version_in_file() == "1");
    old.check_whole(true);
    old.check_whole(false);
    CHECK(old.version_in_file() == std::to_string(schema::version));
}

TEST_CASE("store migration: a file of tomorrow is refused and stays as it is") {
    OldStore old;
    sqlite3* raw = nullptr;
    REQUIRE(sqlite3_open(old.file.c_str(), &raw) == SQLITE_OK);
    const std::string tomorrow = std::to_string(schema::version + 1);
    REQUIRE(run_raw(raw, "PRAGMA user_version = " + tomorrow));
    sqlite3_close(raw);
    for (const bool read_only : {true, false}) {
        const auto store = Store::open(old.directory, read_only);
        REQUIRE_FALSE(store);
        CHECK(*store.error().code == errors::store_newer);
        CHECK(store.error().detail.contains("format " + tomorrow));
    }
    CHECK(old.version_in_file() == tomorrow);
}

TEST_CASE("store migration: tables that no version has together are refused") {
    OldStore old;
    sqlite3* raw = nullptr;
    REQUIRE(sqlite3_open(old.file.c_str(), &raw) == SQLITE_OK);
    REQUIRE(run_raw(raw, "PRAGMA user_version = 2")); // but no table of orphans
    sqlite3_close(raw);
    for (const bool read_only : {true, false}) {
        const auto store = Store::open(old.directory, read_only);
        REQUIRE_FALSE(store);
        CHECK(*store.error().code == errors::store_damaged);
    }
}
