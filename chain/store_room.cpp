// SqliteStore: how large it may become, and what is kept beside the blocks: accounts, and those that wait for their
// parent.
#include <algorithm>

#include "chain/genesis.hpp"
#include "chain/sqlite_store.hpp"
#include "chain/store_schema.hpp"
#include "chain/verify.hpp"

namespace ethpoc::chain {

using sqlite::Statement;

void SqliteStore::set_limit(std::uint64_t bytes) {
    limit_ = bytes;
    auto size = Statement::prepare(database_, "PRAGMA page_size");
    if (!size || !size->step()) { return; }
    constexpr std::uint64_t no_limit = 0xfffffffe; // SQLite's own
    const std::uint64_t page = size->unsigned_integer(0);
    const std::uint64_t pages = bytes == 0 ? no_limit : std::clamp<std::uint64_t>(bytes / page, 1, no_limit);
    size->reset();
    auto set = Statement::prepare(database_, "PRAGMA max_page_count = " + std::to_string(pages));
    if (set) { set->run(); } // a file that is larger already stays as it is
}

Result<void> SqliteStore::put_mark(const std::string& name, BytesView bytes) {
    auto put = Statement::prepare(database_, schema::put_mark);
    if (put && put->bind(1, std::string_view(name)).bind(2, bytes).run()) { return {}; }
    return std::unexpected(failure("keep the accounts"));
}

std::optional<Bytes> SqliteStore::mark(const std::string& name) {
    auto query = Statement::prepare(database_, schema::mark);
    if (!query || !row(query->bind(1, std::string_view(name)))) { return {}; }
    const BytesView kept = query->blob(0);
    return Bytes(kept.begin(), kept.end());
}

Result<void> SqliteStore::put_state(std::int64_t chain, BytesView bytes) {
    return put_mark("state." + std::to_string(chain), bytes);
}

std::optional<Bytes> SqliteStore::state(std::int64_t chain) {
    return mark("state." + std::to_string(chain));
}

Result<void> SqliteStore::put_premine(std::int64_t chain, BytesView bytes) {
    if (begin_error_) { return std::unexpected(*begin_error_); }
    auto put = Statement::prepare(database_, schema::put_premine);
    if (put && put->bind(1, chain).bind(2, bytes).run()) { return {}; }
    return std::unexpected(failure("keep the accounts of a genesis"));
}

std::optional<Bytes> SqliteStore::premine(std::int64_t chain) {
    auto query = Statement::prepare(database_, schema::premine); // an older file has no such column
    if (!query || !row(query->bind(1, chain))) { return {}; }
    const BytesView kept = query->blob(0);
    return Bytes(kept.begin(), kept.end());
}

Result<void> SqliteStore::put_orphan(std::int64_t chain, const WaitingBlock& block) {
    if (begin_error_) { return std::unexpected(*begin_error_); }
    auto put = Statement::prepare(database_, schema::put_orphan);
    if (!put) { return std::unexpected(std::move(put.error())); }
    put->bind(1, chain).bind(2, block.arrival).bind(3, BytesView{block.hash}).bind(4, BytesView{block.parent});
    return put->bind(5, block.rlp).run() ? Result<void>{} : std::unexpected(failure("keep a block without its parent"));
}

Result<void> SqliteStore::drop_orphan(std::int64_t chain, std::uint64_t arrival) {
    if (begin_error_) { return std::unexpected(*begin_error_); }
    auto drop = Statement::prepare(database_, schema::drop_orphan);
    if (drop && drop->bind(1, chain).bind(2, arrival).run()) { return {}; }
    return std::unexpected(failure("forget a block without its parent"));
}

void SqliteStore::orphans(std::int64_t chain, const std::function<void(const WaitingBlock&)>& take) {
    if (read_only_) { return; } // also because an older file has no such table
    auto query = Statement::prepare(database_, schema::orphans);
    if (!query) { return; }
    query->bind(1, chain).bind(2, std::uint64_t{largest_block} + 1);
    while (row(*query)) {
        take({query->unsigned_integer(0), Hash256::right_aligned(query->blob(1)),
              Hash256::right_aligned(query->blob(2)), query->blob(3)});
    }
}

Error SqliteStore::explain(Error error) const {
    if (*error.code != errors::store_full) { return error; }
    error.detail +=
        limit_ == 0 ? "; the disk is full" : "; the limit is " + std::to_string(limit_) + " bytes, or the disk is full";
    return error;
}

} // namespace ethpoc::chain
