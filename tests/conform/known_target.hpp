// A target of which everything is known, for any version: with blocks that a client of 2014 recorded where tests/chains
// has some of its layout, else with mined ones.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "conform/facts.hpp"
#include "tests/chain/recorded.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/mini_transaction.hpp"
#include "tests/support/shared.hpp"

namespace ethpoc::test {

/// Oldest first.
inline std::vector<Bytes> blocks_for(const chain::Rules& rules, std::uint32_t version) {
    struct Recording {
        std::uint32_t first, last; // versions whose blocks have this layout
        std::string_view file;
    };
    constexpr std::array recordings{Recording{2, 8, "cpp-0.3.10"}, Recording{13, 37, "go-p17"},
                                    Recording{45, 51, "cpp-poc7"}};
    const auto found = std::ranges::find_if(
        recordings, [&](const Recording& row) { return row.first <= version && version <= row.last; });
    std::vector<Bytes> out;
    if (found != recordings.end()) {
        out = read_chain(test_file("chains/" + std::string(found->file) + ".jsonl")).blocks;
    } else {
        const MiniChain mini(rules);
        for (const MinedBlock& block : mini.mine_many(mini.genesis_block(), 34)) {
            out.push_back(block.rlp);
        }
    }
    return out;
}

inline conform::Facts known_target(const wire::Profile& profile) {
    conform::Facts facts;
    const chain::Rules& rules = chain::rules_for(profile.chain_version());
    facts.profile = &profile;
    facts.client_id = "Ethereum(++)/test";
    facts.node_id.bytes.fill(0x77);
    facts.listen_port = 30303;
    facts.endpoint = "127.0.0.1:30303";
    facts.own_endpoint = "127.0.0.1:40404";
    facts.genesis = FixedBytes<32>{};
    facts.genesis->bytes.fill(0x99);
    facts.total_difficulty = U256{0x20000};
    facts.blocks = blocks_for(rules, profile.chain_version());
    std::ranges::reverse(facts.blocks);
    facts.head = *chain::block_hash(rules, facts.blocks[0]);
    for (std::size_t i = 1; i < facts.blocks.size() && i < 32; ++i) {
        facts.ancestors.push_back(*chain::block_hash(rules, facts.blocks[i]));
    }
    facts.head_block = facts.blocks[0];
    facts.parent_block = facts.blocks[1];
    const MiniChain other(rules, 8);
    facts.foreign_block = other.mine_many(other.genesis_block(), 2, {.miner = 9})[1].rlp;
    facts.transaction = sign_transaction(rules.transaction, {});
    facts.bad_transaction = facts.transaction;
    std::fill_n(facts.bad_transaction.end() - 32, 32, std::uint8_t{0xff});
    return facts;
}

} // namespace ethpoc::test
