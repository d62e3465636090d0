// A chain whose state is checked: what it refuses, and what it knows after a restart and a reorganisation.
#include <doctest/doctest.h>

#include "chain/blockchain.hpp"
#include "tests/chain/recorded.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/mini_transaction.hpp"
#include "tests/support/shared.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;
using test::MinedBlock;
using test::MineOptions;

namespace {

const Premine& poc3_premine() {
    return *std::ranges::find(all_premines(), std::string_view("cpp@c186d8f4d"), &Premine::name);
}

Bytes bytes_of_address(std::uint8_t key) {
    const Address address = test::address_of(key);
    return {address.bytes.begin(), address.bytes.end()};
}

/// A chain with right state roots that anybody can mine on, and a store.
struct Bench {
    explicit Bench(unsigned version = 7, std::string directory = ":memory:") :
        mini(rules_for(version), 4, &poc3_premine()), folder(std::move(directory)) {
        open();
    }

    void open(StateCheck state = StateCheck::on) {
        chain.reset();
        store.reset();
        store = std::move(*Store::open(folder));
        chain = std::move(*Blockchain::open(*store, mini.genesis(), mini.rules(), state));
    }
    BatchResult import(const std::vector<MinedBlock>& blocks) const { return chain->import(test::views(blocks), 0); }
    std::string state() const { return chain->state()->text(); }
    /// Block `n` of this branch pays something from its miner to somebody; nonces count up.
    std::vector<MinedBlock> grow(const MinedBlock& from, std::size_t count, std::uint8_t key = 1,
                                 std::uint64_t nonce = 0) const {
        std::vector<MinedBlock> out;
        for (std::size_t i = 0; i < count; ++i) {
            MineOptions options{.coinbase = bytes_of_address(key)};
            if (i > 0) {
                options.transactions = {
                    test::sign_transaction(mini.rules().transaction, {.key = key, .nonce = nonce + i - 1})};
            }
            out.push_back(mini.mine(i == 0 ? from : out.back(), options));
        }
        return out;
    }

    test::MiniChain mini;
    std::string folder;
    std::unique_ptr<Store> store{};
    std::unique_ptr<Blockchain> chain{};
};

MineOptions wrong_root() {
    return {.change = [](test::HeaderDraft& header) { header.state_root[31] ^= 1; }};
}

} // namespace

TEST_CASE("blockchain state: a right chain of each layout is checked to its head") {
    for (const unsigned version : {5U, 7U, 11U, 13U, 17U, 20U, 23U, 28U, 29U, 33U, 36U, 37U, 44U, 49U, 52U, 54U}) {
        CAPTURE(version);
        Bench bench(version);
        const auto blocks = bench.grow(bench.mini.genesis_block(), 6);
        const auto result = bench.import(blocks);
        for (const Import& block : result.blocks) {
            INFO((block.error ? block.error->message() : ""));
            CHECK(block.verdict == Verdict::imported);
        }
        CHECK(bench.state() == "checked to #6");
        CHECK_FALSE(bench.chain->verify(0));
        CHECK_FALSE(bench.chain->verify(4));
        CHECK(bench.chain->account(bytes_of_address(1))->nonce == 5);
        CHECK(bench.chain->account(Bytes(20, 0x42))->balance == U256{5000});
    }
}

TEST_CASE("blockchain state: a wrong root refuses the block and what follows it") {
    for (const unsigned version : {7U, 23U, 49U}) {
        CAPTURE(version);
        Bench bench(version);
        const auto good = bench.grow(bench.mini.genesis_block(), 3);
        const auto bad = bench.mini.mine(good.back(), wrong_root());
        const auto child = bench.mini.mine(bad);
        const auto grandchild = bench.mini.mine(child);
        auto all = good;
        all.insert(all.end(), {bad, child, grandchild});
        const auto result = bench.import(all);
        CHECK(result.imported == 3);
        REQUIRE(result.blocks[3].error);
        CHECK(*result.blocks[3].error->code == errors::bad_state_root);
        CHECK(result.blocks[3].error->path == "header.state_root");
        CHECK(result.blocks[3].error->detail.find(", expected ") == 64);
        const std::string why =
            "block 4 " + to_hex(bad.record.hash) + " was refused: " + result.blocks[3].error->message();
        for (const std::size_t i : {4U, 5U}) {
            CHECK(result.blocks[i].verdict == Verdict::invalid);
            REQUIRE(result.blocks[i].error);
            CHECK(*result.blocks[i].error->code == errors::refused_ancestor);
            CHECK(result.blocks[i].error->detail == why);
        }
        const auto again = bench.import({bad});
        REQUIRE(again.blocks[0].error);
        CHECK(again.blocks[0].error->message() == result.blocks[3].error->message());
        CHECK(bench.chain->head().number == 3);
        CHECK(bench.chain->orphans() == 0);
        // The chain goes on all the same, also for a descendant whose way to the bad block was not seen.
        CHECK(bench.import({bench.mini.mine(good.back())}).imported == 1);
        CHECK(bench.state() == "checked to #4");
    }
}

