// repair_store(): a page is damaged, and everything that was not in it is there afterwards.
#include "chain/store_repair.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>

#include "chain/blockchain.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

constexpr std::size_t page_bytes = 4096;

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A store of 300 blocks and two forks, at rest, and what is needed to break copies of it.
struct Breakable {
    test::TemporaryFolder folder;
    std::string directory = (folder.path() / "good").string();
    test::MiniChain mini{rules_for(7), 1};
    std::vector<test::MinedBlock> blocks = mini.mine_many(mini.genesis_block(), 300);
    std::vector<test::MinedBlock> all = blocks; // with the forks
    std::string file;

    Breakable() {
        {
            const auto store = Store::open(directory);
            const auto chain = Blockchain::open(**store, mini.genesis(), mini.rules());
            const auto views = test::views(blocks);
            (*chain)->import(std::span(views).first(200), 0);
            for (const std::size_t from : {99U, 150U}) {
                const auto fork = mini.mine_many(blocks[from], 6, {.miner = 2});
                (*chain)->import(test::views(fork), 0);
                all.insert(all.end(), fork.begin(), fork.end());
            }
            (*chain)->import(std::span(views).subspan(200), 0);
            REQUIRE((*chain)->size() == 1 + all.size());
        }
        file = read_file(directory + "/chain.sqlite");
        REQUIRE(file.size() % page_bytes == 0);
    }

    GenesisCandidate genesis() const { return {mini.genesis(), &mini.rules()}; }
    std::size_t pages() const { return file.size() / page_bytes; }
    /// The page in which the block's bytes are.
    std::size_t page_of(const test::MinedBlock& block) const {
        const auto text = as_text(block.rlp);
        return file.find(text) / page_bytes;
    }
    std::string broken(const std::string& name, std::size_t page, char with = '\xa5') const {
        const std::string at = (folder.path() / name).string();
        std::filesystem::create_directory(at);
        std::string bytes = file;
        std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(page * page_bytes), page_bytes, with);
        std::ofstream(at + "/chain.sqlite", std::ios::binary) << bytes;
        return at;
    }

    /// All blocks but those in `page` are in the chain, or wait for it; then the rest comes again.
    void check(const std::string& at, std::size_t page, const Repair& repair) const {
        const auto store = Store::open(at);
        REQUIRE(store);
        const auto chain = Blockchain::open(**store, mini.genesis(), mini.rules());
        REQUIRE(chain);
        CHECK_FALSE((*chain)->verify(0));
        std::size_t whole = 1;
        for (const test::MinedBlock& block : all) {
            whole += page_of(block) != page ? 1 : 0;
        }
        REQUIRE(repair.chains.size() == 1);
        const RepairedChain& told = repair.chains.front();
        CHECK((*chain)->size() + (*chain)->orphans() >= whole);
        CHECK(told.kept == (*chain)->size());
        CHECK(told.waiting == (*chain)->orphans());
        CHECK(told.head == (*chain)->head());
        CHECK(told.kept + told.waiting + told.gone == 1 + all.size());
        for (const test::MinedBlock& block : blocks) { // each is in the chain, waits, or is said to be gone
            const std::uint64_t number = block.record.number;
            const bool lost = std::ranges::any_of(
                told.lost, [&](const HeightRange& range) { return range.first <= number && number <= range.last; });
            if (lost) { CHECK(page_of(block) == page); }
        }
        CHECK((*chain)->import(test::views(all), 0).store_error == std::nullopt);
        while ((*chain)->adopting()) {
            (*chain)->import({}, 0);
        }
        CHECK((*chain)->head().hash == blocks.back().record.hash);
        CHECK((*chain)->size() == 1 + all.size());
        CHECK((*chain)->orphans() == 0);
    }
};

} // namespace

TEST_CASE("repair: each page damaged in turn costs what was in it and no more") {
    const Breakable good;
    CHECK(good.pages() > 20);
    std::size_t complete = 0;
    constexpr std::size_t first_pages = 12; // beside blocks, all else that there is
    for (std::size_t page = 0; page < good.pages(); page += page < first_pages ? 1 : 3) {
        CAPTURE(page);
        const std::string at = good.broken("page" + std::to_string(page), page, page % 2 == 0 ? '\xa5' : '\0');
        const std::string before = read_file(at + "/chain.sqlite");
        const auto repaired = repair_store(at, good.genesis(), false);
        REQUIRE(repaired);
        REQUIRE(*repaired); // it is seen that something is wrong
        CHECK(read_file(at + "/chain.sqlite.damaged") == before);
        CHECK_FALSE(std::filesystem::exists(at + "/repairing"));
        CHECK(store_is_whole(at) == true);
        complete += (*repaired)->complete() ? 1 : 0;
        const bool held_blocks =
            std::ranges::any_of(good.all, [&](const test::MinedBlock& block) { return good.page_of(block) == page; });
        if (held_blocks) { CHECK((*repaired)->complete() == ((*repaired)->chains.front().gone == 0)); }
        CHECK((*repaired)->complete() != held_blocks);
        good.check(at, page, **repaired);
        std::filesystem::remove_all(at);
    }
    CHECK(complete >= 6); // the first page, chains, its index, the tree of blocks, hashes, runs, marks
}

