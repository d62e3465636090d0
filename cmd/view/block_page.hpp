// A block as a page for people, 80 columns wide.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "chain/store.hpp"
#include "cmd/view/block_facts.hpp"

namespace ethpoc::cmd {

/// "hash        0x..", at most 78 columns; what does not fit goes on below its beginning. Ends with a new line.
std::string page_row(std::string label, std::string_view value);

/// Hash, sender, receiver, value, price and data of a transaction: a row each.
std::string transaction_rows(const chain::Rules& rules, const TransactionFacts& transaction);

struct ShownBlock {
    const chain::Rules& rules;
    const chain::BlockRecord& record;
    bool canonical = false;
    std::size_t bytes = 0;
    const std::optional<BlockFacts>& facts; // nothing: the bytes are no block any more, and the record is all there is
};

/// `now`: Unix seconds, for the age. Ends with a new line.
std::string block_page(const ShownBlock& shown, std::uint64_t now);

} // namespace ethpoc::cmd
