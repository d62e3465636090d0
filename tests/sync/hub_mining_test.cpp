// A hub that mines: what it works on, and what becomes of its blocks.
#include <doctest/doctest.h>

#include <algorithm>

#include "sync/miner.hpp"
#include "tests/support/hub_bench.hpp"
#include "tests/support/mini_transaction.hpp"

using namespace ethpoc;
using namespace ethpoc::sync;
using test::HubBench;
using test::MinedBlock;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

namespace {

constexpr std::uint64_t of_day = 1'400'000'000; // Unix seconds; after the birth of the chain in the test

/// Finds when it is told to.
class ManualMiner final : public MinerPort {
  public:
    void set(SharedWork to) override {
        work = std::move(to);
        ++sets;
    }
    std::optional<Found> take() override { return std::exchange(found, std::nullopt); }
    void find() {
        Hash256 next{};
        std::uint64_t left = 1u << 20;
        found = Found{work, chain::seal(*work, chain::search(*work, next, left).value())};
    }

    SharedWork work{};
    std::optional<Found> found{};
    std::size_t sets = 0;
};

/// The accounts of PoC-5, and those of keys 1 and 2 with what is mined.
const chain::Premine& of_poc5() {
    return *std::ranges::find(chain::all_premines(), std::string_view("cpp@f96ab229e"), &chain::Premine::name);
}

struct MiningBench : HubBench {
    MiningBench() : HubBench(23, {}, ":memory:", &of_poc5()) {
        hub->mine(miner, {.coinbase = test::address_of(1)});
        up(1, "23");
        up(2, "23");
        tick();
        told();
    }
    void tick() { hub->tick_mining(now, of_day); }
    Lines find() {
        miner.find();
        tick();
        return told();
    }

    ManualMiner miner{};
};

bool has(const Lines& lines, std::string_view line) {
    return std::ranges::find(lines, line) != lines.end();
}

} // namespace

TEST_CASE("hub mining: a block that is found is stored and told to everybody, and the next one is begun") {
    MiningBench bench;
    REQUIRE(bench.miner.work);
    CHECK(bench.miner.work->number == 1);
    const Lines told = bench.find();
    CHECK(has(told, "mined 1 0 0"));
    CHECK(has(told, "1 Blocks 1"));
    CHECK(has(told, "2 Blocks 1"));
    CHECK(bench.head() == 1);
    CHECK(bench.miner.work->number == 2);
    CHECK(bench.miner.work->parent == bench.hub->chain().head().hash);
    CHECK(bench.board.find(bench.hub->chain().genesis().hash)->number == 1);
}

TEST_CASE("hub mining: a head from a peer replaces the work before anything else is done") {
    MiningBench bench;
    const auto block = bench.mini.mine(bench.mini.genesis_block());
    bench.newest_first(1, {block});
    CHECK(bench.hub->mining_deadline() <= bench.now); // it is due now
    bench.tick();
    CHECK(bench.miner.work->parent == block.record.hash);
    CHECK(bench.hub->mining_deadline() > bench.now);
}

TEST_CASE("hub mining: a block that was overtaken is kept, told to nobody, and becomes an uncle") {
    MiningBench bench;
    bench.find();
    bench.miner.find(); // block 2
    const auto rlp = bench.hub->chain().rlp(bench.hub->chain().head().hash);
    MinedBlock parent = bench.mini.genesis_block();
    parent.record = bench.hub->chain().head();
    parent.state.reset();
    // The peer's block 2 comes first; its state root is that which the miner found, with another miner's reward: nobody
    // can make it without the accounts, so it is made by a second miner on the same chain.
    ManualMiner other;
    const auto work = bench.hub->chain().work({}, {.coinbase = test::address_of(2), .now_seconds = of_day});
    REQUIRE(work);
    other.set(std::make_shared<const chain::Work>(*work));
    other.find();
    bench.give(1, command::NewBlock{other.found->block, {}});
    CHECK(bench.head() == 2);
    bench.told();
    bench.tick();
    const Lines told = bench.told();
    CHECK(has(told, "mined late 2 0 0"));
    CHECK_FALSE(has(told, "2 Blocks 1"));
    CHECK(bench.miner.work->number == 3);
    CHECK(bench.miner.work->uncles == 1);
    CHECK(has(bench.find(), "mined 3 0 1"));
}

TEST_CASE("hub mining: what waits in the pool goes into a block once") {
    MiningBench bench;
    bench.find(); // key 1 has a reward now
    bench.transactions(1, {test::sign_transaction(bench.mini.rules().transaction, {.value = 1000})});
    bench.tick();
    CHECK(bench.miner.work->transactions == 0); // more may come with it
    CHECK(bench.hub->mining_deadline() == bench.now + 250ms);
    bench.now += 250ms;
    bench.tick();
    CHECK(bench.miner.work->transactions == 1);
    CHECK(has(bench.find(), "mined 2 1 0"));
    bench.now += 4s;
    bench.tick();
    CHECK(bench.miner.work->transactions == 0);
}

