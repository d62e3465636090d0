#include "chain/page_scan.hpp"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temporary.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

/// A database of one table, written row by row.
class ScanBench {
  public:
    explicit ScanBench(const std::string& settings) {
        REQUIRE(sqlite3_open(path.c_str(), &raw_) == SQLITE_OK);
        run(settings);
        run("CREATE TABLE t(id INTEGER PRIMARY KEY, number INTEGER, text TEXT, bytes BLOB)");
    }
    ~ScanBench() { sqlite3_close(raw_); }
    ScanBench(const ScanBench&) = delete;
    ScanBench& operator=(const ScanBench&) = delete;

    void run(const std::string& sql) {
        REQUIRE(sqlite3_exec(raw_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    }
    void put(std::int64_t id, std::int64_t number, std::size_t bytes) {
        run("INSERT OR REPLACE INTO t VALUES(" + std::to_string(id) + ", " + std::to_string(number) + ", 'row " +
            std::to_string(id) + "', zeroblob(" + std::to_string(bytes) + ") || x'" + (id % 2 == 0 ? "7e" : "00") +
            "')");
    }

    test::TemporaryFolder folder{};
    std::filesystem::path path = folder.path() / "scanned";

  private:
    sqlite3* raw_ = nullptr;
};

struct Seen {
    std::int64_t number = 0;
    std::string text{};
    std::size_t bytes = 0;
};

/// The rows of four columns, each read twice: in the scan and by its place.
std::map<std::int64_t, Seen> scan(const std::filesystem::path& path) {
    std::map<std::int64_t, Seen> out;
    auto pages = PageScan::open(path.string());
    REQUIRE(pages);
    std::vector<std::uint64_t> places;
    pages->rows([&](std::uint64_t place, const PageScan::Row& row) {
        if (row.columns.size() == 4) { places.push_back(place); }
        return true;
    });
    for (const std::uint64_t place : places) {
        const auto row = pages->row_at(place);
        REQUIRE(row);
        const auto& c = row->columns;
        CHECK_FALSE(c[0].is_number); // the row's own number stands elsewhere
        CHECK(c[1].is_number);
        out[row->id] = {c[1].number, std::string(as_text(c[2].bytes)), c[3].bytes.size()};
    }
    return out;
}

constexpr std::int64_t widths[] = {0,       1,          -1,          127,           -128,          128,
                                   -32768,  8388607,    -8388608,    2147483647,    -2147483648,   140737488355327,
                                   1 << 20, 9999999999, -9999999999, INT64_MAX - 1, INT64_MIN + 1, 255};

} // namespace

TEST_CASE("page scan: numbers of each width, and rows of any length over the pages that hold their ends") {
    for (const char* const settings :
         {"PRAGMA page_size = 4096", "PRAGMA page_size = 512", "PRAGMA page_size = 65536"}) {
        CAPTURE(settings);
        ScanBench bench(settings);
        std::int64_t id = 0;
        for (const std::int64_t number : widths) {
            bench.put(++id, number, 3);
        }
        for (std::size_t bytes = 0; bytes < 20'000; bytes += 331) {
            bench.put(++id, 7, bytes);
        }
        const auto rows = scan(bench.path);
        CHECK(rows.size() == static_cast<std::size_t>(id));
        std::int64_t at = 0;
        for (const std::int64_t number : widths) {
            ++at;
            CHECK(rows.at(at).number == number);
            CHECK(rows.at(at).text == "row " + std::to_string(at));
        }
        for (std::size_t bytes = 0; bytes < 20'000; bytes += 331) {
            ++at;
            CHECK(rows.at(at).bytes == bytes + 1);
        }
    }
}

TEST_CASE("page scan: rows that are in the journal alone") {
    ScanBench bench("PRAGMA journal_mode = WAL");
    bench.put(1, 1, 10);
    bench.run("PRAGMA wal_checkpoint(TRUNCATE)");
    bench.put(2, 2, 30'000);
    bench.put(3, 3, 5);
    const auto rows = scan(bench.path);
    CHECK(rows.size() == 3);
    CHECK(rows.at(2).bytes == 30'001);
    CHECK(rows.at(3).number == 3);
}

TEST_CASE("page scan: garbage is read to its end") {
    const test::TemporaryFolder folder;
    const auto path = folder.path() / "garbage";
    std::uint64_t state = 2014;
    for (int round = 0; round < 40; ++round) {
        std::string bytes(40'000, '\0');
        for (char& byte : bytes) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            byte = static_cast<char>(state >> 56);
        }
        for (std::size_t page = 4096; page < bytes.size(); page += 4096) {
            bytes[page] = '\x0d'; // a page of rows, as far as its first byte tells
        }
        std::ofstream(path, std::ios::binary) << bytes;
        auto pages = PageScan::open(path.string());
        REQUIRE(pages);
        std::size_t rows = 0;
        pages->rows([&](std::uint64_t, const PageScan::Row&) { return ++rows < 100'000; });
        CHECK(rows < 100'000);
    }
    CHECK_FALSE(PageScan::open((folder.path() / "none").string()));
}
