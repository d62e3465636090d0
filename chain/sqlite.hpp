// A thin skin over SQLite: handles that close themselves, statements that are prepared once. Internal to chain/store.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "rlp/bytes.hpp"
#include "rlp/error.hpp"

/// SQLite behind three small classes.
namespace ethpoc::chain::sqlite {

/// What went wrong last, as a sentence for people: "`doing`: the disk is full", or the reason alone where `doing` is
/// empty. SQLite's own words, which tell of statements and tables, do not appear. Codes: chain.store_locked when
/// somebody else holds the file, chain.store_full when there is no room, chain.store_damaged when it is no store of
/// ours or no whole one, else chain.store_failed.
Error error_of(sqlite3* database, std::string_view doing);

/// How a file is opened.
enum class Access : std::uint8_t {
    write,
    read,    // also while somebody writes; needs to make, or to find, two small files beside it
    at_rest, // as it stands in the file alone; nobody may write meanwhile
};

/// An open database; movable, closes itself.
class Database {
  public:
    /// A name is a name, whatever it looks like to SQLite; only ":memory:" is none.
    static Result<Database> open(const std::string& path, Access access);

    sqlite3* get() const noexcept { return handle_.get(); }
    /// One or more statements without results.
    Result<void> run(const char* sql) const;

  private:
    struct Close {
        void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
    };
    std::unique_ptr<sqlite3, Close> handle_{};
};

/// Use: bind, bind, while (step()) { column }, reset. Bound bytes are not copied and must stay until reset().
class Statement {
  public:
    Statement() = default;
    /// `sql` is one statement. Error: chain.store_failed.
    static Result<Statement> prepare(const Database& database, std::string_view sql);

    /// Parameter `index`, from 1 on.
    Statement& bind(int index, std::int64_t value) noexcept {
        sqlite3_bind_int64(handle_.get(), index, value);
        return *this;
    }
    Statement& bind(int index, std::uint64_t value) noexcept { return bind(index, static_cast<std::int64_t>(value)); }
    /// A blob; its bytes stay with the caller until reset().
    Statement& bind(int index, BytesView value) noexcept;
    /// UTF-8; stays with the caller until reset().
    Statement& bind(int index, std::string_view text) noexcept;

    /// True when there is a row to read. failed() tells the end from an error.
    bool step() noexcept {
        code_ = sqlite3_step(handle_.get());
        return code_ == SQLITE_ROW;
    }
    bool failed() const noexcept { return code_ != SQLITE_ROW && code_ != SQLITE_DONE; }
    /// Ready for the next round; what was bound stays bound.
    void reset() noexcept { sqlite3_reset(handle_.get()); }
    /// step() until the end, then reset(); false on error.
    bool run() noexcept;

    std::int64_t integer(int column) const noexcept { return sqlite3_column_int64(handle_.get(), column); }
    std::uint64_t unsigned_integer(int column) const noexcept { return static_cast<std::uint64_t>(integer(column)); }
    BytesView blob(int column) const noexcept; // until the next step() or reset()

  private:
    struct Finalize {
        void operator()(sqlite3_stmt* handle) const noexcept { sqlite3_finalize(handle); }
    };
    std::unique_ptr<sqlite3_stmt, Finalize> handle_{};
    int code_ = SQLITE_DONE;
};

} // namespace ethpoc::chain::sqlite
