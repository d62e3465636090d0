// SqliteStore: side chains that nobody needs any more.
#include <set>

#include "chain/genesis.hpp"
#include "chain/sqlite_store.hpp"
#include "chain/store_schema.hpp"

namespace ethpoc::chain {

using sqlite::Statement;

namespace {

/// A block as prune_forks() looks at it.
struct PruneRow {
    std::int64_t id = 0;
    std::uint64_t number = 0;
    Hash256 hash{};
    Hash256 parent{};
    std::uint64_t bytes = 0;
    bool canonical = false;
};

std::vector<PruneRow> read_prune_rows(Statement& query) {
    std::vector<PruneRow> out;
    while (query.step()) {
        out.push_back({query.integer(0), query.unsigned_integer(1), Hash256::right_aligned(query.blob(2)),
                       Hash256::right_aligned(query.blob(3)), query.unsigned_integer(4),
                       query.integer(5) == query.integer(0)});
    }
    query.reset();
    return out;
}

/// Which blocks go, seen from the newest row down. A parent is stored before its children, so when its turn comes it is
/// known whether one of them stays.
class Pruning {
  public:
    Pruning(std::uint64_t head, std::uint64_t keep) : head_(head), keep_(keep) {}

    bool goes(const PruneRow& block) {
        const bool needed = needed_.erase(block.hash) != 0;
        if (block.canonical) { return false; }
        const bool deep = block.number <= head_ && head_ - block.number >= keep_;
        if (deep && !needed) { return true; }
        needed_.insert(block.parent);
        return false;
    }

  private:
    std::uint64_t head_;
    std::uint64_t keep_;
    std::set<Hash256> needed_{}; // ordered: whoever mined them chose their hashes
};

} // namespace

Result<Pruned> SqliteStore::prune_forks(std::int64_t chain, std::uint64_t keep) {
    begin();
    if (begin_error_) { return std::unexpected(*begin_error_); }
    auto pruned = drop_forks(chain, keep);
    if (pruned) {
        if (auto done = commit(); !done) { pruned = std::unexpected(std::move(done.error())); }
    }
    if (!pruned) {
        rollback();
        return pruned;
    }
    if (auto loaded = load_tail(); !loaded) { return std::unexpected(std::move(loaded.error())); }
    return pruned;
}

Result<Pruned> SqliteStore::drop_forks(std::int64_t chain, std::uint64_t keep) {
    constexpr std::int64_t at_once = 512;
    const auto top = head(chain);
    if (!top) {
        return std::unexpected(trouble_.value_or(Error{&errors::store_damaged, 0, 0, {}, "the head is missing"}));
    }
    auto query = Statement::prepare(database_, schema::newest_below);
    if (!query) { return std::unexpected(std::move(query.error())); }
    Pruning pruning(top->number, keep);
    Pruned out;
    std::int64_t below = ~std::uint64_t{0} >> 1;
    for (;;) {
        const auto rows = read_prune_rows(query->bind(1, chain).bind(2, below).bind(3, at_once));
        if (query->failed()) { return std::unexpected(failure("read the blocks")); }
        if (rows.empty()) { break; }
        for (const PruneRow& block : rows) {
            if (!pruning.goes(block)) { continue; }
            if (auto done = forget_block(block.id, block.hash); !done) {
                return std::unexpected(std::move(done.error()));
            }
            ++out.blocks;
            out.bytes += block.bytes;
        }
        below = rows.back().id;
    }
    if (out.blocks == 0) { return out; }
    if (auto done = blocks_forgotten(chain, out.blocks); !done) { return std::unexpected(std::move(done.error())); }
    return out;
}

std::uint64_t SqliteStore::bytes_in(const char* pages) {
    auto size = Statement::prepare(database_, "PRAGMA page_size");
    auto count = Statement::prepare(database_, pages);
    if (!size || !count || !row(*size) || !row(*count)) { return 0; }
    return size->unsigned_integer(0) * count->unsigned_integer(0);
}

Result<std::uint64_t> SqliteStore::compact() {
    if (bytes_in("PRAGMA freelist_count") == 0) { return 0; }
    const std::uint64_t before = bytes_in("PRAGMA page_count");
    // Not in memory: the copy is as large as the store.
    for (const char* const sql : {"PRAGMA temp_store = FILE", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"}) {
        if (auto done = database_.run(sql); !done) { return std::unexpected(explain(std::move(done.error()))); }
    }
    const std::uint64_t after = bytes_in("PRAGMA page_count");
    return before > after ? before - after : 0;
}

} // namespace ethpoc::chain
