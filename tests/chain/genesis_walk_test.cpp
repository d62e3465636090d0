// No table ends before another: every version, with every genesis that its clients began with, through all that a node
// does at its start.
#include <doctest/doctest.h>

#include <set>

#include "chain/blockchain.hpp"
#include "chain/genesis.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/mini_transaction.hpp"
#include "wire/codec.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

constexpr std::string_view go_listener = "Ethereum(G)/v0.5.17//linux/Go";

wire::Message decoded(const wire::Profile& profile, BytesView frame, Bytes& scratch) {
    constexpr std::size_t header = 8; // token and length
    auto message = wire::decode(profile, frame.subspan(header), scratch);
    INFO((message ? "" : message.error().message()));
    REQUIRE(message);
    return std::move(*message);
}

/// A chain grown on the genesis that is in force, in memory; on the same rules one mined block, because the difficulty
/// of the real genesis is that of 2014. What has ethash is not mined: its work is not looked at.
void walk_chain(const GenesisCandidate& candidate) {
    const auto store = Store::open(":memory:");
    REQUIRE(store);
    const auto chain = Blockchain::open(**store, candidate.genesis, *candidate.rules);
    INFO((chain ? "" : chain.error().message()));
    REQUIRE(chain);
    CHECK((*chain)->head().hash == candidate.genesis.hash);
    CHECK_FALSE((*chain)->verify(0));
    const test::MiniChain mini(*candidate.rules);
    const auto grown = Blockchain::open(**store, mini.genesis(), mini.rules());
    REQUIRE(grown);
    const auto mined =
        mini.mine(mini.genesis_block(), {.transactions = {test::sign_transaction(mini.rules().transaction, {})}});
    const BytesView bytes = mined.rlp;
    const auto result = (*grown)->import({&bytes, 1}, 1'500'000'000);
    INFO((result.blocks[0].error ? result.blocks[0].error->message() : ""));
    CHECK(result.blocks[0].verdict == Verdict::imported);
    CHECK((*grown)->head().number == 1);
}

void walk_greetings(const wire::Profile& profile, const GenesisCandidate& candidate, const U256& total) {
    Bytes scratch;
    const wire::HelloOut out{.network_id = 0,
                             .client_id = "walker",
                             .listen_port = 30303,
                             .node_id = NodeId::right_aligned(Bytes(64, 7)),
                             .total_difficulty = total,
                             .best_hash = candidate.genesis.hash,
                             .genesis_hash = candidate.genesis.hash};
    const Bytes hello = wire::compose_hello(profile, out);
    REQUIRE_FALSE(hello.empty());
    const auto said = std::get<wire::Hello>(decoded(profile, hello, scratch));
    CHECK(said.version == profile.version);
    if (profile.family == wire::Family::flat) {
        if (said.genesis_hash.data() != nullptr) { CHECK(to_hex(said.genesis_hash) == to_hex(candidate.genesis.hash)); }
        return;
    }
    const Bytes status =
        wire::compose_status(profile, {profile.eth_version, 0, total, candidate.genesis.hash, candidate.genesis.hash});
    const auto heard = std::get<wire::Status>(decoded(profile, status, scratch));
    CHECK(heard.version == profile.eth_version);
    CHECK(heard.genesis_hash == candidate.genesis.hash);
    CHECK(heard.total_difficulty == total);
    const auto found = find_genesis_by_hash(profile.eth_version, heard.genesis_hash);
    REQUIRE(found);
    CHECK(found->genesis.hash == candidate.genesis.hash);
}

} // namespace

TEST_CASE("genesis: every version walks through start, hello, status, genesis and one block") {
    std::set<std::uint32_t> versions;
    for (const wire::Profile& profile : wire::profiles()) {
        const std::uint32_t version = profile.chain_version();
        versions.insert(version);
        for (const std::string_view client :
             {std::string_view{}, go_listener, std::string_view{"py-"}, std::string_view{"js-"}}) {
            CAPTURE(version);
            CAPTURE(client);
            const auto candidates = genesis_candidates(version, client);
            REQUIRE_FALSE(candidates.empty());
            CHECK(candidates.front().genesis.hash == genesis_for(version, client).hash);
            // A header order of its own goes with a genesis of its own, and both with one client of one version.
            const bool own_order = version == 38 && client == "py-";
            CHECK(candidates.front().rules == (own_order ? find_rules("py-p38") : &rules_for(version, client)));
            for (const GenesisCandidate& candidate : candidates) {
                CAPTURE(candidate.genesis.name);
                const auto block = decode_block(*candidate.rules, candidate.genesis.rlp);
                REQUIRE(block);
                CHECK(block->hash == candidate.genesis.hash);
                CHECK(block->header.difficulty != U256{});
                walk_greetings(profile, candidate, block->header.difficulty);
                walk_chain(candidate);
            }
        }
    }
    CHECK(versions.size() == 57); // 0 to 56: no table ends before another
    CHECK(*versions.rbegin() == 56);
}
