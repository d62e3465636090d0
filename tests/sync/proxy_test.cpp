// The two proxies: what is read becomes a command that owns its bytes, and no peer can fill the queue alone.
#include "sync/proxy.hpp"

#include <doctest/doctest.h>

#include "tests/support/shared.hpp"
#include "wire/codec.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;
using namespace ethpoc::sync;

namespace {

constexpr std::size_t room_for_all = 64u << 20;

/// A payload as the session hands it on: decoded, and gone after the call.
template <class M, class Call>
void with(std::string_view protocol, std::string_view payload_hex, Call call) {
    Bytes payload = test::hex(payload_hex);
    const auto message = wire::decode(*wire::find_profile(protocol), payload);
    REQUIRE(message);
    call(std::get<M>(*message));
    std::ranges::fill(payload, std::uint8_t{0xee});
}

const std::string hash_a(64, 'a');
const std::string hash_b(64, 'b');

} // namespace

TEST_CASE("proxy: commands own their bytes") {
    ChainProxy proxy(room_for_all);
    with<wire::Blocks>("11", "c413c201 02", [&](const auto& m) { proxy.add_blocks(1, m); });
    with<wire::Transactions>("11", "c512c10100c0", [&](const auto& m) { proxy.add_transactions(2, m); });
    with<wire::GetChain>("11", "f84614a0" + hash_a + "a0" + hash_b + "820100",
                         [&](const auto& m) { proxy.request_chain(3, m); });
    with<wire::NotInChain>("11", "e215a0" + hash_a, [&](const auto& m) { proxy.not_in_chain(4, m); });
    with<wire::BlockHashes>("28", "e218a0" + hash_b, [&](const auto& m) { proxy.add_block_hashes(5, m); });
    proxy.request_transactions(6);

    const auto blocks = std::get<command::Blocks>(proxy.queue().try_pop()->body);
    CHECK(blocks.count == 1);
    CHECK(to_hex(blocks.items) == "c20102");
    const auto transactions = std::get<command::Transactions>(proxy.queue().try_pop()->body);
    CHECK(transactions.count == 3);
    CHECK(to_hex(transactions.items) == "c10100c0");
    const auto get = std::get<command::GetChain>(proxy.queue().try_pop()->body);
    CHECK(get.count == 256);
    REQUIRE(get.hashes.size() == 2);
    CHECK(to_hex(get.hashes[0]) == hash_a);
    CHECK(to_hex(get.hashes[1]) == hash_b);
    CHECK(to_hex(std::get<command::NotInChain>(proxy.queue().try_pop()->body).hash) == hash_a);
    CHECK(to_hex(std::get<command::BlockHashes>(proxy.queue().try_pop()->body).hashes.at(0)) == hash_b);
    CHECK(proxy.queue().try_pop()->from == 6);
    CHECK_FALSE(proxy.queue().try_pop());
}

TEST_CASE("proxy: a count of 2^300 is a large count") {
    ChainProxy proxy(room_for_all);
    with<wire::GetChain>("11", "f84914a0" + hash_a + "a601" + std::string(74, '0'),
                         [&](const auto& m) { proxy.request_chain(1, m); });
    CHECK(std::get<command::GetChain>(proxy.queue().try_pop()->body).count == ~std::uint64_t{0});
}

TEST_CASE("proxy: a tiny command costs at least the memory that it takes") {
    ChainProxy proxy(room_for_all);
    for (int i = 0; i < 100; ++i) {
        with<wire::NotInChain>("11", "e215a0" + hash_a, [&](const auto& m) { proxy.not_in_chain(1, m); });
    }
    CHECK(proxy.queue().bytes() >= 100 * sizeof(Command));
}

TEST_CASE("proxy: a request costs what its answer may") {
    ChainProxy proxy(room_for_all);
    with<wire::GetChain>("11", "e514a0" + hash_a + "820100", [&](const auto& m) { proxy.request_chain(1, m); });
    CHECK(proxy.queue().bytes() >= 60'000);
}

TEST_CASE("proxy: one peer fills its share only, and others are not held back") {
    std::vector<ConnectionId> told;
    ChainProxy proxy(8'000'000, [&](ConnectionId peer) { told.push_back(peer); });
    int pushed = 0;
    while (!proxy.full(1)) {
        proxy.request_transactions(1);
        ++pushed;
    }
    CHECK(pushed > 4);
    CHECK(proxy.queue().bytes() < 2'000'000);
    CHECK_FALSE(proxy.full(2));
    CHECK(told.empty());
    while (const auto command = proxy.queue().try_pop()) {
        proxy.queue().done(*command);
    }
    CHECK(told == std::vector<ConnectionId>{1});
    CHECK_FALSE(proxy.full(1));
}

TEST_CASE("proxy: many peers together fill the queue, but not for a peer of which nothing waits") {
    ChainProxy proxy(8'000'000);
    for (ConnectionId peer = 1; peer <= 9; ++peer) {
        while (!proxy.full(peer)) {
            proxy.request_transactions(peer);
        }
    }
    CHECK(proxy.queue().bytes() < 9'000'000);
    CHECK_FALSE(proxy.full(10));
    proxy.request_transactions(10);
    CHECK(proxy.full(10));
}

TEST_CASE("proxy: the network is woken once, when the first action comes") {
    int woken = 0;
    NetworkProxy proxy(room_for_all, [&] { ++woken; });
    proxy.put(action::Drop{1, wire::reason::useless_peer, "a"});
    proxy.put(action::Drop{2, wire::reason::useless_peer, "b"});
    CHECK(woken == 1);
    CHECK(std::get<action::Drop>(*proxy.try_pop()).peer == 1);
    CHECK(std::get<action::Drop>(*proxy.try_pop()).peer == 2);
    CHECK_FALSE(proxy.try_pop());
    proxy.put(action::Drop{3, wire::reason::useless_peer, "c"});
    CHECK(woken == 2);
    proxy.close();
    proxy.put(action::Drop{4, wire::reason::useless_peer, "d"}); // nobody is there any more
    CHECK(woken == 2);
}
