#include "chain/sqlite.hpp"

#include <cerrno>
#include <system_error>

#include "chain/genesis.hpp"

namespace ethpoc::chain::sqlite {

namespace {

constexpr int busy_milliseconds = 2000; // a reader may hold the file for a moment while it recovers the journal

std::string with_reason(std::string sentence, int system_error) {
    return system_error == 0 ? sentence : sentence + ": " + std::generic_category().message(system_error);
}

struct Reason {
    const ErrorCode* code;
    std::string sentence;
};

/// The system's words for a full disk, a used up share of it, and a file that may not become larger.
bool means_no_room(int system_error) {
    return system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
}

Reason reason_of(int code, int system_error) {
    switch (means_no_room(system_error) ? SQLITE_FULL : code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {&errors::store_locked, "another process is writing to it"};
    case SQLITE_FULL:
        return {&errors::store_full, "there is no room"};
    case SQLITE_CORRUPT:
        return {&errors::store_damaged, "the file is damaged"};
    case SQLITE_NOTADB:
        return {&errors::store_damaged, "the file is damaged, or it is none of this program"};
    case SQLITE_ERROR: // a table or a column that is not there
    case SQLITE_SCHEMA:
    case SQLITE_MISMATCH:
        return {&errors::store_damaged, "the file has not the form that this program gives it"};
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return {&errors::store_failed, with_reason("the file cannot be opened", system_error)};
    case SQLITE_READONLY:
        return {&errors::store_failed, with_reason("the file cannot be written", system_error)};
    case SQLITE_IOERR:
        return {&errors::store_failed, with_reason("the file cannot be read or written", system_error)};
    case SQLITE_NOMEM:
        return {&errors::store_failed, "there is no memory for it"};
    default:
        return {&errors::store_failed, with_reason("it cannot be used (" + std::to_string(code) + ")", system_error)};
    }
}

/// "file:%2Fdata%2F...": no character means anything to whoever reads it.
std::string uri_of(const std::string& path) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out = "file:";
    for (const char c : path) {
        const auto byte = static_cast<std::uint8_t>(c);
        if (c == '/') {
            out += c;
            continue;
        }
        out += '%';
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out + "?immutable=1";
}

} // namespace

Error error_of(sqlite3* database, std::string_view doing) {
    const int code = database == nullptr ? SQLITE_NOMEM : sqlite3_errcode(database) & 0xff;
    const bool by_system = code == SQLITE_CANTOPEN || code == SQLITE_IOERR || code == SQLITE_READONLY;
    auto [known, sentence] = reason_of(code, by_system && database != nullptr ? sqlite3_system_errno(database) : 0);
    return {known, 0, 0, {}, doing.empty() ? sentence : std::string(doing) + ": " + sentence};
}

Result<Database> Database::open(const std::string& path, Access access) {
    Database out;
    sqlite3* handle = nullptr;
    const bool in_memory = path == ":memory:";
    // "file:x" is a name like any other; with "./" before it SQLite thinks so too.
    const std::string name = in_memory || path.starts_with('/') ? path : "./" + path;
    const int rights = access == Access::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    const int code =
        access == Access::at_rest
            ? sqlite3_open_v2(uri_of(name).c_str(), &handle, SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI | rights, nullptr)
            : sqlite3_open_v2(name.c_str(), &handle, SQLITE_OPEN_NOMUTEX | rights, nullptr);
    out.handle_.reset(handle); // also after a failure
    if (code != SQLITE_OK) { return std::unexpected(error_of(handle, {})); }
    sqlite3_busy_timeout(handle, busy_milliseconds);
    return out;
}

Result<void> Database::run(const char* sql) const {
    if (sqlite3_exec(get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) { return {}; }
    return std::unexpected(error_of(get(), {}));
}

Result<Statement> Statement::prepare(const Database& database, std::string_view sql) {
    Statement out;
    sqlite3_stmt* handle = nullptr;
    const int code = sqlite3_prepare_v3(database.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
    out.handle_.reset(handle);
    if (code != SQLITE_OK) { return std::unexpected(error_of(database.get(), {})); }
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
