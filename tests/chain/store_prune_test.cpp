// prune_forks(): what goes, what stays, and that nothing else changes.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "chain/blockchain.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

using Mined = std::vector<test::MinedBlock>;

/// 400 blocks; side chains of 3 at block 50, 100, .. 350; one that leaves at 150 and is 200 long; one of 2 at the head.
struct Forked {
    test::TemporaryFolder folder;
    std::string directory = (folder.path() / "data").string();
    test::MiniChain mini{rules_for(7), 1};
    Mined blocks = mini.mine_many(mini.genesis_block(), 400);
    std::vector<Mined> sides{};
    Mined long_side = mini.mine_many(blocks[149], 200, {.miner = 3});
    Mined top_side = mini.mine_many(blocks[396], 2, {.miner = 4});

    Forked() {
        const auto store = Store::open(directory);
        const auto chain = Blockchain::open(**store, mini.genesis(), mini.rules());
        const auto all = test::views(blocks);
        for (std::size_t at = 0; at < all.size(); at += 50) { // rows of side chains between those of the chain
            (*chain)->import(std::span(all).subspan(at, 50), 0);
            if (at + 50 == all.size()) { break; }
            sides.push_back(mini.mine_many(blocks[at + 49], 3, {.miner = 2}));
            (*chain)->import(test::views(sides.back()), 0);
        }
        (*chain)->import(test::views(long_side), 0);
        (*chain)->import(test::views(top_side), 0);
        REQUIRE((*chain)->size() == 1 + 400 + 21 + 200 + 2);
        REQUIRE((*chain)->head().hash == blocks.back().record.hash);
    }

    /// The chain is whole, and of `side` every block is there or none is.
    void check(Blockchain& chain) const {
        CHECK(chain.head().hash == blocks.back().record.hash);
        CHECK_FALSE(chain.verify(0));
        for (const test::MinedBlock& block : blocks) {
            CHECK(chain.rlp(block.record.hash) == block.rlp);
        }
    }
    static std::size_t found(Blockchain& chain, const Mined& side) {
        std::size_t out = 0;
        for (const test::MinedBlock& block : side) {
            out += chain.contains(block.record.hash) ? 1 : 0;
        }
        return out;
    }
};

} // namespace

TEST_CASE("prune forks: side chains below go and what a block above stands on stays") {
    const Forked forked;
    {
        const auto store = Store::open(forked.directory);
        const auto pruned = (*store)->prune_forks(1, 60); // heights up to 340
        REQUIRE(pruned);
        CHECK(pruned->blocks == 6 * 3); // those at 50 .. 300; the long one reaches block 350
        CHECK(pruned->bytes > 18 * 100);
        CHECK((*store)->prune_forks(1, 60)->blocks == 0);
    }
    {
        const auto store = Store::open(forked.directory);
        const auto chain = Blockchain::open(**store, forked.mini.genesis(), forked.mini.rules());
        forked.check(**chain);
        CHECK(Forked::found(**chain, forked.long_side) == 200);
        CHECK(Forked::found(**chain, forked.top_side) == 2);
        CHECK(Forked::found(**chain, forked.sides.back()) == 3);
        CHECK(Forked::found(**chain, forked.sides.front()) == 0);
        CHECK((*chain)->size() == 1 + 400 + 3 + 200 + 2);
    }
    const auto store = Store::open(forked.directory);
    CHECK((*store)->prune_forks(1, 0)->blocks == 3 + 200 + 2);
    const auto chain = Blockchain::open(**store, forked.mini.genesis(), forked.mini.rules());
    forked.check(**chain);
    CHECK((*chain)->size() == 401);
}

