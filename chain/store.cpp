#include "chain/store.hpp"

#include <algorithm>
#include <array>

#include "chain/genesis.hpp"
#include "chain/sqlite_store.hpp"
#include "chain/store_schema.hpp"
#include "chain/u256.hpp"

namespace ethpoc::chain {

using sqlite::Statement;

namespace {

/// Big-endian without zeros in front; `space` holds the bytes.
BytesView short_bytes(const U256& number, Hash256& space) {
    space = to_bytes32(number);
    const auto first = std::ranges::find_if(space.bytes, [](std::uint8_t b) { return b != 0; });
    return BytesView{space}.subspan(static_cast<std::size_t>(first - space.bytes.begin()));
}

U256 long_number(BytesView bytes) {
    return from_bytes32(Hash256::right_aligned(bytes));
}

/// A damaged table may claim any row; what goes over the end is none.
std::int64_t last_row(std::int64_t first, std::uint64_t length) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(first) + length - 1);
}

ChainRow read_chain(const Statement& row) {
    return {row.integer(0), Hash256::right_aligned(row.blob(1)), std::string(as_text(row.blob(2))),
            std::string(as_text(row.blob(3)))};
}

} // namespace

bool SqliteStore::row(Statement& statement) {
    if (statement.step()) { return true; }
    if (statement.failed() && !trouble_) { trouble_ = failure("reading"); }
    return false;
}

// ---------------------------------------------------------------- chains

std::vector<ChainRow> SqliteStore::chains() {
    std::vector<ChainRow> out;
    auto query = Statement::prepare(database_, schema::all_chains);
    while (query && row(*query)) {
        out.push_back(read_chain(*query));
    }
    return out;
}

Result<ChainRow> SqliteStore::open_chain(const BlockRecord& genesis, BytesView genesis_rlp, std::string_view name,
                                         std::string_view rules) {
    auto query = Statement::prepare(database_, schema::find_chain);
    if (!query) { return std::unexpected(std::move(query.error())); }
    if (query->bind(1, BytesView{genesis.hash}).step()) { return read_chain(*query); }
    if (query->failed()) { return std::unexpected(failure("read the chains")); }
    query->reset();
    auto add = Statement::prepare(database_, schema::add_chain);
    if (!add) { return std::unexpected(std::move(add.error())); }
    begin();
    if (!add->bind(1, BytesView{genesis.hash}).bind(2, name).bind(3, rules).run()) {
        auto error = failure("make a chain");
        rollback();
        return std::unexpected(std::move(error));
    }
    ChainRow row{sqlite3_last_insert_rowid(database_.get()), genesis.hash, std::string(name), std::string(rules)};
    BlockRecord first = genesis;
    auto done = put(row.id, first, genesis_rlp);
    if (done) {
        done = append_runs(row.id, {first}) && set_head_.bind(1, row.id).bind(2, first.row).run()
                   ? commit()
                   : std::unexpected(failure("write the genesis"));
    }
    if (done) { return row; }
    rollback();
    return std::unexpected(std::move(done.error()));
}

std::optional<BlockRecord> SqliteStore::head(std::int64_t chain) {
    const bool found = row(head_of_.bind(1, chain));
    const std::int64_t row = found ? head_of_.integer(0) : 0;
    head_of_.reset();
    return read_record(row, chain, nullptr);
}

std::uint64_t SqliteStore::count(std::int64_t chain) {
    const bool found = row(count_of_.bind(1, chain));
    const std::uint64_t stored = found ? count_of_.unsigned_integer(0) : 0;
    count_of_.reset();
    const auto more = new_blocks_.find(chain);
    return stored + (more == new_blocks_.end() ? 0 : more->second);
}

// ---------------------------------------------------------------- transactions

void SqliteStore::begin() {
    begin_error_.reset();
    if (auto begun = database_.run("BEGIN IMMEDIATE"); !begun) {
        begin_error_ = explain(std::move(begun.error()));
        return;
    }
    in_transaction_ = true;
}

