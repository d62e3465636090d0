// What the store's file looks like. Blocks are only ever appended; what must be found by hash or by height is told in
// few rows, so that storing a block costs little more than its bytes.
//
//   chains   one row a chain: genesis, rules, head, count; who has ether in it, where that came with it (premine.hpp)
//   blocks   one row a block, in the order of arrival, side chains too
//   hashes   first 8 bytes of the hash -> blocks.id, for all blocks up to marks.indexed
//   runs     the chain from genesis to head: heights first_number .. first_number + length - 1 are the consecutive rows
//            first_block .. of blocks; a chain that only grew is a single run
//   marks    indexed: the last blocks.id that is in hashes; state.N: the accounts of chain N at one of its blocks, as
//            bytes (state_book.hpp)
//   orphans  blocks that wait for their parent, in the order of arrival (orphan_pool.hpp)
//   sides    blocks of side chains that are counted, with what stands on them (side_budget.hpp)
#pragma once

#include <array>

/// The tables of the store, as SQL.
namespace ethpoc::chain::schema {

/// What brings a file to the next version; a new file begins at version 0, with nothing in it. A step is never changed
/// once files were written with it.
struct Step {
    const char* sql; // within a transaction, which also sets PRAGMA user_version
    int tables;      // that the file has afterwards, all with a name of `count_tables`
};
inline constexpr std::array steps{
    Step{R"(
CREATE TABLE chains(
    id INTEGER PRIMARY KEY, genesis BLOB NOT NULL UNIQUE, name TEXT NOT NULL, rules TEXT NOT NULL,
    head INTEGER NOT NULL, blocks INTEGER NOT NULL);
CREATE TABLE blocks(
    id INTEGER PRIMARY KEY, chain INTEGER NOT NULL, number INTEGER NOT NULL, hash BLOB NOT NULL, parent BLOB NOT NULL,
    time INTEGER NOT NULL, difficulty BLOB NOT NULL, total BLOB NOT NULL, gas_limit INTEGER NOT NULL,
    gas_used INTEGER NOT NULL, rlp BLOB NOT NULL);
CREATE TABLE hashes(key INTEGER NOT NULL, block INTEGER NOT NULL, PRIMARY KEY(key, block)) WITHOUT ROWID;
CREATE TABLE runs(
    chain INTEGER NOT NULL, first_number INTEGER NOT NULL, first_block INTEGER NOT NULL, length INTEGER NOT NULL,
    PRIMARY KEY(chain, first_number)) WITHOUT ROWID;
CREATE TABLE marks(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO marks VALUES('indexed', 0);
)",
         5},
    Step{R"(
CREATE TABLE orphans(
    chain INTEGER NOT NULL, arrival INTEGER NOT NULL, hash BLOB NOT NULL, parent BLOB NOT NULL, rlp BLOB NOT NULL,
    PRIMARY KEY(chain, arrival));
ALTER TABLE chains ADD COLUMN premine BLOB;
)",
         6},
    Step{R"(
CREATE TABLE sides(
    block INTEGER PRIMARY KEY, chain INTEGER NOT NULL, parent INTEGER NOT NULL, children INTEGER NOT NULL,
    owner INTEGER NOT NULL, total BLOB NOT NULL, bytes INTEGER NOT NULL);
CREATE INDEX side_leaves ON sides(chain, owner, total) WHERE children = 0;
DELETE FROM marks WHERE name = 'side';
)",
         7},
};
inline constexpr int version = static_cast<int>(steps.size()); // PRAGMA user_version
inline constexpr int orphans_since = 2;                        // the first version with the table

inline constexpr const char* count_tables = "SELECT count(*), count(CASE WHEN type = 'table' AND name IN ('chains', "
                                            "'blocks', 'hashes', 'runs', 'marks', 'orphans', 'sides') THEN 1 "
                                            "END) FROM sqlite_master";

// NORMAL: a commit is in the file system's cache, which outlives the process; only a power cut can lose the newest
// commits, and never the file's consistency.
inline constexpr const char* settings = R"(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA cache_size = -8192;
PRAGMA journal_size_limit = 67108864;
PRAGMA wal_autocheckpoint = 2000;
PRAGMA temp_store = MEMORY;
)";

#define ETHPOC_RECORD_COLUMNS "id, hash, parent, number, time, difficulty, total, gas_limit, gas_used"
inline constexpr const char* put =
    "INSERT INTO blocks(hash, parent, number, time, difficulty, total, gas_limit, gas_used, chain, rlp)"
    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
inline constexpr const char* record_at = "SELECT " ETHPOC_RECORD_COLUMNS ", chain FROM blocks WHERE id = ?1";
inline constexpr const char* by_key = "SELECT block FROM hashes WHERE key = ?1";
inline constexpr const char* by_tail_scan =
    "SELECT id FROM blocks WHERE id > (SELECT value FROM marks WHERE name = 'indexed') AND hash = ?1 AND chain = ?2";
#undef ETHPOC_RECORD_COLUMNS
inline constexpr const char* rlp_at = "SELECT rlp FROM blocks WHERE id = ?1";
inline constexpr const char* rlp_between = "SELECT rlp FROM blocks WHERE id BETWEEN ?1 AND ?2 ORDER BY id";
inline constexpr const char* hash_between = "SELECT hash FROM blocks WHERE id BETWEEN ?1 AND ?2 ORDER BY id";
inline constexpr const char* tail =
    "SELECT id, hash FROM blocks WHERE id > (SELECT value FROM marks WHERE name = 'indexed')";
