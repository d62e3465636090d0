// One chain and its peers: who is told of what.
#include "sync/hub.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/support/hub_bench.hpp"
#include "tests/support/mini_transaction.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;
using namespace ethpoc::sync;
using test::HubBench;
using wire::MessageType;
using Lines = std::vector<std::string>;

namespace {

/// Peers 1 to `n`, each in sync.
void connect(HubBench& bench, wire::ConnectionId n, std::string_view protocol = "11") {
    for (wire::ConnectionId id = 1; id <= n; ++id) {
        bench.up(id, protocol);
        bench.newest_first(id, {});
    }
    bench.told();
}

std::size_t count(const Lines& lines, std::string_view beginning) {
    return static_cast<std::size_t>(
        std::ranges::count_if(lines, [&](const std::string& line) { return line.starts_with(beginning); }));
}

} // namespace

TEST_CASE("hub: a new block goes to all but its sender") {
    HubBench bench;
    connect(bench, 3);
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 1);
    bench.newest_first(1, blocks);
    CHECK(bench.told() == Lines{"imported 1 1", "2 Blocks 1", "3 Blocks 1"});
    bench.newest_first(2, blocks); // it comes back
    bench.newest_first(1, blocks);
    CHECK(bench.told().empty());
}

TEST_CASE("hub: the head is on the board for hello") {
    HubBench bench;
    connect(bench, 1);
    const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 2);
    bench.newest_first(1, blocks);
    const auto head = bench.board.find(bench.mini.genesis().hash);
    REQUIRE(head);
    CHECK(head->number == 2);
    CHECK(head->hash == blocks.back().record.hash);
}

TEST_CASE("hub: a peer that cannot use blocks is not told of them") {
    HubBench bench;
    PeerTraits server;
    server.has_chain = false;
    PeerTraits quiet;
    quiet.quirks.announce = false;
    bench.up(1);
    bench.newest_first(1, {});
    bench.up(2, "11", server);
    bench.up(3, "11", quiet);
    bench.newest_first(3, {});
    bench.told();
    bench.newest_first(1, bench.mini.mine_many(bench.mini.genesis_block(), 1));
    CHECK(bench.told() == Lines{"imported 1 1"});
}

TEST_CASE("hub: blocks of a peer on another chain are not looked at") {
    HubBench bench;
    PeerTraits foreign;
    foreign.has_chain = false;
    bench.up(1, "11", foreign);
    bench.told();
    bench.newest_first(1, bench.mini.mine_many(bench.mini.genesis_block(), 1));
    CHECK(bench.told() == Lines{});
}

TEST_CASE("hub: a peer whose Status names another chain is asked nothing, told nothing and not answered") {
    HubBench bench;
    PeerTraits other;
    other.has_chain = false;
    other.other_chain = true;
    bench.own(bench.mini.mine_many(bench.mini.genesis_block(), 2));
    bench.up(1, "p2p2/eth49", other);
    bench.up(2, "p2p2/eth49");
    bench.told();
    const Bytes one = test::sign_transaction(bench.mini.rules().transaction, {.nonce = 1});
    bench.transactions(2, {one});
    CHECK(bench.told() == Lines{"transaction"});
    const Hash256 head = bench.hub->chain().head().hash;
    bench.give(1, command::GetBlockHashes{head, 5});
    bench.give(1, command::GetBlocks{{head}});
    bench.give(1, command::GetTransactions{});
    bench.transactions(1, {test::sign_transaction(bench.mini.rules().transaction, {.nonce = 2})});
    bench.newest_first(1, bench.mini.mine_many(bench.mini.genesis_block(), 3));
    CHECK(bench.told() == Lines{});
    bench.give(2, command::GetBlockHashes{head, 5});
    CHECK(bench.told().size() == 1);
}

TEST_CASE("hub: each version gets its own form of a new block") {
    HubBench bench;
    const auto offsets = [](std::uint16_t eth) {
        PeerTraits traits;
        traits.offsets = {.eth = eth, .shh = 0};
        return traits;
    };
    connect(bench, 1);
    bench.up(2, "p2p2/eth49", offsets(0x10));
    bench.up(3, "p2p2/eth49", offsets(0x14));
    bench.told();
    bench.newest_first(1, bench.mini.mine_many(bench.mini.genesis_block(), 1));
    std::vector<std::uint8_t> ids;
    while (auto action = bench.out.try_pop()) {
        if (const auto* relay = std::get_if<action::Relay>(&*action)) {
            CHECK(relay->type == MessageType::NewBlock);
            const auto items = rlp::list_items(BytesView(*relay->frame).subspan(8), rlp::Mode::lenient);
            ids.push_back((*items)[0].payload().front());
        }
    }
    CHECK(ids == std::vector<std::uint8_t>{0x17, 0x1b});
}