TEST_CASE("repair: a whole store is left alone and an old damaged file too") {
    const Breakable good;
    const auto none = repair_store(good.directory, {}, false);
    REQUIRE(none);
    CHECK_FALSE(*none);
    CHECK(read_file(good.directory + "/chain.sqlite") == good.file);
    CHECK_FALSE(std::filesystem::exists(good.directory + "/chain.sqlite.damaged"));

    const std::string at = good.broken("twice", good.page_of(good.blocks[120]));
    std::ofstream(at + "/chain.sqlite.damaged") << "mine";
    const std::string before = read_file(at + "/chain.sqlite");
    const auto refused = repair_store(at, {}, false);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().detail.contains("--force"));
    CHECK(read_file(at + "/chain.sqlite") == before);
    CHECK(read_file(at + "/chain.sqlite.damaged") == "mine");
    CHECK(repair_store(at, {}, true));
    CHECK(read_file(at + "/chain.sqlite.damaged") == before);

    for (const char* const name : {"none", "."}) { // no folder, no store
        const auto nothing = repair_store((good.folder.path() / name).string(), {}, false);
        REQUIRE_FALSE(nothing);
        CHECK(*nothing.error().code == errors::store_failed);
    }
    const std::string garbage = good.broken("garbage", 0);
    std::ofstream(garbage + "/chain.sqlite", std::ios::binary) << std::string(10 * page_bytes, 'x');
    const auto hopeless = repair_store(garbage, {}, false);
    REQUIRE_FALSE(hopeless);
    CHECK(*hopeless.error().code == errors::store_damaged);
    CHECK(read_file(garbage + "/chain.sqlite") == std::string(10 * page_bytes, 'x'));
    CHECK_FALSE(std::filesystem::exists(garbage + "/chain.sqlite.damaged"));
}

TEST_CASE("repair: one changed byte of a block, a side chain's too, is seen") {
    const Breakable good;
    for (const std::size_t which : {std::size_t{10}, std::size_t{299}, good.all.size() - 1}) {
        CAPTURE(which);
        const std::string at = good.broken("byte" + std::to_string(which), 0);
        std::string bytes = good.file;
        bytes[bytes.find(as_text(good.all[which].rlp)) + 100] ^= 1;
        std::ofstream(at + "/chain.sqlite", std::ios::binary) << bytes;
        const auto repaired = repair_store(at, {}, false);
        REQUIRE(repaired);
        REQUIRE(*repaired);
        CHECK((*repaired)->chains.front().gone == 1);
        CHECK((*repaired)->chains.front().waiting == (which == 10 ? 289 + 12 : 0));
        if (which == 10) {
            REQUIRE((*repaired)->chains.front().lost.size() == 1);
            CHECK((*repaired)->chains.front().lost.front().first == 11);
            CHECK((*repaired)->chains.front().lost.front().last == 11);
        }
    }
}

TEST_CASE("repair: killed at any moment it may be begun again") {
    const Breakable good;
    const std::size_t page = good.page_of(good.blocks[200]);
    bool done = false;
    for (int round = 0; round < 14 && !done; ++round) { // each waits twice as long, until one was not killed
        CAPTURE(round);
        const std::string at = good.broken("kill" + std::to_string(round), page);
        const std::string before = read_file(at + "/chain.sqlite");
        const pid_t child = ::fork();
        if (child == 0) {
            const auto repaired = repair_store(at, {}, false);
            ::_exit(repaired ? 0 : 1);
        }
        std::this_thread::sleep_for(std::chrono::microseconds(1000 << round));
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        done = !WIFSIGNALED(status);
        if (done) { CHECK(WEXITSTATUS(status) == 0); }
        const auto again = repair_store(at, {}, false);
        REQUIRE(again);
        CHECK(read_file(at + "/chain.sqlite.damaged") == before);
        CHECK(store_is_whole(at) == true);
        if (*again) { good.check(at, page, **again); }
    }
    CHECK(done);
}

TEST_CASE("repair: the accounts of a genesis of one's own stay known") {
    const test::TemporaryFolder folder;
    const std::string at = folder.path().string();
    const Rules& rules = rules_for(33);
    const Address owner = Address::right_aligned(Bytes{7});
    const Genesis genesis = make_genesis("class", rules, U256{1}, {{owner, U256{1000}}});
    {
        const auto store = Store::open(at);
        const auto chain = Blockchain::open(**store, genesis, rules);
        for (std::uint64_t i = 0; i < 30; ++i) {
            const auto work = (*chain)->work({}, {.now_seconds = 1'400'000'000 + i});
            REQUIRE(work);
            const Bytes block = seal(*work, Hash256{});
            const BytesView view = block;
            REQUIRE((*chain)->import({&view, 1}, 0).imported == 1);
        }
    }
    std::string bytes = read_file(at + "/chain.sqlite");
    const std::size_t middle = bytes.size() / page_bytes - 2;
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(middle * page_bytes), page_bytes, '\xa5');
    std::ofstream(at + "/chain.sqlite", std::ios::binary) << bytes;
    const auto repaired = repair_store(at, {}, false);
    REQUIRE(repaired);
    REQUIRE(*repaired);
    CHECK((*repaired)->chains.front().kept > 10);
    const auto store = Store::open(at);
    const auto chain = Blockchain::open(**store, {genesis.name, genesis.rlp, genesis.hash, {}}, rules);
    REQUIRE(chain);
    CHECK((*chain)->account(owner)->balance == U256{1000});
    CHECK_FALSE((*chain)->state()->gap);
}
