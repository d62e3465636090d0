#include "chain/sqlite.hpp"

#include "chain/genesis.hpp"

namespace ethpoc::chain::sqlite {

namespace {

constexpr int busy_milliseconds = 2000; // a reader may hold the file for a moment while it recovers the journal

} // namespace

Error error_of(sqlite3* database, std::string_view doing) {
    const int code = database == nullptr ? SQLITE_NOMEM : sqlite3_errcode(database) & 0xff;
    const bool locked = code == SQLITE_BUSY || code == SQLITE_LOCKED;
    const char* const words = database == nullptr ? "no memory" : sqlite3_errmsg(database);
    const ErrorCode& full = code == SQLITE_FULL ? errors::store_full : errors::store_failed;
    return {locked ? &errors::store_locked : &full, 0, 0, {}, std::string(doing) + ": " + words};
}

Result<Database> Database::open(const std::string& path, bool read_only) {
    Database out;
    sqlite3* handle = nullptr;
    const int flags =
        SQLITE_OPEN_NOMUTEX | (read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
    out.handle_.reset(handle); // also after a failure
    if (code != SQLITE_OK) { return std::unexpected(error_of(handle, "open " + path)); }
    sqlite3_busy_timeout(handle, busy_milliseconds);
    return out;
}

Result<void> Database::run(const char* sql) const {
    if (sqlite3_exec(get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) { return {}; }
    return std::unexpected(error_of(get(), sql));
}

Result<Statement> Statement::prepare(const Database& database, std::string_view sql) {
    Statement out;
    sqlite3_stmt* handle = nullptr;
    const int code = sqlite3_prepare_v3(database.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
    out.handle_.reset(handle);
    if (code != SQLITE_OK) { return std::unexpected(error_of(database.get(), sql)); }
    return out;
}

// SQLITE_STATIC is a null pointer with a cast of the old style, so the null pointer is passed as it is.
Statement& Statement::bind(int index, BytesView value) noexcept {
    const void* const data = value.data() == nullptr ? static_cast<const void*>("") : value.data();
    sqlite3_bind_blob64(handle_.get(), index, data, value.size(), nullptr);
    return *this;
}

Statement& Statement::bind(int index, std::string_view text) noexcept {
    const char* const data = text.data() == nullptr ? "" : text.data();
    sqlite3_bind_text64(handle_.get(), index, data, text.size(), nullptr, SQLITE_UTF8);
    return *this;
}

bool Statement::run() noexcept {
    while (step()) {}
    const bool good = !failed();
    reset();
    return good;
}

BytesView Statement::blob(int column) const noexcept {
    const auto* const data = static_cast<const std::uint8_t*>(sqlite3_column_blob(handle_.get(), column));
    const int size = sqlite3_column_bytes(handle_.get(), column);
    return data == nullptr ? BytesView{} : BytesView{data, static_cast<std::size_t>(size)};
}

} // namespace ethpoc::chain::sqlite
