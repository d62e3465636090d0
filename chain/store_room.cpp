// SqliteStore: how large it may become, what part of it side chains far below the head may have, and the accounts that
// are kept.
#include <algorithm>

#include "chain/genesis.hpp"
#include "chain/sqlite_store.hpp"
#include "chain/store_schema.hpp"

namespace ethpoc::chain {

using sqlite::Statement;

Result<void> SqliteStore::load_side() {
    auto query = Statement::prepare(database_, schema::side);
    if (!query) { return std::unexpected(std::move(query.error())); }
    side_ = query->step() ? query->unsigned_integer(0) : 0;
    side_changed_ = false;
    return query->failed() ? std::unexpected(failure("read the marks")) : Result<void>{};
}

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

bool SqliteStore::take_side(std::uint64_t bytes) {
    constexpr std::uint64_t part = 8;
    if (limit_ != 0 && side_ + bytes > limit_ / part) { return false; }
    side_ += bytes;
    side_changed_ = true;
    return true;
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
    return put_mark("premine." + std::to_string(chain), bytes);
}

std::optional<Bytes> SqliteStore::premine(std::int64_t chain) {
    return mark("premine." + std::to_string(chain));
}

Error SqliteStore::explain(Error error) const {
    if (*error.code != errors::store_full) { return error; }
    error.detail +=
        limit_ == 0 ? "; the disk is full" : "; the limit is " + std::to_string(limit_) + " bytes, or the disk is full";
    return error;
}

} // namespace ethpoc::chain
