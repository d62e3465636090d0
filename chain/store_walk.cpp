// SqliteStore: reading much at once, beside a writer.
#include "chain/sqlite_store.hpp"

namespace ethpoc::chain {

using sqlite::Statement;

/// A slice at a time: while a statement is open, a writer beside it cannot empty its journal.
void SqliteStore::walk(std::int64_t chain, const std::function<bool(const BlockRecord&, BytesView)>& take) {
    constexpr std::int64_t slice = 256;
    auto query = Statement::prepare(database_, "SELECT id, rlp FROM blocks WHERE id > ?1 ORDER BY id LIMIT ?2");
    if (!query) {
        if (!trouble_) { trouble_ = query.error(); }
        return;
    }
    std::int64_t last = 0;
    std::int64_t rows = slice;
    for (bool more = true; more && rows == slice; query->reset()) {
        rows = 0;
        query->bind(1, last).bind(2, slice);
        while (more && row(*query)) {
            ++rows;
            last = query->integer(0);
            if (const auto record = read_record(last, chain, nullptr)) { more = take(*record, query->blob(1)); }
        }
    }
}

void SqliteStore::read_together(const std::function<void()>& reads) {
    if (auto begun = database_.run("BEGIN"); !begun) {
        if (!trouble_) { trouble_ = explain(std::move(begun.error())); }
        return;
    }
    reads();
    if (auto ended = database_.run("COMMIT"); !ended && !trouble_) { trouble_ = explain(std::move(ended.error())); }
}

} // namespace ethpoc::chain