TEST_CASE("blockchain state: a wrong nonce and too little money are refused") {
    struct Row {
        test::TransactionDraft draft;
        const ErrorCode* code;
        const char* path;
    };
    U256 riches;
    riches.limbs[2] = 1;
    for (const unsigned version : {7U, 11U, 23U, 49U}) {
        for (const Row& row : {Row{{.nonce = 1}, &errors::bad_nonce, "transactions[0].nonce"},
                               Row{{.value = riches}, &errors::bad_balance, "transactions[0].value"},
                               Row{{.key = 2}, &errors::bad_balance, "transactions[0].value"}}) {
            CAPTURE(version);
            Bench bench(version);
            const auto first = bench.grow(bench.mini.genesis_block(), 1);
            const auto bad = bench.mini.mine(
                first.back(), {.transactions = {test::sign_transaction(bench.mini.rules().transaction, row.draft)}});
            const auto result = bench.import({first[0], bad});
            REQUIRE(result.blocks[1].error);
            CHECK(*result.blocks[1].error->code == *row.code);
            CHECK(result.blocks[1].error->path == row.path);
            CHECK(bench.chain->head().number == 1);
        }
    }
}

TEST_CASE("blockchain state: off takes any root and says nothing") {
    Bench bench;
    bench.open(StateCheck::off);
    const auto bad = bench.mini.mine(bench.mini.genesis_block(), wrong_root());
    CHECK(bench.import({bad}).imported == 1);
    CHECK_FALSE(bench.chain->state());
    CHECK_FALSE(bench.chain->account(Bytes(20)));
    CHECK_FALSE(bench.chain->verify(0));
}

TEST_CASE("blockchain state: what was imported without a check is checked when it is on") {
    const test::TemporaryFolder folder;
    Bench bench(7, folder.path().string());
    bench.open(StateCheck::off);
    const auto good = bench.grow(bench.mini.genesis_block(), 3);
    const auto bad = bench.mini.mine(good.back(), wrong_root());
    REQUIRE(bench.import(good).imported == 3);
    REQUIRE(bench.import({bad}).imported == 1);
    bench.open();
    CHECK(bench.state().starts_with(
        "checked to #3, unknown from #4 because block 4 breaks a rule: chain.bad_state_root"));
    const auto fault = bench.chain->verify(0);
    REQUIRE(fault);
    CHECK(fault->first.number == 4);
    CHECK(*fault->second.code == errors::bad_state_root);
    CHECK(bench.import({bench.mini.mine(bad)}).imported == 1); // followed as before
}

TEST_CASE("blockchain state: from a block that runs code on it is unknown and the chain goes on") {
    const test::TemporaryFolder folder;
    Bench bench(11, folder.path().string());
    const auto good = bench.grow(bench.mini.genesis_block(), 3);
    const auto creates = bench.mini.mine(
        good.back(), {.transactions = {test::sign_transaction(bench.mini.rules().transaction,
                                                              {.nonce = 2, .to = Bytes(20), .value = 0, .gas = 100})}});
    const auto later = bench.mini.mine(creates, wrong_root());
    const auto side = bench.mini.mine(good.back(), wrong_root());
    REQUIRE(bench.import(good).imported == 3);
    CHECK(bench.import({creates, later}).imported == 2);
    const std::string text = "checked to #3, unknown from #4 because transaction 0 of block 4 creates a contract";
    CHECK(bench.state() == text);
    CHECK_FALSE(bench.chain->verify(0));
    CHECK_FALSE(bench.chain->verify(5));
    CHECK_FALSE(bench.chain->account(Bytes(20)));
    const auto refused = bench.import({side}); // below the gap all is known
    REQUIRE(refused.blocks[0].error);
    CHECK(*refused.blocks[0].error->code == errors::bad_state_root);
    bench.open();
    CHECK(bench.state() == text);
    // A heavier branch without the creation is known again.
    const auto branch = bench.grow(good.back(), 3, 1, 2);
    CHECK(bench.import(branch).imported == 3);
    CHECK(bench.chain->head().number == 6);
    CHECK(bench.state() == "checked to #6");
}