TEST_CASE("prune forks: the store goes on where it was, forgotten blocks may come again") {
    const Forked forked;
    const Mined more = forked.mini.mine_many(forked.blocks.back(), 30);
    {
        const auto store = Store::open(forked.directory);
        REQUIRE((*store)->prune_forks(1, 0));
        const auto chain = Blockchain::open(**store, forked.mini.genesis(), forked.mini.rules());
        CHECK((*chain)->import(test::views(more), 0).imported == 30);
        CHECK((*chain)->import(test::views(forked.long_side), 0).imported == 200);
    }
    const auto store = Store::open(forked.directory);
    const auto chain = Blockchain::open(**store, forked.mini.genesis(), forked.mini.rules());
    CHECK((*chain)->head().hash == more.back().record.hash);
    CHECK(Forked::found(**chain, more) == 30);
    CHECK(Forked::found(**chain, forked.long_side) == 200);
    CHECK((*chain)->size() == 1 + 400 + 30 + 200);
    CHECK_FALSE((*chain)->verify(0));
    // A branch that leaves below what was forgotten may still become the heaviest.
    const Mined heavier = forked.mini.mine_many(forked.blocks[99], 400, {.miner = 7});
    CHECK((*chain)->import(test::views(heavier), 0).imported == 400);
    CHECK((*chain)->head().hash == heavier.back().record.hash);
    CHECK_FALSE((*chain)->verify(0));
}

TEST_CASE("prune forks: hashes that were written down are forgotten with their blocks") {
    const test::TemporaryFolder folder;
    const test::MiniChain mini(rules_for(7), 1);
    const Mined blocks = mini.mine_many(mini.genesis_block(), 300);
    const Mined side = mini.mine_many(mini.genesis_block(), 20, {.miner = 2});
    const Mined many = mini.mine_many(blocks.back(), 17'000);
    {
        const auto store = Store::open(folder.path().string());
        const auto chain = Blockchain::open(**store, mini.genesis(), mini.rules());
        (*chain)->import(test::views(blocks), 0);
        (*chain)->import(test::views(side), 0);
        (*chain)->import(test::views(many), 0); // fills the tail, so all are in the table
    }
    const auto store = Store::open(folder.path().string());
    CHECK((*store)->prune_forks(1, 256)->blocks == 20);
    const auto chain = Blockchain::open(**store, mini.genesis(), mini.rules());
    CHECK(Forked::found(**chain, side) == 0);
    CHECK(Forked::found(**chain, blocks) == 300);
    CHECK((*chain)->import(test::views(side), 0).imported == 20);
    CHECK(Forked::found(**chain, side) == 20);
}

TEST_CASE("prune forks: the file gives the room back") {
    const Forked forked;
    const auto file = forked.folder.path() / "data" / "chain.sqlite";
    const auto before = std::filesystem::file_size(file);
    {
        const auto store = Store::open(forked.directory);
        REQUIRE((*store)->prune_forks(1, 0));
        const auto less = (*store)->compact();
        REQUIRE(less);
        CHECK(*less > 50'000);
        CHECK(std::filesystem::file_size(file) == before - *less);
        CHECK((*store)->compact() == 0);
    }
    const auto store = Store::open(forked.directory, true);
    const auto chain = Blockchain::open(**store, forked.mini.genesis(), forked.mini.rules());
    forked.check(**chain);
}

TEST_CASE("prune forks: killed at any moment all of it was done or nothing") {
    int done = 0;
    const Forked forked;
    for (int round = 0; round < 16 && done == 0; ++round) { // each waits twice as long, until one was not killed

        CAPTURE(round);
        const std::string copy = (forked.folder.path() / std::to_string(round)).string();
        std::filesystem::copy(forked.directory, copy);
        const pid_t child = ::fork();
        if (child == 0) {
            const auto store = Store::open(copy);
            const bool good = store && (*store)->prune_forks(1, 0) && (*store)->compact();
            ::_exit(good ? 0 : 1);
        }
        std::this_thread::sleep_for(std::chrono::microseconds(500 << round));
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        CHECK((WIFSIGNALED(status) || WEXITSTATUS(status) == 0));
        done += WIFSIGNALED(status) ? 0 : 1;
        const auto store = Store::open(copy);
        REQUIRE(store);
        const auto chain = Blockchain::open(**store, forked.mini.genesis(), forked.mini.rules());
        forked.check(**chain);
        const std::size_t left = Forked::found(**chain, forked.long_side);
        CHECK((left == 0 || left == 200));
        CHECK((*chain)->size() == (left == 0 ? 401 : 624));
        CHECK((*store)->prune_forks(1, 0)->blocks == (left == 0 ? 0 : 223));
    }
    CHECK(done > 0);
}