inline constexpr const char* add_key = "INSERT INTO hashes(key, block) VALUES(?1, ?2)";
inline constexpr const char* set_indexed = "UPDATE marks SET value = ?1 WHERE name = 'indexed'";

inline constexpr const char* add_side =
    "INSERT INTO sides(block, chain, parent, children, owner, total, bytes) VALUES(?1, ?2, ?3, 0, ?4, ?5, ?6)";
inline constexpr const char* add_side_child = "UPDATE sides SET children = children + 1 WHERE block = ?1";
inline constexpr const char* take_side_child =
    "UPDATE sides SET children = children - 1 WHERE block = (SELECT parent FROM sides WHERE block = ?1)";
inline constexpr const char* drop_side = "DELETE FROM sides WHERE block = ?1";
inline constexpr const char* side_share = "SELECT owner, bytes FROM sides WHERE block = ?1";
inline constexpr const char* least_side =
    "SELECT s.block, b.hash, s.total, s.bytes FROM sides AS s CROSS JOIN blocks AS b ON b.id = s.block"
    " WHERE s.chain = ?1 AND s.owner = ?2 AND s.children = 0 AND s.block <> ?3 ORDER BY s.total LIMIT 1";
inline constexpr const char* side_shares =
    "SELECT owner, sum(bytes) FROM sides WHERE chain = ?1 GROUP BY owner ORDER BY owner";

inline constexpr const char* mark = "SELECT value FROM marks WHERE name = ?1";
inline constexpr const char* premine = "SELECT premine FROM chains WHERE id = ?1 AND premine IS NOT NULL";
inline constexpr const char* put_premine = "UPDATE chains SET premine = ?2 WHERE id = ?1";
inline constexpr const char* put_mark = "INSERT OR REPLACE INTO marks VALUES(?1, ?2)";

inline constexpr const char* run_at = "SELECT first_number, first_block, length FROM runs"
                                      " WHERE chain = ?1 AND first_number <= ?2 ORDER BY first_number DESC LIMIT 1";
inline constexpr const char* cut_runs = "DELETE FROM runs WHERE chain = ?1 AND first_number > ?2";
// Both look at the last run only: after cut_runs no other can reach above ?2, and none can be continued.
#define ETHPOC_LAST_RUN "chain = ?1 AND first_number = (SELECT max(first_number) FROM runs WHERE chain = ?1)"
inline constexpr const char* shorten_run =
    "UPDATE runs SET length = ?2 + 1 - first_number WHERE " ETHPOC_LAST_RUN " AND first_number + length > ?2 + 1";
inline constexpr const char* lengthen_run = "UPDATE runs SET length = length + ?4 WHERE " ETHPOC_LAST_RUN
                                            " AND first_number + length = ?2 AND first_block + length = ?3";
#undef ETHPOC_LAST_RUN
inline constexpr const char* add_run =
    "INSERT INTO runs(chain, first_number, first_block, length) VALUES(?1, ?2, ?3, ?4)";

// Never more of a block than may be one: the rows may be anybody's.
inline constexpr const char* orphans =
    "SELECT arrival, hash, parent, substr(rlp, 1, ?2) FROM orphans WHERE chain = ?1 ORDER BY arrival";
inline constexpr const char* put_orphan = "INSERT OR REPLACE INTO orphans(chain, arrival, hash, parent, rlp)"
                                          " VALUES(?1, ?2, ?3, ?4, ?5)";
inline constexpr const char* drop_orphan = "DELETE FROM orphans WHERE chain = ?1 AND arrival = ?2";

// One's own row where the block is on the way to the head.
inline constexpr const char* newest_below =
    "SELECT id, number, hash, parent, length(rlp), (SELECT CASE WHEN b.number < first_number + length THEN first_block "
    "+ b.number - first_number END FROM runs WHERE chain = ?1 AND first_number <= b.number ORDER BY first_number DESC "
    "LIMIT 1) FROM blocks AS b WHERE id < ?2 AND chain = ?1 ORDER BY id DESC LIMIT ?3";
inline constexpr const char* drop_block = "DELETE FROM blocks WHERE id = ?1";
inline constexpr const char* drop_key = "DELETE FROM hashes WHERE key = ?1 AND block = ?2";
// Rows are numbered on from the last one that is there, so no number may count as indexed that can come again.
inline constexpr const char* lower_indexed =
    "UPDATE marks SET value = min(value, (SELECT max(id) FROM blocks)) WHERE name = 'indexed'";
inline constexpr const char* take_count = "UPDATE chains SET blocks = blocks - ?2 WHERE id = ?1";

inline constexpr const char* all_chains = "SELECT id, genesis, name, rules FROM chains ORDER BY id";
inline constexpr const char* find_chain = "SELECT id, genesis, name, rules FROM chains WHERE genesis = ?1";
inline constexpr const char* add_chain =
    "INSERT INTO chains(genesis, name, rules, head, blocks) VALUES(?1, ?2, ?3, 0, 0)";
inline constexpr const char* head_of = "SELECT head FROM chains WHERE id = ?1";
inline constexpr const char* count_of = "SELECT blocks FROM chains WHERE id = ?1";
inline constexpr const char* set_head = "UPDATE chains SET head = ?2 WHERE id = ?1";
inline constexpr const char* add_count = "UPDATE chains SET blocks = blocks + ?2 WHERE id = ?1";

} // namespace ethpoc::chain::schema