TEST_CASE("blockchain state: a reorganisation takes the accounts of the branch") {
    const test::TemporaryFolder folder;
    Bench bench(23, folder.path().string());
    const auto trunk = bench.grow(bench.mini.genesis_block(), 5);
    const auto left = bench.grow(trunk.back(), 3, 2);
    const auto right = bench.grow(trunk.back(), 4, 3);
    REQUIRE(bench.import(trunk).imported == 5);
    REQUIRE(bench.import(left).imported == 3);
    CHECK(bench.chain->account(bytes_of_address(2))->nonce == 2);
    const auto result = bench.import(right);
    CHECK(result.imported == 4);
    REQUIRE(result.head);
    CHECK(result.head->left.size() == 3);
    CHECK(bench.state() == "checked to #9");
    CHECK(bench.chain->account(bytes_of_address(2)) == Account{});
    CHECK(bench.chain->account(bytes_of_address(3))->nonce == 3);
    // ... and back, after a restart: the branch that lost its place is not in the book then.
    bench.open();
    const auto more = bench.grow(left.back(), 2, 2, 2);
    CHECK(bench.import(more).imported == 2);
    CHECK(bench.chain->head().hash == more.back().record.hash);
    CHECK(bench.state() == "checked to #10");
    CHECK(bench.chain->account(bytes_of_address(2))->nonce == 3);
    CHECK_FALSE(bench.chain->verify(0));
}

TEST_CASE("blockchain state: a wrong block on a side chain does not become part of ours") {
    Bench bench;
    const auto trunk = bench.grow(bench.mini.genesis_block(), 4);
    const auto good = bench.mini.mine(trunk[0], {.miner = 9});
    const auto bad = bench.mini.mine(good, wrong_root());
    const auto heavy = bench.mini.mine_many(bad, 10);
    REQUIRE(bench.import(trunk).imported == 4);
    std::vector<MinedBlock> branch{good, bad};
    branch.insert(branch.end(), heavy.begin(), heavy.end());
    const auto result = bench.import(branch);
    CHECK(result.imported == 1);
    CHECK(bench.chain->head().hash == trunk.back().record.hash);
    CHECK(bench.state() == "checked to #4");
}

TEST_CASE("blockchain state: a branch that left long ago is checked when it would become the heaviest") {
    for (const bool is_bad : {true, false}) {
        CAPTURE(is_bad);
        Bench bench;
        const auto trunk = bench.mini.mine_many(bench.mini.genesis_block(), StateBook::most_blocks + 100);
        REQUIRE(bench.import(trunk).imported == trunk.size());
        // Each of its blocks is as heavy as one of ours: it needs as many and one more.
        std::vector<MinedBlock> branch{bench.mini.mine(trunk[10], {.miner = 9})};
        while (branch.size() < trunk.size() - 10) {
            MineOptions options{.miner = 9};
            if (is_bad && branch.size() == 5) { options.change = wrong_root().change; }
            branch.push_back(bench.mini.mine(branch.back(), options));
        }
        const auto result = bench.import(branch);
        CHECK(bench.chain->head().hash == (is_bad ? trunk.back().record.hash : branch.back().record.hash));
        CHECK(bench.state() == "checked to #" + std::to_string(trunk.size() + (is_bad ? 0 : 1)));
        if (!is_bad) { continue; }
        CHECK(result.imported == branch.size() - 1); // they lie there, as any side chain does
        REQUIRE(result.blocks.back().error);
        CHECK(*result.blocks.back().error->code == errors::refused_ancestor);
        CHECK(result.blocks.back().error->detail.starts_with("block 17 " + to_hex(branch[5].record.hash)));
        const auto more = bench.import({bench.mini.mine(branch.back()), bench.mini.mine(branch[branch.size() - 2])});
        CHECK(more.imported == 0);
        CHECK(*more.blocks[0].error->code == errors::refused_ancestor);
        CHECK(*more.blocks[1].error->code == errors::refused_ancestor);
    }
}

