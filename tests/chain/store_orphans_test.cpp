// Blocks whose parent is not there, over the end of the program.
#include <doctest/doctest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chain/blockchain.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

/// A store in a folder, and the chain of `mini` in it.
struct Reopened {
    Reopened(const test::MiniChain& mini, const std::string& directory) {
        store = std::move(*Store::open(directory));
        chain = std::move(*Blockchain::open(*store, mini.genesis(), mini.rules()));
    }
    BatchResult take(std::span<const test::MinedBlock> blocks) const {
        std::vector<BytesView> all;
        for (const test::MinedBlock& block : blocks) {
            all.emplace_back(block.rlp);
        }
        return chain->import(all, 0);
    }
    /// Until nothing more can be taken.
    void settle() const {
        for (int round = 0; round < 1000 && chain->adopting(); ++round) {
            chain->import({}, 0);
        }
    }
    std::unique_ptr<Store> store;
    std::unique_ptr<Blockchain> chain;
};

std::size_t kept_rows(const Reopened& opened) {
    std::size_t out = 0;
    opened.store->orphans(1, [&](const WaitingBlock&) { ++out; });
    return out;
}

void change_rows(const std::filesystem::path& folder, const char* sql) {
    sqlite3* raw = nullptr;
    REQUIRE(sqlite3_open((folder / "chain.sqlite").c_str(), &raw) == SQLITE_OK);
    CHECK(sqlite3_exec(raw, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(raw);
}

} // namespace

TEST_CASE("store orphans: children wait over a restart until their parent comes") {
    const test::TemporaryFolder folder;
    const test::MiniChain mini(rules_for(7), 1);
    const auto blocks = mini.mine_many(mini.genesis_block(), 40);
    const auto all = std::span(blocks);
    {
        const Reopened first(mini, folder.path().string());
        CHECK(first.take(all.subspan(1, 20)).blocks.back().verdict == Verdict::unknown_parent);
        CHECK(first.chain->orphans() == 20);
        CHECK(kept_rows(first) == 20);
    }
    {
        const Reopened second(mini, folder.path().string());
        CHECK(second.chain->orphans() == 20);
        CHECK_FALSE(second.chain->adopting());
        second.take(all.subspan(21));
        CHECK(second.chain->orphans() == 39);
    }
    {
        const Reopened third(mini, folder.path().string());
        CHECK(third.chain->head().number == 0);
        third.take(all.first(1));
        third.settle();
        CHECK(third.chain->head().hash == blocks.back().record.hash);
        CHECK(third.chain->orphans() == 0);
        CHECK(kept_rows(third) == 0);
    }
    const Reopened last(mini, folder.path().string());
    CHECK(last.chain->head().number == 40);
    CHECK(last.chain->size() == 41);
    CHECK_FALSE(last.chain->verify(0));
}

TEST_CASE("store orphans: the program may end before all of them are taken") {
    const test::TemporaryFolder folder;
    const test::MiniChain mini(rules_for(7), 1);
    const auto blocks = mini.mine_many(mini.genesis_block(), 2000);
    {
        const Reopened first(mini, folder.path().string());
        first.take(std::span(blocks).subspan(1));
        first.take(std::span(blocks).first(1));
        CHECK(first.chain->adopting()); // more than one slice
        CHECK(first.chain->head().number < 2000);
        CHECK(kept_rows(first) == first.chain->orphans());
    }
    const Reopened second(mini, folder.path().string());
    CHECK(second.chain->adopting());
    second.settle();
    CHECK(second.chain->head().number == 2000);
    CHECK(second.chain->size() == 2001);
    CHECK(kept_rows(second) == 0);
}

TEST_CASE("store orphans: the store lets go of what the pool lets go of") {
    const test::TemporaryFolder folder;
    const test::MiniChain mini(rules_for(7), 1);
    const auto blocks = mini.mine_many(mini.genesis_block(), 4400); // the pool has room for 4096
    {
        const Reopened first(mini, folder.path().string());
        for (std::size_t at = 1; at < blocks.size(); at += 400) {
            first.take(std::span(blocks).subspan(at, std::min<std::size_t>(400, blocks.size() - at)));
            CHECK(kept_rows(first) == first.chain->orphans());
        }
        CHECK(first.chain->orphans() == 4096);
    }
    const Reopened second(mini, folder.path().string());
    CHECK(second.chain->orphans() == 4096);
    // The oldest have left, the newest are there.
    second.take(std::span(blocks).first(4400 - 4096));
    second.settle();
    CHECK(second.chain->head().number == 4400);
}

TEST_CASE("store orphans: what is no such block is forgotten at the next commit") {
    const test::TemporaryFolder folder;
    const test::MiniChain mini(rules_for(7), 1);
    const auto blocks = mini.mine_many(mini.genesis_block(), 10);
    { Reopened(mini, folder.path().string()).take(std::span(blocks).subspan(1, 8)); }
    change_rows(folder.path(),
                "UPDATE orphans SET rlp = x'00' WHERE arrival = 0;"
                "UPDATE orphans SET parent = hash WHERE arrival = 1;"
                "UPDATE orphans SET hash = x'1234' WHERE arrival = 2;"
                "UPDATE orphans SET rlp = zeroblob(5000000) WHERE arrival = 3;"
                "UPDATE orphans SET arrival = -1 WHERE arrival = 4;"
                "INSERT INTO orphans SELECT chain, 100, hash, parent, rlp FROM orphans WHERE arrival = 5");
    const Reopened again(mini, folder.path().string());
    CHECK(again.chain->orphans() == 3);
    CHECK(kept_rows(again) == 9);
    again.take(std::span(blocks).subspan(9));
    CHECK(again.chain->orphans() == 4);
    CHECK(kept_rows(again) == 4);
}

TEST_CASE("store orphans: one that comes again while it waits is stored once") {
    const test::MiniChain mini(rules_for(7), 1);
    const auto blocks = mini.mine_many(mini.genesis_block(), 2000);
    const Reopened opened(mini, ":memory:");
    opened.take(std::span(blocks).subspan(1));
    opened.take(std::span(blocks).first(1));
    REQUIRE(opened.chain->adopting());
    const std::size_t next = opened.chain->head().number;
    opened.take(std::span(blocks).subspan(next, 1)); // its turn would have come
    opened.take(std::span(blocks).subspan(next, 200));
    opened.settle();
    CHECK(opened.chain->head().number == 2000);
    CHECK(opened.chain->size() == 2001);
}

TEST_CASE("store orphans: a batch that finds no room leaves them waiting") {
    const test::TemporaryFolder folder;
    const test::MiniChain mini(rules_for(7), 1);
    const auto blocks = mini.mine_many(mini.genesis_block(), 60);
    const Reopened opened(mini, folder.path().string());
    opened.take(std::span(blocks).subspan(1));
    REQUIRE(kept_rows(opened) == 59);
    opened.store->set_limit(1); // no page more
    const auto full = opened.take(std::span(blocks).first(1));
    REQUIRE(full.store_error);
    CHECK(*full.store_error->code == errors::store_full);
    CHECK(full.imported == 0);
    CHECK(opened.chain->orphans() == 59);
    CHECK(kept_rows(opened) == 59);
    opened.store->set_limit(0);
    opened.take(std::span(blocks).first(1));
    opened.settle();
    CHECK(opened.chain->head().number == 60);
    CHECK(kept_rows(opened) == 0);
}

TEST_CASE("store orphans: killed at any moment each block is in one place") {
    const test::TemporaryFolder folder;
    const test::MiniChain mini(rules_for(7), 1);
    const auto blocks = mini.mine_many(mini.genesis_block(), 600);
    for (int round = 0; round < 6; ++round) {
        CAPTURE(round);
        const std::string directory = (folder.path() / std::to_string(round)).string();
        const pid_t child = ::fork();
        if (child == 0) {
            const Reopened opened(mini, directory);
            for (std::size_t at = 1; at < 401; at += 40) {
                opened.take(std::span(blocks).subspan(at, 40));
            }
            if (round > 0) { opened.take(std::span(blocks).first(1)); }
            for (int more = 1; more < round; ++more) {
                opened.chain->import({}, 0);
            }
            ::raise(SIGKILL);
            ::_exit(1);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        REQUIRE(WIFSIGNALED(status));
        const Reopened opened(mini, directory);
        CHECK(opened.chain->head().number + opened.chain->orphans() == (round > 0 ? 401 : 400));
        CHECK(opened.chain->size() == opened.chain->head().number + 1);
        opened.take(std::span(blocks).first(1));
        opened.settle();
        opened.take(std::span(blocks).subspan(401));
        CHECK(opened.chain->head().number == 600);
        CHECK(opened.chain->size() == 601);
        CHECK_FALSE(opened.chain->verify(0));
    }
}