Result<void> SqliteStore::commit() {
    if (begin_error_) { return std::unexpected(*begin_error_); }
    const bool wrote = !new_blocks_.empty(); // what only reads must not pay for the index
    if (auto counted = write_counts(); !counted) { return counted; }
    if (wrote && tail_.full()) {
        if (auto indexed = index_tail(); !indexed) { return indexed; }
    }
    auto done = database_.run("COMMIT");
    if (!done) { return std::unexpected(explain(std::move(done.error()))); }
    in_transaction_ = false;
    return {};
}

void SqliteStore::rollback() {
    new_blocks_.clear();
    if (!in_transaction_) { return; }
    in_transaction_ = false;
    // SQLite may have rolled back on its own, as it does when the disk is full.
    const bool open = sqlite3_get_autocommit(database_.get()) == 0;
    // If the file cannot be read any more, nothing is found, and the next commit fails.
    if ((open && !database_.run("ROLLBACK")) || !load_tail()) { tail_.clear(); }
}

Result<void> SqliteStore::write_counts() {
    for (const auto& [chain, blocks] : new_blocks_) {
        if (!add_count_.bind(1, chain).bind(2, blocks).run()) { return std::unexpected(failure("count the blocks")); }
    }
    new_blocks_.clear();
    return {};
}

Result<void> SqliteStore::index_tail() {
    auto rows = tail_.all();
    std::ranges::sort(rows);
    for (const auto& [key, row] : rows) {
        if (!add_key_.bind(1, key).bind(2, row).run()) { return std::unexpected(failure("index the blocks")); }
    }
    if (!set_indexed_.bind(1, last_row_).run()) { return std::unexpected(failure("index the blocks")); }
    tail_.clear();
    return {};
}

// ---------------------------------------------------------------- blocks

Result<void> SqliteStore::put(std::int64_t chain, BlockRecord& record, BytesView rlp) {
    if (begin_error_) { return std::unexpected(*begin_error_); }
    Hash256 difficulty;
    Hash256 total;
    put_.bind(1, BytesView{record.hash}).bind(2, BytesView{record.parent});
    put_.bind(3, record.number).bind(4, record.timestamp);
    put_.bind(5, short_bytes(record.difficulty, difficulty)).bind(6, short_bytes(record.total_difficulty, total));
    put_.bind(7, record.gas_limit).bind(8, record.gas_used).bind(9, chain).bind(10, rlp);
    if (!put_.run()) { return std::unexpected(failure("store a block")); }
    record.row = sqlite3_last_insert_rowid(database_.get());
    last_row_ = record.row;
    tail_.insert(TailIndex::key_of(record.hash), record.row);
    ++new_blocks_[chain];
    return tail_.bursting() ? index_tail() : Result<void>{};
}

std::optional<BlockRecord> SqliteStore::read_record(std::int64_t row, std::int64_t chain, const Hash256* hash) {
    auto& at = record_at_;
    std::optional<BlockRecord> out;
    if (this->row(at.bind(1, row)) && at.integer(9) == chain) {
        const auto own = Hash256::right_aligned(at.blob(1));
        if (hash == nullptr || own == *hash) {
            out = BlockRecord{own,
                              Hash256::right_aligned(at.blob(2)),
                              at.unsigned_integer(3),
                              at.unsigned_integer(4),
                              long_number(at.blob(5)),
                              long_number(at.blob(6)),
                              at.unsigned_integer(7),
                              at.unsigned_integer(8),
                              row};
        }
    }
    at.reset();
    return out;
}

std::optional<BlockRecord> SqliteStore::find(std::int64_t chain, const Hash256& hash) {
    const std::int64_t key = TailIndex::key_of(hash);
    std::optional<BlockRecord> out;
    const auto seen = [&](std::int64_t row) { return (out = read_record(row, chain, &hash)).has_value(); };
    if (tail_.find(key, seen)) { return out; }
    if (read_only_) {
        const bool found = row(by_tail_scan_.bind(1, BytesView{hash}).bind(2, chain));
        const std::int64_t row = found ? by_tail_scan_.integer(0) : 0;
        by_tail_scan_.reset();
        if (found) { return read_record(row, chain, &hash); }
    }
    by_key_.bind(1, key);
    while (!out && row(by_key_)) {
        seen(by_key_.integer(0));
    }
    by_key_.reset();
    return out;
}

