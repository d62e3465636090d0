#include "cmd/view/block_facts.hpp"

#include "chain/keccak.hpp"

namespace ethpoc::cmd {

namespace {

TransactionFacts facts_of(const chain::Rules& rules, const chain::Entry& entry) {
    TransactionFacts out;
    out.bytes = entry.transaction.whole();
    out.hash = chain::keccak256(out.bytes);
    out.entry = entry;
    for (const auto layout : chain::transaction_layouts(rules)) {
        const auto read = chain::decode_transaction(layout, out.bytes);
        if (!read) { continue; }
        out.layout = layout;
        out.fields = *read;
        break;
    }
    return out;
}

/// A header without a number is of the time when uncles were children of the grandparent alone.
UncleFacts facts_of(const chain::Rules& rules, std::uint64_t block_number, const rlp::Item& item) {
    const auto header = chain::decode_header(rules, item);
    const bool has_number = header && rules.header != chain::HeaderLayout::h9;
    return {chain::keccak256(item.whole()), has_number ? header->number : block_number - 1,
            header ? std::optional(*header) : std::nullopt};
}

} // namespace

std::optional<Address> TransactionFacts::sender() const {
    return layout ? chain::recover_sender(*layout, bytes) : std::nullopt;
}

std::optional<BlockFacts> read_facts(const chain::Rules& rules, std::uint64_t number, BytesView bytes) {
    auto block = chain::decode_block(rules, bytes);
    if (!block) { return {}; }
    BlockFacts out{std::move(*block), {}, {}};
    for (const rlp::Item& item : out.block.transactions) {
        if (const auto entry = chain::decode_entry(rules.entry, item)) {
            out.transactions.push_back(facts_of(rules, *entry));
        }
    }
    for (const rlp::Item& item : out.block.uncles) {
        out.uncles.push_back(facts_of(rules, number, item));
    }
    return out;
}

} // namespace ethpoc::cmd
