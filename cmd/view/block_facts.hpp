// What stands in a block, taken apart once: for the page, for JSON and for the search.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "chain/verify.hpp"

namespace ethpoc::cmd {

/// One transaction, whatever is wrong with it. Views into the block.
struct TransactionFacts {
    BytesView bytes{};
    Hash256 hash{};                                   // Keccak of the bytes as they came (spec CHAIN 3)
    std::optional<chain::TransactionLayout> layout{}; // nothing: it has none of the rules, and `fields` is empty
    chain::Transaction fields{};
    chain::Entry entry{};

    /// Costs more than all the rest. Nothing: the signature cannot be recovered.
    std::optional<Address> sender() const;
};

struct UncleFacts {
    Hash256 hash{};
    std::uint64_t number = 0;
    std::optional<chain::Header> header{}; // nothing: it is none of these rules
};

/// Views into the block.
struct BlockFacts {
    chain::Block block{};
    std::vector<TransactionFacts> transactions{};
    std::vector<UncleFacts> uncles{};
};

/// Of block `number`. Nothing when the bytes are no block of these rules.
std::optional<BlockFacts> read_facts(const chain::Rules& rules, std::uint64_t number, BytesView block);

} // namespace ethpoc::cmd
