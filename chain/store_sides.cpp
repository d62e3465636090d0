// SqliteStore: the blocks of side chains that are counted.
#include "chain/genesis.hpp"
#include "chain/sqlite_store.hpp"
#include "chain/store_schema.hpp"
#include "chain/u256.hpp"

namespace ethpoc::chain {

using sqlite::Statement;

/// Made when it is needed first; nullptr when it cannot be, as in a file of an older version that is only read.
Statement* SqliteStore::lazy(const char* sql) {
    const auto known = lazy_.find(sql);
    if (known != lazy_.end()) { return &known->second; }
    auto made = Statement::prepare(database_, sql);
    return made ? &lazy_.emplace(sql, std::move(*made)).first->second : nullptr;
}

Result<void> SqliteStore::change_side(const char* sql, std::int64_t row) {
    if (begin_error_) { return std::unexpected(*begin_error_); }
    Statement* const change = lazy(sql);
    if (change != nullptr && change->bind(1, row).run()) { return {}; }
    return std::unexpected(failure("count a block of a side chain"));
}

Result<void> SqliteStore::add_side(std::int64_t chain, const BlockRecord& block, std::int64_t parent, SideShare share) {
    if (auto done = change_side(schema::add_side_child, parent); !done) { return done; }
    const Hash256 total = to_bytes32(block.total_difficulty); // all of it, so that bytes compare as numbers
    Statement* const add = lazy(schema::add_side);
    if (add != nullptr) {
        add->bind(1, block.row).bind(2, chain).bind(3, parent).bind(4, share.owner);
        if (add->bind(5, BytesView{total}).bind(6, share.bytes).run()) { return {}; }
    }
    return std::unexpected(failure("count a block of a side chain"));
}

Result<void> SqliteStore::add_side_child(std::int64_t parent) {
    return change_side(schema::add_side_child, parent);
}

Result<void> SqliteStore::drop_side(std::int64_t row) {
    return change_side(schema::drop_side, row);
}

std::optional<SideShare> SqliteStore::side_share(std::int64_t row) {
    Statement* const query = lazy(schema::side_share);
    std::optional<SideShare> out;
    if (query == nullptr) { return out; }
    if (this->row(query->bind(1, row))) { out = {query->unsigned_integer(0), query->unsigned_integer(1)}; }
    query->reset();
    return out;
}

std::optional<SideLeaf> SqliteStore::least_side(std::int64_t chain, std::uint64_t owner, std::int64_t except) {
    Statement* const query = lazy(schema::least_side);
    std::optional<SideLeaf> out;
    if (query == nullptr) { return out; }
    if (row(query->bind(1, chain).bind(2, owner).bind(3, except))) {
        out = {query->integer(0), Hash256::right_aligned(query->blob(1)),
               from_bytes32(Hash256::right_aligned(query->blob(2))), query->unsigned_integer(3)};
    }
    query->reset();
    return out;
}

std::vector<SideShare> SqliteStore::side_shares(std::int64_t chain) {
    Statement* const query = lazy(schema::side_shares);
    std::vector<SideShare> out;
    if (query == nullptr) { return out; }
    query->bind(1, chain);
    while (row(*query)) {
        out.push_back({query->unsigned_integer(0), query->unsigned_integer(1)});
    }
    query->reset();
    return out;
}

Result<void> SqliteStore::forget_side(std::int64_t chain, const SideLeaf& leaf) {
    if (auto done = forget_block(leaf.row, leaf.hash); !done) { return done; }
    return blocks_forgotten(chain, 1);
}

/// The block in this row, its place in the index, and that it was counted.
Result<void> SqliteStore::forget_block(std::int64_t row, const Hash256& hash) {
    for (const char* const sql : {schema::take_side_child, schema::drop_side}) {
        if (auto done = change_side(sql, row); !done) { return done; }
    }
    const std::int64_t key = TailIndex::key_of(hash);
    Statement* const drop_key = lazy(schema::drop_key);
    Statement* const drop_block = lazy(schema::drop_block);
    const bool done = drop_key != nullptr && drop_block != nullptr && drop_key->bind(1, key).bind(2, row).run() &&
                      drop_block->bind(1, row).run();
    if (!done) { return std::unexpected(failure("forget a block")); }
    tail_.forget(key, row);
    return {};
}

/// After so many forget_block().
Result<void> SqliteStore::blocks_forgotten(std::int64_t chain, std::uint64_t count) {
    Statement* const lower = lazy(schema::lower_indexed);
    Statement* const take = lazy(schema::take_count);
    const bool done = lower != nullptr && take != nullptr && lower->run() && take->bind(1, chain).bind(2, count).run();
    return done ? Result<void>{} : std::unexpected(failure("count the blocks"));
}

} // namespace ethpoc::chain
