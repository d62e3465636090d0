// Transactions of a block, as far as that goes without state: fields, minimum gas price, signature.
#include "chain/fault.hpp"
#include "chain/keccak.hpp"

namespace ethpoc::chain {

namespace {

/// The layout in which the transaction makes sense: that of the rules, or of another protocol on the same genesis.
Result<Transaction> decode_either(const Rules& rules, BytesView bytes, TransactionLayout& layout) {
    layout = rules.transaction;
    auto out = decode_transaction(layout, bytes);
    if (out || rules.transaction_also == rules.transaction) { return out; }
    auto also = decode_transaction(rules.transaction_also, bytes);
    if (!also) { return out; } // the first error is the one that counts
    layout = rules.transaction_also;
    return also;
}

bool has_minimum_price(HeaderLayout layout) noexcept {
    return layout == HeaderLayout::h13 || layout == HeaderLayout::h15;
}

Fault check_one(const Candidate& c, BytesView bytes) {
    TransactionLayout layout{};
    auto transaction = decode_either(c.rules, bytes, layout);
    if (!transaction) { return std::move(transaction.error()); }
    if (has_minimum_price(c.rules.header) && transaction->gas_price < c.block.header.min_gas_price) {
        return Error{&errors::bad_gas_price, 0, bytes.size(), "gas_price", {}};
    }
    if (!recover_sender(layout, bytes)) {
        return Error{&errors::bad_signature, 0, bytes.size(), {}, "hash " + to_hex(keccak256(bytes))};
    }
    return {};
}

} // namespace

Fault check_transactions(const Candidate& c) {
    std::size_t index = 0;
    for (const rlp::Item& item : c.block.transactions) {
        const auto entry = decode_entry(c.rules.entry, item);
        if (!entry) { return entry_fault(c, item, index, entry.error()); }
        if (auto fault = check_one(c, entry->transaction.whole())) {
            const auto at = static_cast<std::size_t>(entry->transaction.begin - item.begin);
            return entry_fault(c, item, index, std::move(*fault).moved(at));
        }
        ++index;
    }
    return {};
}

} // namespace ethpoc::chain
