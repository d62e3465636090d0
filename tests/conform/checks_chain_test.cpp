// Checks of what is said about the chain: each holds for what it is meant for, and for nothing else.
#include "conform/check_functions.hpp"

#include <doctest/doctest.h>

#include "tests/conform/check_cases.hpp"

using namespace ethpoc;
using namespace ethpoc::test;

namespace {

/// Says the blocks with these places of three_blocks().
Make blocks_at(const std::vector<std::size_t>& places) {
    return [places](HeardBench& bench) {
        const auto all = three_blocks(bench.facts);
        std::vector<Bytes> said;
        for (const std::size_t place : places) {
            said.push_back(all.at(place));
        }
        bench.says(message_of(0x13, said)).answers_barrier();
    };
}

/// BlockHashes with these hashes in protocol 28, and the first `fetched` blocks, which the tester asked for.
Make hashes_at(const std::vector<std::size_t>& places, std::size_t fetched) {
    return [places, fetched](HeardBench& bench) {
        auto all = three_blocks(bench.facts);
        const std::vector<Hash256> hashes{*bench.facts.head, bench.facts.ancestors[0], bench.facts.ancestors[1]};
        std::vector<Bytes> said;
        for (const std::size_t place : places) {
            said.push_back(rlp::encode_item(hashes.at(place)));
        }
        all.resize(fetched);
        bench.says(message_of(0x18, said)).answers_barrier().says(message_of(0x13, all)).to_us();
    };
}

} // namespace

std::vector<CheckCase> test::chain_checks() {
    const Bytes good = message_of(0x14, {hash_item(), hash_item(), number(5)});
    const Bytes none = message_of(0x14, {number(5)});
    const Bytes short_hash = message_of(0x14, {string_of(31), number(5)});
    return {
        {"getchain-form", "7", true, says(good)},
        {"getchain-form", "7", false, says_two(good, none)},
        {"getchain-form", "7", false, says(short_hash)},
        {"getchain-form", "7", false, nothing()},
        {"getchain-form no-hash", "7", true, says_two(good, none)},
        {"getchain-form no-hash", "7", false, says(good)},
        {"getchain-form no-hash", "7", false, says_two(none, short_hash)},
        {"first-is-head", "7", true, blocks_at({0, 1})},
        {"first-is-head", "7", false, blocks_at({1, 0})},
        {"first-is-head", "7", false, nothing()},
        {"first-is anc2", "7", true, blocks_at({2})},
        {"first-is anc2", "7", false, blocks_at({1})},
        {"newest-first", "7", true, blocks_at({0, 1, 2})},
        {"newest-first", "7", false, blocks_at({2, 1, 0})},
        {"newest-first", "7", false, blocks_at({0, 2})},
        {"newest-first", "7", false, blocks_at({0})}, // one alone has no order
        {"oldest-first", "7", true, blocks_at({2, 1, 0})},
        {"oldest-first", "7", false, blocks_at({0, 1, 2})},
        {"oldest-first", "7", false, blocks_at({0})},
        {"blocks-are anc2 head anc1", "7", true, blocks_at({2, 0, 1})},
        {"blocks-are anc2 head anc1", "7", false, blocks_at({0, 1, 2})},
        {"blocks-are anc2 head anc1", "7", false, blocks_at({2, 0})},
        {"blocks-are anc1", "7", false, blocks_at({1, 1})},
        {"notinchain any", "7", true, says(message_of(0x15, {hash_item()}))},
        {"notinchain any", "7", false, nothing()},
        {"begins-with head", "28", true, hashes_at({0, 1}, 0)},
        {"begins-with head", "28", false, hashes_at({1, 0}, 0)},
        {"begins-with head", "28", false, hashes_at({}, 0)},
        {"ends-with anc1", "28", true, hashes_at({0, 1}, 0)},
        {"ends-with anc1", "28", false, hashes_at({1, 0}, 0)},
        {"hash-chain", "28", true, hashes_at({0, 1, 2}, 3)},
        {"hash-chain", "28", true, hashes_at({1, 2}, 2)},
        {"hash-chain", "28", false, hashes_at({0, 1, 2}, 1)}, // the block of anc1 was not served
        {"hash-chain", "28", false, hashes_at({0, 2}, 3)},
        {"hash-chain", "28", false, hashes_at({2, 1, 0}, 3)},
        {"hash-chain", "28", false, hashes_at({}, 3)},
    };
}

TEST_CASE("checks: of the chain") {
    run_checks(chain_checks());
}

TEST_CASE("checks: blocks of the p2p family have the hash of their header") {
    HeardBench bench("p2p2/eth49");
    const auto all = three_blocks(bench.facts);
    bench.says(message_of(0x16, {all[0], all[1]})).answers_barrier();
    CHECK(bench.meets("<first-is head>"));
    CHECK(bench.meets("<newest-first>"));
    CHECK(bench.meets("<blocks-are head anc1>"));
    CHECK(bench.meets("blocks(2),<first-is-head>"));
    CHECK_FALSE(bench.meets("blocks(1),<first-is-head>"));
    CHECK_FALSE(bench.meets("<first-is anc1>"));
}
