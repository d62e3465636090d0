// A verify that is stopped and goes on, accounts below the head, and following a chain that another one writes.
#include <doctest/doctest.h>

#include "chain/blockchain.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;

namespace {

/// A writer and a reader of one store on disk.
struct TwoSides {
    test::TemporaryFolder folder{};
    test::MiniChain mini{
        chain::rules_for(11), 4,
        &*std::ranges::find(chain::all_premines(), std::string_view("cpp@c186d8f4d"), &chain::Premine::name)};
    std::unique_ptr<chain::Store> store = *chain::Store::open(folder.path().string());
    std::unique_ptr<chain::Blockchain> writer = *chain::Blockchain::open(*store, mini.genesis(), mini.rules());
    std::unique_ptr<chain::Store> read_store = *chain::Store::open(folder.path().string(), true);
    std::unique_ptr<chain::Blockchain> reader = *chain::Blockchain::open(*read_store, mini.genesis(), mini.rules());

    void write(const std::vector<test::MinedBlock>& blocks) const {
        const std::vector<BytesView> views = [&] {
            std::vector<BytesView> out;
            for (const test::MinedBlock& block : blocks) {
                out.emplace_back(block.rlp);
            }
            return out;
        }();
        REQUIRE(writer->import(views, 0).imported == blocks.size());
    }
};

} // namespace

TEST_CASE("follow: growth and a reorganisation are seen by the one who reads") {
    const TwoSides both;
    CHECK_FALSE(both.reader->follow());
    const auto trunk = both.mini.mine_many(both.mini.genesis_block(), 6);
    both.write(trunk);
    const auto grown = both.reader->follow();
    REQUIRE(grown);
    CHECK(grown->left.empty());
    CHECK(both.reader->head().hash == trunk[5].record.hash);
    CHECK_FALSE(both.reader->follow());
    const auto branch = both.mini.mine_many(trunk[2], 5, {.seconds = 11, .miner = 3});
    both.write(branch);
    const auto change = both.reader->follow();
    REQUIRE(change);
    CHECK(change->from.hash == trunk[5].record.hash);
    CHECK(change->to.hash == branch[4].record.hash);
    CHECK(change->left == std::vector{trunk[5].record.hash, trunk[4].record.hash, trunk[3].record.hash});
    REQUIRE(change->joined.size() == 5);
    CHECK(change->joined.front() == branch[0].record.hash);
    CHECK(both.reader->canonical(4)->hash == branch[0].record.hash);
    CHECK(both.reader->canonical(6)->hash == branch[2].record.hash);
    CHECK_FALSE(both.reader->canonical(9));
}

TEST_CASE("follow: what is read together is of one moment while the other one writes") {
    const TwoSides both;
    const auto trunk = both.mini.mine_many(both.mini.genesis_block(), 3);
    both.write(trunk);
    both.read_store->read_together([&] {
        REQUIRE(both.reader->follow());
        both.write(both.mini.mine_many(trunk[0], 4, {.miner = 3})); // the writer is not held up
        CHECK(both.reader->canonical(2)->hash == trunk[1].record.hash);
        CHECK_FALSE(both.reader->follow());
    });
    CHECK(both.reader->follow()->to.number == 5);
    CHECK_FALSE(both.read_store->trouble());
}

TEST_CASE("walk: every block is seen once and side chains too and it ends when asked") {
    const TwoSides both;
    const auto trunk = both.mini.mine_many(both.mini.genesis_block(), 300);
    both.write(trunk);
    both.write({both.mini.mine(trunk[10], {.miner = 3})});
    std::vector<Hash256> seen;
    both.reader->walk([&](const chain::BlockRecord& record, BytesView rlp) {
        CHECK(chain::block_hash(both.mini.rules(), rlp) == record.hash);
        seen.push_back(record.hash);
        return true;
    });
    CHECK(seen.size() == 302);
    std::ranges::sort(seen);
    CHECK(std::ranges::adjacent_find(seen) == seen.end());
    std::size_t some = 0;
    both.reader->walk([&](const chain::BlockRecord&, BytesView) { return ++some < 257; });
    CHECK(some == 257);
}

TEST_CASE("verify: one that is stopped says how far it came and another one goes on with its accounts") {
    const TwoSides both;
    const auto trunk = both.mini.mine_many(both.mini.genesis_block(), 200);
    both.write(trunk);
    both.reader->follow();
    const auto stopped = both.reader->verify_while(0, [](std::uint64_t number) { return number < 128; });
    CHECK_FALSE(stopped.fault);
    CHECK(stopped.stopped);
    CHECK(stopped.last.number == 127);
    CHECK(stopped.last.hash == trunk[126].record.hash);
    const auto kept = chain::decode_kept(both.mini.rules(), stopped.state);
    REQUIRE(kept);
    CHECK(kept->state.root() == trunk[126].state->root());

    const auto again = *chain::Blockchain::open(*both.read_store, both.mini.genesis(), both.mini.rules());
    std::uint64_t replayed = 0;
    again->on_replay([&](std::uint64_t) { return ++replayed, true; });
    std::uint64_t first = 0;
    const auto rest = again->verify_while(
        128, [&](std::uint64_t number) { return first = first == 0 ? number : first, true; }, stopped.state);
    CHECK_FALSE(rest.fault);
    CHECK_FALSE(rest.stopped);
    CHECK(rest.last.number == 200);
    CHECK(first == 128);
    CHECK(replayed == 0);
    CHECK_FALSE(again->verify_while(128, {}, Bytes{1, 2, 3}).fault);
    CHECK(replayed != 0);
}

TEST_CASE("account at a block: known below the head and not once the replay is stopped") {
    const TwoSides both;
    const auto trunk = both.mini.mine_many(both.mini.genesis_block(), 100, {.coinbase = Bytes(20, 0x11)});
    both.write(trunk);
    both.reader->follow();
    const auto at = [&](const auto& chain, std::uint64_t number) {
        return chain->account_at(*chain->canonical(number), Bytes(20, 0x11));
    };
    CHECK(*at(both.reader, 100) == trunk[99].state->find(Bytes(20, 0x11)));
    CHECK(*at(both.reader, 7) == trunk[6].state->find(Bytes(20, 0x11)));
    CHECK(*at(both.reader, 0) == std::nullopt);
    const auto other = *chain::Blockchain::open(*both.read_store, both.mini.genesis(), both.mini.rules());
    other->on_replay([](std::uint64_t) { return false; });
    const auto none = at(other, 90);
    REQUIRE_FALSE(none);
    CHECK(none.error().from == 65);
    const auto off =
        *chain::Blockchain::open(*both.read_store, both.mini.genesis(), both.mini.rules(), chain::StateCheck::off);
    CHECK_FALSE(at(off, 90));
}
