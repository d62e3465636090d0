// SqliteStore: what stands where a store should be, and how it is opened.
#include <filesystem>

#include "chain/genesis.hpp"
#include "chain/sqlite_store.hpp"
#include "chain/store_schema.hpp"

namespace ethpoc::chain {

using sqlite::Access;
using sqlite::Database;
using sqlite::Statement;

namespace {

constexpr const char* memory = ":memory:";

std::unexpected<Error> refused(const ErrorCode& code, std::string sentence) {
    return std::unexpected(Error{&code, 0, 0, {}, std::move(sentence)});
}

/// What the file says of itself.
struct Form {
    std::int64_t version = 0; // of ours, or of another program
    std::int64_t tables = 0;
    std::int64_t ours = 0; // tables with a name that ours have
};

Result<Form> read_form(const Database& database) {
    Form out;
    auto version = Statement::prepare(database, "PRAGMA user_version");
    if (!version) { return std::unexpected(std::move(version.error())); }
    if (version->step()) { out.version = version->integer(0); }
    if (version->failed()) { return std::unexpected(sqlite::error_of(database.get(), {})); }
    auto tables = Statement::prepare(database, schema::count_tables);
    if (!tables) { return std::unexpected(std::move(tables.error())); }
    if (tables->step()) {
        out.tables = tables->integer(0);
        out.ours = tables->integer(1);
    }
    if (tables->failed()) { return std::unexpected(sqlite::error_of(database.get(), {})); }
    return out;
}

/// Nothing is written into a file that is not ours, and nothing read out of it.
Result<void> check_form(const Database& database, bool read_only) {
    const auto form = read_form(database);
    if (!form) { return std::unexpected(form.error()); }
    if (form->version == 0 && form->tables == 0) {
        return read_only ? refused(errors::store_failed, "there is no chain in it yet: the file is empty")
                         : Result<void>{};
    }
    if (form->version > schema::version && form->ours > 0) {
        return refused(errors::store_newer, "it was written by a newer ethpoc: it has format " +
                                                std::to_string(form->version) + ", this one reads up to " +
                                                std::to_string(schema::version));
    }
    if (form->version < 1 || form->version > schema::version ||
        form->ours != schema::steps[static_cast<std::size_t>(form->version) - 1].tables) {
        return refused(errors::store_damaged, "the file is a database of another program, or damaged");
    }
    return {};
}

/// What the system says of the name, before a library is asked.
Result<void> check_place(const std::string& directory, const std::string& path, bool read_only) {
    std::error_code failed;
    const auto folder = std::filesystem::status(directory, failed);
    if (std::filesystem::exists(folder) && !std::filesystem::is_directory(folder)) {
        return refused(errors::store_failed, "it is a file, and not the folder of a store");
    }
    const auto file = std::filesystem::status(path, failed);
    if (file.type() == std::filesystem::file_type::not_found) {
        return read_only ? refused(errors::store_failed, "there is no chain in it") : Result<void>{};
    }
    if (file.type() == std::filesystem::file_type::none) {
        return refused(errors::store_failed, "its file cannot be looked at: " + failed.message());
    }
    if (!std::filesystem::is_regular_file(file)) {
        return refused(errors::store_damaged,
                       "its file is none, but " +
                           std::string(std::filesystem::is_directory(file) ? "a folder" : "something else"));
    }
    // SQLite takes such a file for an empty one, and would write over it.
    constexpr std::uintmax_t smallest = 512; // bytes of a page
    const auto bytes = std::filesystem::file_size(path, failed);
    if (!failed && bytes != 0 && bytes < smallest) {
        return refused(errors::store_damaged, "its file is too short; it is damaged, or none of this program");
    }
    return {};
}

Result<Database> open_checked(const std::string& path, Access access) {
    auto database = Database::open(path, access);
    if (!database) { return database; }
    if (auto good = check_form(*database, access != Access::write); !good) {
        return std::unexpected(std::move(good.error()));
    }
    return database;
}

/// To read beside a writer, two files are needed next to the store, and reading makes them when they are not there. On
/// a medium that takes no files or is full, or in the folder of somebody else, the store can be read all the same when
/// nobody writes to it and its journal is empty: then the file alone is the whole of it.
Result<Database> open_to_read(const std::string& path) {
    const auto no_files = [](const Error& error) {
        return *error.code == errors::store_failed || *error.code == errors::store_full;
    };
    auto database = open_checked(path, Access::read);
    if (database || !no_files(database.error())) { return database; }
    std::error_code none;
    const std::string journal = path + "-wal";
    const auto bytes = std::filesystem::file_size(journal, none);
    if (!none && bytes != 0) {
        return refused(errors::store_failed,
                       "the newest blocks are in the journal beside its file (" + plural(bytes, "byte") +
                           "), which can be read only where files can be made beside it; copy the whole folder to such "
                           "a place and read the copy");
    }
    auto at_rest = open_checked(path, Access::at_rest);
    return at_rest || !no_files(at_rest.error()) ? std::move(at_rest) : std::move(database);
}

} // namespace

Result<std::unique_ptr<Store>> Store::open(const std::string& directory, bool read_only) {
    return SqliteStore::open(directory, read_only);
}

SqliteStore::SqliteStore(sqlite::Database database, StoreLock lock, bool read_only) :
    lock_(std::move(lock)), database_(std::move(database)), read_only_(read_only) {}

SqliteStore::~SqliteStore() {
    if (in_transaction_) { rollback(); }
}

Result<std::unique_ptr<Store>> SqliteStore::open(const std::string& directory, bool read_only) {
    const bool in_memory = directory == memory;
    const std::string path = in_memory ? directory : directory + "/" + store_file_name;
    StoreLock lock;
    if (!in_memory) {
        if (auto good = check_place(directory, path, read_only); !good) {
            return std::unexpected(std::move(good.error()));
        }
    }
    if (!in_memory && !read_only) {
        std::error_code failed; // the lock says why there is no folder
        std::filesystem::create_directories(directory, failed);
        auto taken = StoreLock::take(directory);
        if (!taken) { return std::unexpected(std::move(taken.error())); }
        lock = std::move(*taken);
    }
    auto database = read_only && !in_memory ? open_to_read(path) : open_checked(path, Access::write);
    if (!database) { return std::unexpected(std::move(database.error())); }
    auto store =
        std::unique_ptr<SqliteStore>(new SqliteStore(std::move(*database), std::move(lock), read_only && !in_memory));
    if (auto ready = store->prepare(); !ready) { return std::unexpected(std::move(ready.error())); }
    return store;
}

Result<void> SqliteStore::prepare() {
    if (!read_only_) {
        if (auto done = database_.run(schema::settings); !done) { return done; }
        if (auto done = migrate(); !done) { return done; }
    }
    for (const auto& [statement, sql] :
         {std::pair{&record_at_, schema::record_at}, std::pair{&by_key_, schema::by_key},
          std::pair{&by_tail_scan_, schema::by_tail_scan}, std::pair{&rlp_at_, schema::rlp_at},
          std::pair{&rlp_between_, schema::rlp_between}, std::pair{&hash_between_, schema::hash_between},
          std::pair{&run_at_, schema::run_at}, std::pair{&head_of_, schema::head_of},
          std::pair{&count_of_, schema::count_of}}) {
        auto made = Statement::prepare(database_, sql);
        if (!made) { return std::unexpected(std::move(made.error())); }
        *statement = std::move(*made);
    }
    return read_only_ ? Result<void>{} : prepare_writing();
}

/// All steps at once or none of them: what was killed in between is of the version that it was. After an error nobody
/// keeps the connection, and with it goes what was not committed.
Result<void> SqliteStore::migrate() {
    if (auto begun = database_.run("BEGIN IMMEDIATE"); !begun) { return begun; }
    Result<void> done;
    const auto form = read_form(database_);
    if (!form) { done = std::unexpected(form.error()); }
    for (std::int64_t at = form ? form->version : schema::version; done && at < schema::version; ++at) {
        done = database_.run(schema::steps[static_cast<std::size_t>(at)].sql);
        if (done) { done = database_.run(("PRAGMA user_version = " + std::to_string(at + 1)).c_str()); }
    }
    if (done) { done = database_.run("COMMIT"); }
    return done ? done : std::unexpected(explain(std::move(done.error())));
}

Result<void> SqliteStore::prepare_writing() {
    for (const auto& [statement, sql] :
         {std::pair{&put_, schema::put}, std::pair{&add_key_, schema::add_key},
          std::pair{&set_indexed_, schema::set_indexed}, std::pair{&cut_runs_, schema::cut_runs},
          std::pair{&shorten_run_, schema::shorten_run}, std::pair{&lengthen_run_, schema::lengthen_run},
          std::pair{&add_run_, schema::add_run}, std::pair{&set_head_, schema::set_head},
          std::pair{&add_count_, schema::add_count}}) {
        auto made = Statement::prepare(database_, sql);
        if (!made) { return std::unexpected(std::move(made.error())); }
        *statement = std::move(*made);
    }
    return load_tail();
}

Result<void> SqliteStore::load_tail() {
    tail_.clear();
    auto query = Statement::prepare(database_, schema::tail);
    if (!query) { return std::unexpected(std::move(query.error())); }
    while (query->step()) {
        tail_.insert(TailIndex::key_of(Hash256::right_aligned(query->blob(1))), query->integer(0));
        last_row_ = query->integer(0);
    }
    return query->failed() ? std::unexpected(failure("read the newest blocks")) : Result<void>{};
}

} // namespace ethpoc::chain