std::optional<Bytes> SqliteStore::rlp(std::int64_t chain, const Hash256& hash) {
    const auto record = find(chain, hash);
    return record ? rlp_of(*record) : std::nullopt;
}

std::optional<Bytes> SqliteStore::rlp_of(const BlockRecord& record) {
    std::optional<Bytes> out;
    if (row(rlp_at_.bind(1, record.row))) {
        const BytesView bytes = rlp_at_.blob(0);
        out.emplace(bytes.begin(), bytes.end());
    }
    rlp_at_.reset();
    return out;
}

// ---------------------------------------------------------------- heights

SqliteStore::Run SqliteStore::run_from(std::int64_t chain, std::uint64_t number) {
    Run out;
    if (row(run_at_.bind(1, chain).bind(2, number))) {
        const std::uint64_t into_run = number - run_at_.unsigned_integer(0);
        const std::uint64_t length = run_at_.unsigned_integer(2);
        if (into_run < length) {
            out = {static_cast<std::int64_t>(run_at_.unsigned_integer(1) + into_run), length - into_run};
        }
    }
    run_at_.reset();
    return out;
}

std::optional<BlockRecord> SqliteStore::canonical(std::int64_t chain, std::uint64_t number) {
    const Run run = run_from(chain, number);
    return run.length == 0 ? std::nullopt : read_record(run.row, chain, nullptr);
}

void SqliteStore::canonical_rlp(std::int64_t chain, std::uint64_t first, std::uint64_t count,
                                const std::function<bool(BytesView)>& take) {
    bool more = true;
    while (more && count > 0) {
        const Run run = run_from(chain, first);
        const std::uint64_t length = std::min(run.length, count);
        if (length == 0) { return; }
        rlp_between_.bind(1, run.row).bind(2, last_row(run.row, length));
        while (more && row(rlp_between_)) {
            more = take(rlp_between_.blob(0));
        }
        rlp_between_.reset();
        first += length;
        count -= length;
    }
}

std::vector<Hash256> SqliteStore::canonical_hashes(std::int64_t chain, std::uint64_t first, std::uint64_t count) {
    std::vector<Hash256> out;
    while (out.size() < count) {
        const Run run = run_from(chain, first + out.size());
        const std::uint64_t length = std::min<std::uint64_t>(run.length, count - out.size());
        const std::size_t before = out.size();
        hash_between_.bind(1, run.row).bind(2, last_row(run.row, length));
        while (length != 0 && row(hash_between_)) {
            out.push_back(Hash256::right_aligned(hash_between_.blob(0)));
        }
        hash_between_.reset();
        if (out.size() == before) { break; } // no more, or not to be read
    }
    return out;
}

bool SqliteStore::append_run(std::int64_t chain, std::uint64_t number, std::int64_t row, std::uint64_t length) {
    if (!lengthen_run_.bind(1, chain).bind(2, number).bind(3, row).bind(4, length).run()) { return false; }
    if (sqlite3_changes(database_.get()) != 0) { return true; }
    return add_run_.bind(1, chain).bind(2, number).bind(3, row).bind(4, length).run();
}

bool SqliteStore::append_runs(std::int64_t chain, const std::vector<BlockRecord>& canonical) {
    for (std::size_t first = 0; first < canonical.size();) {
        std::size_t next = first + 1;
        while (next < canonical.size() && canonical[next].row == canonical[next - 1].row + 1) {
            ++next;
        }
        if (!append_run(chain, canonical[first].number, canonical[first].row, next - first)) { return false; }
        first = next;
    }
    return true;
}

Result<void> SqliteStore::set_head(std::int64_t chain, std::uint64_t common_ancestor,
                                   const std::vector<BlockRecord>& canonical) {
    if (begin_error_) { return std::unexpected(*begin_error_); }
    if (canonical.empty()) { return {}; }
    const bool done = cut_runs_.bind(1, chain).bind(2, common_ancestor).run() &&
                      shorten_run_.bind(1, chain).bind(2, common_ancestor).run() && append_runs(chain, canonical) &&
                      set_head_.bind(1, chain).bind(2, canonical.back().row).run();
    return done ? Result<void>{} : std::unexpected(failure("set the head"));
}

} // namespace ethpoc::chain
