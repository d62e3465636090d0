#include "conform/material.hpp"

#include <algorithm>
#include <span>

#include "chain/rules.hpp"
#include "conform/reading.hpp"
#include "embedded/conform_blocks_h13.hpp"
#include "embedded/conform_blocks_h14.hpp"
#include "embedded/conform_blocks_h15.hpp"
#include "embedded/conform_blocks_h16.hpp"
#include "embedded/conform_blocks_h9.hpp"
#include "embedded/conform_transactions.hpp"
#include "rlp/decode.hpp"

namespace ethpoc::conform {
namespace {

std::vector<Bytes> items_of(BytesView file) {
    std::vector<Bytes> out;
    while (!file.empty()) {
        const auto item = rlp::first_item(file);
        if (!item) { break; }
        const BytesView whole = item->whole();
        out.emplace_back(whole.begin(), whole.end());
        file = file.subspan(whole.size());
    }
    return out;
}

BytesView blocks_of(chain::HeaderLayout layout) {
    using enum chain::HeaderLayout;
    switch (layout) {
    case h9:
        return embedded::conform_blocks_h9;
    case h13:
        return embedded::conform_blocks_h13;
    case h14:
        return embedded::conform_blocks_h14;
    case h15:
    case h15_py:
        return embedded::conform_blocks_h15;
    case h16:
        return embedded::conform_blocks_h16;
    }
    return {};
}

} // namespace

void add_material(Facts& facts) {
    const chain::Rules& rules = rules_of(facts);
    facts.blocks = items_of(blocks_of(rules.header));
    std::ranges::reverse(facts.blocks);
    facts.foreign_block = facts.blocks.front();
    const auto transactions = items_of(embedded::conform_transactions);
    facts.transaction = transactions.at(static_cast<std::size_t>(rules.transaction));
    facts.bad_transaction = facts.transaction;
    std::fill_n(facts.bad_transaction.end() - 32, 32, std::uint8_t{0xff}); // s, far above the order of the curve
}

} // namespace ethpoc::conform
