// One chain and its peers: who is told of what.
#include "chain/hub.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/support/hub_bench.hpp"
#include "tests/support/mini_transaction.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;
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

TEST_CASE("hub: a new block goes to all but who sent it") {
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

TEST_CASE("hub: who cannot use blocks is not told of them") {
    HubBench bench;
    PeerTraits server;
    server.has_chain = false;
    PeerTraits quiet;
    quiet.announce = false;
    bench.up(1);
    bench.newest_first(1, {});
    bench.up(2, "11", server);
    bench.up(3, "11", quiet);
    bench.newest_first(3, {});
    bench.told();
    bench.newest_first(1, bench.mini.mine_many(bench.mini.genesis_block(), 1));
    CHECK(bench.told() == Lines{"imported 1 1"});
}

TEST_CASE("hub: blocks of who is on another chain are not looked at") {
    HubBench bench;
    PeerTraits foreign;
    foreign.has_chain = false;
    bench.up(1, "11", foreign);
    bench.told();
    bench.newest_first(1, bench.mini.mine_many(bench.mini.genesis_block(), 1));
    CHECK(bench.told() == Lines{});
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
    CHECK(bench.hub->chain().waiting() <= 4096);
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
    bench.give(9, command::GetChain{{bench.mini.genesis().hash}, 256}); // who is not there
    CHECK(bench.told().empty());
}

TEST_CASE("hub: who asks without a hash is left alone, or starts at the genesis") {
    HubBench bench;
    PeerTraits traits;
    traits.denies_genesis = true;
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