TEST_CASE("hub mining: transactions of a branch that lost wait again") {
    MiningBench bench;
    bench.find();
    const auto fork = bench.hub->chain().head();
    const auto branch = [&](std::uint64_t seconds) {
        const auto work = bench.hub->chain().work({}, {.coinbase = test::address_of(2), .now_seconds = seconds});
        ManualMiner other;
        other.set(std::make_shared<const chain::Work>(*work));
        other.find();
        return other.found->block;
    };
    const Bytes rival = branch(of_day); // block 2 of the other branch
    bench.transactions(1, {test::sign_transaction(bench.mini.rules().transaction, {.value = 1000})});
    bench.now += 4s;
    bench.tick();
    CHECK(has(bench.find(), "mined 2 1 0"));
    REQUIRE(fork.number == 1);
    bench.give(1, command::NewBlock{rival, {}}); // as heavy as ours: nothing moves
    // Block 3 of the other branch makes it the heavier one.
    auto store = chain::Store::open(":memory:");
    auto twin = chain::Blockchain::open(**store, bench.hub->chain().genesis(), bench.mini.rules());
    const auto first = bench.hub->chain().rlp(fork.hash);
    const std::vector<BytesView> both{*first, rival};
    REQUIRE((*twin)->import(both, of_day).imported == 2);
    const auto work = (*twin)->work({}, {.coinbase = test::address_of(2), .now_seconds = of_day});
    ManualMiner other;
    other.set(std::make_shared<const chain::Work>(*work));
    other.find();
    bench.give(1, command::NewBlock{other.found->block, {}});
    CHECK(bench.head() == 3);
    CHECK(has(bench.told(), "reorg 1"));
    bench.tick();
    CHECK(bench.miner.work->transactions == 1);
    CHECK(bench.miner.work->uncles == 0); // only children of the grandparent here, and ours is older
}

TEST_CASE("hub mining: a chain whose accounts are unknown says so once, and its miner rests") {
    HubBench bench(23);
    ManualMiner miner;
    bench.hub->mine(miner, {});
    for (int i = 0; i < 3; ++i) {
        bench.hub->tick_mining(bench.now, of_day);
        bench.now += 4s;
    }
    CHECK(bench.told() == Lines{"idle chain.cannot_mine"});
    CHECK_FALSE(miner.work);
}

TEST_CASE("hub mining: from which block on the accounts are unknown is told when it comes") {
    HubBench bench(23, {}, ":memory:", &of_poc5());
    bench.up(1, "23");
    bench.told();
    const Address miner = test::address_of(1);
    const Bytes coinbase(miner.bytes.begin(), miner.bytes.end());
    std::vector<MinedBlock> blocks = bench.mini.mine_many(bench.mini.genesis_block(), 2, {.coinbase = coinbase});
    blocks.push_back(bench.mini.mine(
        blocks.back(),
        {.transactions = {test::sign_transaction(bench.mini.rules().transaction, {.to = Bytes(20), .value = 0})}}));
    bench.newest_first(1, blocks);
    CHECK(has(bench.told(), "unknown 3"));
    bench.newest_first(1, {bench.mini.mine(blocks.back())});
    CHECK_FALSE(has(bench.told(), "unknown 3"));
}

TEST_CASE("miner: threads find a block of the work that was set last, and one only") {
    const chain::Rules& rules = chain::rules_for(23);
    const chain::Genesis genesis = chain::make_genesis("miner", rules, U256{64}, {});
    const auto store = chain::Store::open(":memory:");
    const auto chain = chain::Blockchain::open(**store, genesis, rules);
    const auto make = [&](std::uint8_t who, const U256& difficulty) {
        auto work = (*chain)->work({}, {.coinbase = test::address_of(who), .now_seconds = of_day});
        work->difficulty = difficulty;
        return std::make_shared<const chain::Work>(*work);
    };
    U256 hopeless;
    hopeless.limbs[3] = ~std::uint64_t{0};
    std::mutex mutex;
    std::condition_variable rang;
    unsigned bells = 0;
    Miner miner(3, [&] {
        const std::lock_guard lock(mutex);
        ++bells;
        rang.notify_all();
    });
    miner.set(make(1, hopeless));
    const auto easy = make(2, U256{64});
    miner.set(easy);
    std::unique_lock lock(mutex);
    REQUIRE(rang.wait_for(lock, 60s, [&] { return bells == 1; }));
    const auto found = miner.take();
    REQUIRE(found);
    CHECK(found->work == easy);
    CHECK(chain::decode_block(rules, found->block)->header.coinbase[0] == test::address_of(2).bytes[0]);
    CHECK_FALSE(miner.take());
    lock.unlock();
    miner.set(make(1, hopeless)); // and it ends while all of them search
}

TEST_CASE("miner: a block may be at most a few seconds younger than the clock") {
    chain::Work work;
    work.timestamp = 100;
    CHECK_FALSE(too_early(work, 100));
    CHECK_FALSE(too_early(work, 95));
    CHECK(too_early(work, 94));
}