TEST_CASE("hub: invalid blocks are told of, one by one, but not without end") {
    HubBench bench;
    connect(bench, 1);
    std::vector<test::MinedBlock> bad = bench.mini.mine_many(bench.mini.genesis_block(), 1);
    bad.front().rlp[20] ^= 1; // another parent, so another proof of work
    for (int i = 0; i < 200; ++i) {
        bad.push_back(bad.front());
    }
    bench.newest_first(1, test::part(bad, 0, 3));
    CHECK(count(bench.told(), "rejected chain.") == 3);
    command::Blocks junk;
    junk.count = 100'000;
    junk.items.assign(junk.count, 0xc0);
    bench.give(1, std::move(junk));
    const auto told = count(bench.told(), "rejected");
    CHECK(told > 64); // enough for the network to end it
    CHECK(told <= 64 + 256);
    CHECK(bench.head() == 0);
}

TEST_CASE("hub: blocks without parents by the thousand are bounded and the chain goes on") {
    HubBench bench;
    connect(bench, 2);
    test::MiniChain elsewhere(rules_for(11), 5);
    const auto foreign = elsewhere.mine_many(elsewhere.genesis_block(), 5000);
    for (std::size_t at = 1; at < 5000; at += 1000) {
        bench.newest_first(1, test::part(foreign, at, 1000));
    }
    CHECK(bench.hub->chain().orphans() <= 4096);
    bench.told();
    bench.newest_first(2, bench.mini.mine_many(bench.mini.genesis_block(), 1));
    CHECK(bench.head() == 1);
}

TEST_CASE("hub: a transaction is told once and does not go back") {
    HubBench bench;
    connect(bench, 3);
    const Bytes one = test::sign_transaction(bench.mini.rules().transaction, {.nonce = 1});
    bench.transactions(1, {one, one});
    CHECK(bench.told() == Lines{"transaction", "2 Transactions 1", "3 Transactions 1"});
    bench.transactions(2, {one});
    bench.transactions(1, {one});
    CHECK(bench.told().empty());
    bench.up(4);
    bench.told();
    bench.give(4, command::GetTransactions{});
    CHECK(count(bench.told(), "4 Transactions 1") == 1);
}