TEST_CASE("blockchain state: a restart begins with the state that was kept") {
    const test::TemporaryFolder folder;
    Bench bench(7, folder.path().string());
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 1500);
    REQUIRE(bench.import(std::vector(blocks.begin(), blocks.begin() + 1200)).imported == 1200);
    REQUIRE(bench.store->state(1));
    const auto kept = decode_kept(bench.mini.rules(), *bench.store->state(1));
    REQUIRE(kept);
    CHECK(kept->number == 1200 - 256);
    CHECK(kept->block == blocks[kept->number - 1].record.hash);
    REQUIRE(bench.import(std::vector(blocks.begin() + 1200, blocks.end())).imported == 300);
    bench.open();
    const std::uint64_t before = TrieMap::encoded();
    CHECK(bench.state() == "checked to #1500");
    const std::uint64_t replayed = TrieMap::encoded() - before;
    CHECK(replayed > 0);
    CHECK(replayed < 6 * (1500 - kept->number + 20)); // five accounts, a few nodes a block
    CHECK(bench.import({bench.mini.mine(blocks.back())}).imported == 1);
    CHECK(bench.import({bench.mini.mine(blocks.back(), wrong_root())}).imported == 0);
    // What somebody wrote there is not believed.
    auto forged = *kept;
    forged.state.set(Bytes(20, 3), {1, 1});
    REQUIRE(bench.store->put_state(1, encode_kept(forged)));
    bench.open();
    CHECK(bench.state() == "checked to #1501");
    for (const char* const garbage : {"", "c0", "80", "ffffffff", "c4808080c0"}) {
        REQUIRE(bench.store->put_state(1, test::hex(garbage)));
        bench.open();
        CHECK(bench.state() == "checked to #1501");
    }
}

TEST_CASE("blockchain state: one that was kept of a branch that lost its place is not used") {
    const test::TemporaryFolder folder;
    Bench bench(7, folder.path().string());
    const auto blocks = bench.grow(bench.mini.genesis_block(), 3);
    const auto branch = bench.grow(bench.mini.genesis_block(), 4, 2);
    REQUIRE(bench.import(blocks).imported == 3);
    REQUIRE(bench.store->put_state(1, encode_kept({blocks[1].record.hash, 2, *blocks[1].state})));
    REQUIRE(bench.import(branch).imported == 4);
    bench.open();
    CHECK(bench.state() == "checked to #4");
    CHECK(bench.chain->account(bytes_of_address(1)) == Account{});
}

TEST_CASE("blockchain state: recorded chains are checked to their heads") {
    for (const char* const name : {"cpp-0.3.10", "go-p08", "go-p17", "cpp-poc7", "go-p54-eqtime"}) {
        CAPTURE(name);
        const auto recorded = test::read_chain(test::test_file(std::string("chains/") + name + ".jsonl"));
        const auto store = Store::open(":memory:");
        const auto chain = Blockchain::open(**store, recorded.genesis(), recorded.rules());
        REQUIRE(chain);
        CHECK((*chain)->state()->text() == "checked to #0");
        CHECK((*chain)->import(recorded.views(), 0).imported == recorded.blocks.size());
        CHECK((*chain)->state()->text() == "checked to #" + std::to_string(recorded.blocks.size()));
    }
}

TEST_CASE("blockchain state: a genesis that nobody recorded is said") {
    const test::MiniChain mini(rules_for(7));
    const auto store = Store::open(":memory:");
    const auto chain = Blockchain::open(**store, mini.genesis(), mini.rules());
    REQUIRE(chain);
    CHECK((*chain)->import(test::views(mini.mine_many(mini.genesis_block(), 2)), 0).imported == 2);
    CHECK((*chain)->state()->text() == "unknown from #0 because the accounts of its genesis are not recorded");
}
