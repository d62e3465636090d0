// Blocks that cost their sender little work: what of them is kept, and that a heavier branch wins all the same.
#include "chain/side_budget.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "chain/blockchain.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

using Mined = std::vector<test::MinedBlock>;
constexpr Shares::Source attacker = 7;
constexpr Shares::Source honest = 8;

/// A chain so long that blocks above its genesis are far below its head.
struct Deep {
    test::TemporaryFolder folder;
    std::string directory = (folder.path() / "data").string();
    test::MiniChain mini{rules_for(7), 1};
    Mined blocks = mini.mine_many(mini.genesis_block(), 4'100);
    std::unique_ptr<Store> store{};
    std::unique_ptr<Blockchain> chain{};
    std::uint8_t miner = 10;

    Deep() {
        open();
        take(blocks, Shares::gone);
        REQUIRE(chain->head().number == 4'100);
    }
    void open() {
        chain.reset();
        store.reset();
        store = std::move(*Store::open(directory));
        chain = std::move(*Blockchain::open(*store, mini.genesis(), mini.rules()));
    }
    BatchResult take(std::span<const test::MinedBlock> some, Shares::Source from) const {
        std::vector<BytesView> all;
        for (const test::MinedBlock& block : some) {
            all.emplace_back(block.rlp);
        }
        return chain->import(all, 0, from);
    }
    /// Another branch above the genesis, or above `parent`.
    Mined branch(std::size_t length, const test::MinedBlock* parent = nullptr) {
        return mini.mine_many(parent == nullptr ? mini.genesis_block() : *parent, length, {.miner = miner++});
    }
    std::size_t found(const Mined& some) const {
        std::size_t out = 0;
        for (const test::MinedBlock& block : some) {
            out += chain->contains(block.record.hash) ? 1 : 0;
        }
        return out;
    }
    /// What these count, as far as they are there.
    std::uint64_t cost_of(const Mined& some) const {
        std::uint64_t out = 0;
        for (const test::MinedBlock& block : some) {
            out += chain->contains(block.record.hash) ? block.rlp.size() + SideBudget::block_cost : 0;
        }
        return out;
    }
    /// Room for so many, at least.
    std::uint64_t room_for(std::uint64_t count) const {
        return count * (blocks.back().rlp.size() + SideBudget::block_cost);
    }
    std::uint64_t others() const { return chain->size() - 1 - chain->head().number; }
    /// The store holds what it says, and our chain is whole.
    void check_whole() const {
        CHECK_FALSE(chain->verify(chain->head().number - 500));
        std::size_t walked = 0;
        chain->walk([&](const BlockRecord& record, BytesView) {
            CHECK(chain->find(record.hash).has_value());
            ++walked;
            return true;
        });
        CHECK(walked == chain->size());
    }
};

} // namespace

TEST_CASE("side budget: branches far below the head are bounded, the least worked leaf goes first") {
    Deep deep;
    const std::uint64_t limit = deep.room_for(100);
    deep.chain->limit_sides(limit);
    const Mined tall = deep.branch(60);
    CHECK(deep.take(tall, attacker).imported == 60);
    CHECK(deep.chain->side_bytes() == deep.cost_of(tall));
    std::vector<Mined> flat;
    std::size_t useless = 0;
    for (int i = 0; i < 30; ++i) {
        flat.push_back(deep.branch(4));
        const BatchResult result = deep.take(flat.back(), attacker);
        useless += result.useless;
        CHECK(deep.chain->side_bytes() <= limit);
    }
    CHECK(deep.found(tall) == 60); // more work is behind it than behind the others
    CHECK(deep.found(flat.back()) == 4);
    std::uint64_t left = deep.cost_of(tall);
    for (const Mined& each : flat) {
        left += deep.cost_of(each);
        for (std::size_t i = 1; i < each.size(); ++i) { // none stands on nothing
            CHECK((deep.found({each[i]}) == 0 || deep.found({each[i - 1]}) == 1));
        }
    }
    CHECK(deep.chain->side_bytes() == left);
    CHECK(deep.others() >= 100);
    CHECK(useless == 60 + 30 * 4 - deep.others()); // as many as had to leave
    deep.check_whole();
    // Forks near the head are free.
    const Mined near = deep.branch(200, &deep.blocks[3'800]);
    CHECK(deep.take(near, attacker).imported == 200);
    CHECK(deep.found(near) == 200);
    CHECK(deep.chain->side_bytes() == left);
    // Over a restart the same blocks count, and are nobody's: they go before those of a peer.
    deep.open();
    deep.chain->limit_sides(limit);
    CHECK(deep.chain->side_bytes() == left);
    deep.check_whole();
    const Mined more = deep.branch(70);
    CHECK(deep.take(more, honest).imported == 70);
    CHECK(deep.found(more) == 70);
    CHECK(deep.found(tall) < 45);
    CHECK(deep.chain->side_bytes() <= limit);
    CHECK(deep.chain->side_bytes() == deep.cost_of(tall) + deep.cost_of(more));
    deep.check_whole();
    // Pruned ones do not count any more.
    const std::uint64_t counted = deep.found(tall) + 70;
    deep.chain.reset();
    CHECK(deep.store->prune_forks(1, 4'000)->blocks == counted);
    deep.open();
    CHECK(deep.chain->side_bytes() == 0);
    CHECK(deep.others() == 200);
    deep.check_whole();
}

TEST_CASE("side budget: a heavier branch from the genesis wins in spite of a flood, and counts no more then") {
    Deep deep;
    const std::uint64_t limit = deep.room_for(8'500);
    deep.chain->limit_sides(limit);
    std::size_t useless = 0;
    std::size_t sent = 0;
    const auto flood = [&](std::size_t count) {
        for (std::size_t end = sent + count; sent < end; sent += 128) {
            useless += deep.take(deep.branch(128), attacker).useless;
            CHECK(deep.chain->side_bytes() <= limit);
        }
    };
    flood(10'000);
    CHECK(useless > 0);
    const std::size_t most = deep.others();
    CHECK(useless == sent - most);
    const Mined heavier = deep.branch(4'110);
    for (std::size_t at = 0; at < heavier.size(); at += 256) {
        const auto part = std::span(heavier).subspan(at, std::min<std::size_t>(256, heavier.size() - at));
        const BatchResult result = deep.take(part, honest);
        CHECK(result.imported == part.size());
        CHECK(result.useless == 0); // what left for it was not its own
        CHECK(deep.chain->side_bytes() <= limit);
        flood(128);
    }
    CHECK(deep.chain->head().hash == heavier.back().record.hash);
    CHECK(useless + 128 >= sent - most); // the last of them found the room of the branch that won
    CHECK(deep.found(deep.blocks) == deep.blocks.size());
    CHECK_FALSE(deep.chain->verify(0));
    std::uint64_t all = 0;
    deep.chain->walk([&](const BlockRecord&, BytesView rlp) {
        all += rlp.size() + SideBudget::block_cost;
        return true;
    });
    const std::uint64_t genesis = deep.mini.genesis().rlp.size() + SideBudget::block_cost;
    CHECK(deep.chain->side_bytes() == all - genesis - deep.cost_of(heavier) - deep.cost_of(deep.blocks));
    // The file holds our two branches and no more than the budget beside them, with what a page leaves free.
    const std::uint64_t file = std::filesystem::file_size(deep.folder.path() / "data" / "chain.sqlite");
    CHECK(file < (limit + deep.room_for(8'300)) * 3 / 2);
    deep.open();
    CHECK(deep.chain->head().hash == heavier.back().record.hash);
    CHECK(deep.found(heavier) == heavier.size());
}

TEST_CASE("side budget: nobody makes another's branch larger, or pushes it out by many connections in a row") {
    Deep deep;
    const std::uint64_t limit = deep.room_for(100);
    deep.chain->limit_sides(limit);
    const Mined good = deep.branch(40);
    deep.take(good, honest);
    // Above somebody else's block: it counts to the one who began the branch, and is the first of it to go.
    const Mined burden = deep.branch(50, &good[5]);
    deep.take(burden, attacker);
    for (Shares::Source from = 100; from < 200; ++from) {
        CHECK(deep.take(deep.branch(3), from).imported == 3);
        deep.chain->leave(from);
    }
    CHECK(deep.found(good) == 40);
    CHECK(deep.chain->side_bytes() <= limit);
    // Alone it may have all of it, and not more.
    const BatchResult result = deep.take(deep.mini.mine_many(good.back(), 200, {.miner = 1}), honest);
    CHECK(std::ranges::count(result.blocks, Verdict::refused, &Import::verdict) == 1);
    CHECK(result.blocks.back().verdict == Verdict::unknown_parent); // the one before it was refused
    CHECK(result.useless >= 50);
    CHECK(deep.found(good) == 40);
    CHECK(deep.found(burden) == 0);
    CHECK(deep.chain->side_bytes() <= limit);
    deep.check_whole();
}

TEST_CASE("side budget: what was undone is not counted, and goes on afterwards") {
    Deep deep;
    deep.chain->limit_sides(deep.room_for(1'000));
    const Mined first = deep.branch(90);
    deep.take(first, attacker);
    deep.store->set_limit(1); // no page more
    const Mined second = deep.branch(400);
    BatchResult result;
    for (std::size_t at = 0; at < second.size() && !result.store_error; at += 40) {
        result = deep.take(std::span(second).subspan(at, 40), honest);
    }
    CHECK(result.store_error);
    deep.store->set_limit(0);
    CHECK(deep.found(second) < 400);
    CHECK(deep.chain->side_bytes() == deep.cost_of(first) + deep.cost_of(second));
    deep.check_whole();
    deep.take(second, honest);
    CHECK(deep.found(second) == 400);
    CHECK(deep.chain->side_bytes() == deep.cost_of(first) + deep.cost_of(second));
    deep.check_whole();
}

TEST_CASE(
    "cheap orphans: what claims less than a sixteenth of our head's work is not kept, and asked for all the same") {
    const test::MiniChain mini(rules_for(7), 1'000);
    const test::TemporaryFolder folder;
    const auto store = Store::open(folder.path().string());
    const auto chain = Blockchain::open(**store, mini.genesis(), mini.rules());
    const auto blocks = mini.mine_many(mini.genesis_block(), 2);
    const auto orphan = [&](std::uint64_t difficulty, std::uint8_t miner) {
        const auto change = [&](test::HeaderDraft& draft) {
            draft.difficulty = U256(difficulty);
            draft.parent_hash.bytes.fill(miner);
        };
        return mini.mine(blocks.back(), {.miner = miner, .change = change});
    };
    const auto take = [&](const test::MinedBlock& block) {
        const BytesView bytes = block.rlp;
        return (*chain)->import({&bytes, 1}, 0, attacker);
    };
    const auto rows = [&] {
        std::size_t out = 0;
        (*store)->orphans(1, [&](const WaitingBlock&) { ++out; });
        return out;
    };
    take(blocks[0]);
    REQUIRE((*chain)->head().difficulty == U256(1'000));
    const std::uint64_t line = 1'000 / Blockchain::cheap_part;
    for (const std::uint64_t claim : {std::uint64_t{1}, line - 1}) {
        const BatchResult result = take(orphan(claim, 30));
        CHECK(result.blocks.front().verdict == Verdict::unknown_parent); // so its sender is asked
        CHECK(result.useless == 0);                                      // it costs us nothing
        CHECK((*chain)->orphans() == 0);
        CHECK(rows() == 0);
    }
    for (const std::uint64_t claim : {line, std::uint64_t{1'000}, std::uint64_t{50'000}}) {
        const BatchResult result = take(orphan(claim, static_cast<std::uint8_t>(claim % 251)));
        CHECK(result.blocks.front().verdict == Verdict::unknown_parent);
        CHECK(result.useless == 0);
    }
    CHECK((*chain)->orphans() == 3);
    CHECK(rows() == 3);
    // A claim without the work for it is seen before anything is kept.
    test::MinedBlock idle = orphan(50'000, 99);
    const auto header = rlp::first_item(rlp::first_item(idle.rlp)->payload());
    idle.rlp[static_cast<std::size_t>(header->begin - idle.rlp.data()) + header->whole().size() - 1] ^= 1;
    const BatchResult result = take(idle);
    REQUIRE(result.blocks.front().error);
    CHECK(*result.blocks.front().error->code == errors::bad_proof_of_work);
    CHECK((*chain)->orphans() == 3);
}