TEST_CASE("hub: a transaction without a sender is not passed on") {
    HubBench bench;
    connect(bench, 2);
    bench.transactions(1, {Bytes{0xc0}, Bytes{0x83, 'a', 'b', 'c'}});
    const auto told = bench.told();
    CHECK(count(told, "rejected ") == 2);
    CHECK(count(told, "2 ") == 0);
    bench.give(2, command::Transactions{Bytes(100'000, 0xc0), 100'000});
    CHECK(bench.told().size() == 65);
}

TEST_CASE("hub: a transaction in a block leaves the pool") {
    HubBench bench;
    connect(bench, 1);
    const Bytes one = test::sign_transaction(bench.mini.rules().transaction, {.nonce = 1});
    bench.transactions(1, {one});
    bench.newest_first(1, {bench.mini.mine(bench.mini.genesis_block(), {.transactions = {one}})});
    CHECK(bench.head() == 1);
    bench.up(2);
    bench.told();
    bench.give(2, command::GetTransactions{});
    CHECK(count(bench.told(), "2 Transactions 0") == 1);
}

TEST_CASE("hub: requests are answered, those of strangers are not") {
    HubBench bench;
    bench.own(bench.mini.mine_many(bench.mini.genesis_block(), 3));
    connect(bench, 1);
    bench.give(1, command::GetChain{{bench.mini.genesis().hash}, 256});
    CHECK(bench.told() == Lines{"1 Blocks 3"});
    bench.give(1, command::GetChain{{}, 256});
    bench.give(9, command::GetChain{{bench.mini.genesis().hash}, 256}); // a peer that is not there
    CHECK(bench.told().empty());
}

TEST_CASE("hub: a peer that asks without a hash is left alone, or starts at the genesis") {
    HubBench bench;
    PeerTraits traits;
    traits.quirks.denies_genesis = true;
    bench.up(1, "23");
    bench.up(2, "23", traits);
    bench.told();
    for (const wire::ConnectionId id : {1, 2}) {
        bench.give(id, command::GetChain{{}, 32});
    }
    CHECK(bench.told() == Lines{"2 Blocks 0"}); // we have none ourselves
    // Nor has it any above the genesis, which it denies. It could not ask for what is below our head either, so it is
    // told from the genesis on.
    for (const wire::ConnectionId id : {1, 2}) {
        bench.give(id, command::NotInChain{bench.mini.genesis().hash});
    }
    bench.told();
    bench.newest_first(1, bench.mini.mine_many(bench.mini.genesis_block(), 3));
    CHECK(bench.told(2) == Lines{"2 Blocks 3"});
}

// ---------------------------------------------------------------- what a peer can make us do with few bytes

namespace {

Hash256 made_up(std::uint64_t n) {
    Hash256 out;
    for (std::size_t i = 0; i < 8; ++i) {
        out.bytes[i] = static_cast<std::uint8_t>(n >> (8 * i));
    }
    out.bytes[31] = 1;
    return out;
}

std::vector<Hash256> made_up_many(std::size_t count) {
    std::vector<Hash256> out;
    for (std::size_t i = 0; i < count; ++i) {
        out.push_back(made_up(i));
    }
    return out;
}

Command blocks_of(std::size_t count, BytesView item) {
    command::Blocks out;
    for (std::size_t i = 0; i < count; ++i) {
        out.items.insert(out.items.end(), item.begin(), item.end());
    }
    out.count = count;
    return {1, std::move(out)};
}

} // namespace

TEST_CASE("hub: no message makes a slice of many look-ups, whatever it holds") {
    for (const unsigned version : {11U, 28U}) {
        HubBench bench(version);
        const auto blocks = bench.mini.mine_many(bench.mini.genesis_block(), 6000);
        bench.own(blocks);
        const auto side = bench.mini.mine_many(blocks[5500], 450, {.miner = 2});
        bench.own(side);
        const std::string protocol = std::to_string(version);
        bench.up(1, protocol);
        bench.up(2, protocol);
        test::MiniChain elsewhere(rules_for(version), 5);
        const auto foreign = elsewhere.mine_many(elsewhere.genesis_block(), 2);
        struct Row {
            std::string what;
            CommandBody body;
            std::size_t most;
        };
        std::vector<Row> rows;
        if (version < 27) { // each version has its own questions
            rows.push_back({"GetChain of the unknown", command::GetChain{made_up_many(500'000), 256}, 600});
            rows.push_back({"NotInChain", command::NotInChain{bench.hub->chain().head().hash}, 30});
        } else {
            constexpr std::uint64_t huge = ~std::uint64_t{};
            rows.push_back({"GetBlocks of the unknown", command::GetBlocks{made_up_many(500'000)}, 520});
            rows.push_back({"GetBlocks of one", command::GetBlocks{std::vector(500'000, blocks[9].record.hash)}, 260});
            rows.push_back({"GetBlockHashes", command::GetBlockHashes{blocks[5990].record.hash, huge}, 5});
            rows.push_back({"on a side chain", command::GetBlockHashes{side.back().record.hash, huge}, 780});
            rows.push_back({"BlockHashes", command::BlockHashes{made_up_many(500'000)}, 260});
        }
        rows.push_back({"GetTransactions", command::GetTransactions{}, 0});
        rows.push_back({"known Blocks", blocks_of(2000, blocks[100].rlp).body, 520});
        rows.push_back({"Blocks without parent", blocks_of(2000, foreign[1].rlp).body, 600});
        rows.push_back({"Blocks that are none", blocks_of(1'000'000, Bytes{0xc0}).body, 5});
        rows.push_back({"Transactions that are none", command::Transactions{Bytes(1'000'000, 0xc0), 1'000'000}, 0});
        rows.push_back({"NewBlock", command::NewBlock{foreign[1].rlp, U256(~std::uint64_t{})}, 40});
        for (Row& row : rows) {
            CAPTURE(version);
            CAPTURE(row.what);
            bench.give(1, std::move(row.body));
            CHECK(bench.lookups <= row.most);
            CHECK(bench.slices < 300);
            bench.told();
        }
    }
}

TEST_CASE("hub: the pool is given out once, in parts, without hashing it") {
    HubBench bench(11, {.first_asked = 1});
    connect(bench, 2);
    std::vector<Bytes> all;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        all.push_back(test::sign_transaction(bench.mini.rules().transaction, {.nonce = i, .pad_signature = true}));
    }
    bench.transactions(1, all);
    CHECK(bench.slices >= 1000 / 64);
    bench.up(3);
    bench.told();
    std::size_t got = 0;
    int answers = 0;
    for (std::size_t n = 1; n > 0 && answers < 20; ++answers) {
        bench.give(3, command::GetTransactions{});
        const auto lines = bench.told(3);
        REQUIRE(lines.size() == 1);
        n = std::stoul(lines.front().substr(lines.front().rfind(' ')));
        got += n;
    }
    CHECK(got == 1000);
    CHECK(answers > 1);
    CHECK(answers < 10);
}

TEST_CASE("hub: a head is told once, however often a sync ends") {
    HubBench bench(11, {.first_asked = 1});
    connect(bench, 4);
    bench.newest_first(1, bench.mini.mine_many(bench.mini.genesis_block(), 3));
    bench.told();
    test::MiniChain elsewhere(rules_for(11), 5);
    const auto foreign = elsewhere.mine_many(elsewhere.genesis_block(), 50);
    for (std::size_t i = 1; i < 50; ++i) { // it makes us ask, and has nothing
        bench.newest_first(1, {foreign[i]});
        bench.newest_first(1, {});
        CHECK(count(bench.told(2), "2 ") == 0);
        CHECK(bench.lookups < 10);
    }
}
