// SIGKILL at any moment: what import() has returned is there at the next start, and the file is sound.
#include <doctest/doctest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <random>
#include <thread>

#include "chain/blockchain.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

constexpr std::size_t batch = 16;

/// Imports from where the store ends, and says on `report` after each batch how far it came. Never returns.
[[noreturn]] void import_and_tell(const test::MiniChain& mini, const std::vector<test::MinedBlock>& blocks,
                                  const std::string& directory, int report) {
    auto store = Store::open(directory);
    if (!store) { ::_exit(2); }
    auto chain = Blockchain::open(**store, mini.genesis(), mini.rules());
    if (!chain) { ::_exit(3); }
    const std::vector<BytesView> all = test::views(blocks);
    for (std::size_t at = (*chain)->head().number; at < all.size(); at += batch) {
        const auto part = std::span(all).subspan(at, std::min(batch, all.size() - at));
        const auto result = (*chain)->import(part, 0);
        if (result.store_error) { ::_exit(4); }
        const std::uint64_t number = (*chain)->head().number;
        if (::write(report, &number, sizeof number) != sizeof number) { ::_exit(5); }
    }
    ::_exit(0);
}

/// What the child said last, once it is dead.
std::uint64_t last_report(int from) {
    std::uint64_t number = 0;
    std::uint64_t out = 0;
    while (::read(from, &number, sizeof number) == sizeof number) {
        out = number;
    }
    return out;
}

std::string integrity(const std::filesystem::path& file) {
    sqlite3* raw = nullptr;
    std::string out;
    if (sqlite3_open(file.c_str(), &raw) == SQLITE_OK) {
        sqlite3_stmt* check = nullptr;
        sqlite3_prepare_v2(raw, "PRAGMA integrity_check", -1, &check, nullptr);
        if (sqlite3_step(check) == SQLITE_ROW) { out = reinterpret_cast<const char*>(sqlite3_column_text(check, 0)); }
        sqlite3_finalize(check);
    }
    sqlite3_close(raw);
    return out;
}

struct Outcome {
    int status = 0;
    std::uint64_t reported = 0;
};

Outcome run_and_kill(const test::MiniChain& mini, const std::vector<test::MinedBlock>& blocks,
                     const std::string& directory, std::chrono::microseconds after) {
    int ends[2] = {-1, -1};
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        import_and_tell(mini, blocks, directory, ends[1]);
    }
    ::close(ends[1]);
    std::this_thread::sleep_for(after);
    ::kill(child, SIGKILL);
    Outcome out;
    ::waitpid(child, &out.status, 0);
    out.reported = last_report(ends[0]);
    ::close(ends[0]);
    return out;
}

} // namespace

TEST_CASE("store: killed at any moment nothing that was reported is lost") {
    const test::TemporaryFolder folder;
    const std::string directory = folder.path().string();
    const test::MiniChain mini(rules_for(7), 1);
    const auto blocks = mini.mine_many(mini.genesis_block(), 12'000);
    std::mt19937 random(2014);
    std::uniform_int_distribution<int> microseconds(0, 60'000);
    std::size_t killed = 0;
    for (int round = 0; round < 25; ++round) {
        CAPTURE(round);
        const Outcome outcome = run_and_kill(mini, blocks, directory, std::chrono::microseconds(microseconds(random)));
        const bool done = WIFEXITED(outcome.status) && WEXITSTATUS(outcome.status) == 0;
        const bool was_killed = WIFSIGNALED(outcome.status);
        CHECK((done || was_killed));
        killed += was_killed ? 1 : 0;
        const auto store = Store::open(directory);
        REQUIRE(store);
        const auto chain = Blockchain::open(**store, mini.genesis(), mini.rules());
        REQUIRE(chain);
        const std::uint64_t head = (*chain)->head().number;
        CHECK(head >= outcome.reported);
        CHECK((*chain)->size() == head + 1);
        const std::uint64_t checked = head > 500 ? head - 500 : 0;
        CHECK_FALSE((*chain)->verify(checked));
        if (done) { break; }
    }
    CHECK(killed > 0);
    CHECK(integrity(folder.path() / "chain.sqlite") == "ok");
    const auto store = Store::open(directory);
    const auto chain = Blockchain::open(**store, mini.genesis(), mini.rules());
    CHECK_FALSE((*chain)->verify(0));
}
