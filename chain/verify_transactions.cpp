// Transactions of a block, as far as that goes without state: fields, prices, gas, signature.
#include <algorithm>
#include <array>
#include <span>

#include "chain/fault.hpp"
#include "chain/keccak.hpp"
#include "chain/u256.hpp"

namespace ethpoc::chain {

namespace {

/// A transaction in the layout in which it makes sense: that of the rules, or of another protocol on the same genesis.
struct Read {
    TransactionLayout layout{};
    Transaction transaction{};
};

Result<Read> read_transaction(const Rules& rules, BytesView bytes) {
    const auto layouts = transaction_layouts(rules);
    auto first = decode_transaction(layouts[0], bytes);
    if (first) { return Read{layouts[0], *first}; }
    for (const TransactionLayout layout : std::span(layouts).subspan(1)) {
        if (layout == layouts[0]) { continue; }
        if (const auto also = decode_transaction(layout, bytes)) { return Read{layout, *also}; }
    }
    return std::unexpected(std::move(first.error())); // the first error is the one that counts
}

bool has_minimum_price(HeaderLayout layout) noexcept {
    return layout == HeaderLayout::h13 || layout == HeaderLayout::h15 || layout == HeaderLayout::h15_py;
}

/// What a layout's transactions cost before they run (spec CHAIN 3). Those of t9_calls and t9a_go were not recorded.
struct Prices {
    TransactionLayout layout;
    std::uint64_t message;
    std::uint64_t creation;
    std::uint64_t byte;
};
constexpr std::array prices{Prices{TransactionLayout::t9a, 20, 100, 5}, Prices{TransactionLayout::t9, 500, 500, 5}};

const Prices* prices_of(TransactionLayout layout) noexcept {
    const auto* const at = std::ranges::find(prices, layout, &Prices::layout);
    return at == prices.end() ? nullptr : at;
}

/// What the transactions of one block have used of its gas so far, at least.
struct Spent {
    std::uint64_t gas = 0;
};

Error bad_gas(BytesView bytes, const Transaction& transaction, std::string detail) {
    return {&errors::bad_gas, 0, bytes.size(), "gas", to_decimal(transaction.gas) + ", " + std::move(detail)};
}

Fault check_price(const Candidate& c, BytesView bytes, const Transaction& transaction) {
    const bool by_header = has_minimum_price(c.rules.header) && transaction.gas_price < c.block.header.min_gas_price;
    if (!by_header && !(transaction.gas_price < U256{c.rules.min_transaction_price})) { return {}; }
    return Error{&errors::bad_gas_price, 0, bytes.size(), "gas_price", to_decimal(transaction.gas_price)};
}

/// C++ runs a transaction only if all its gas fits into what is left of the block's; what the ones before it used is in
/// their entries, or else at least what they cost before they ran.
Fault check_gas(const Candidate& c, const Entry& entry, const Read& read, Spent& spent) {
    const BytesView bytes = entry.transaction.whole();
    if (prices_of(read.layout) == nullptr) { return {}; }
    const std::uint64_t cost = intrinsic_gas(c.rules, read.layout, read.transaction);
    if (read.transaction.gas < U256{cost}) {
        return bad_gas(bytes, read.transaction, "it costs " + std::to_string(cost));
    }
    if (c.rules.gas_limit == GasLimitRule::none) { return {}; }
    const std::uint64_t limit = c.block.header.gas_limit;
    if (limit < spent.gas || U256{limit - spent.gas} < read.transaction.gas) {
        return bad_gas(bytes, read.transaction,
                       std::to_string(spent.gas) + " of " + std::to_string(limit) + " are used");
    }
    const std::uint64_t least = c.rules.gas_refunds ? cost / 2 : cost;
    if (c.rules.entry == EntryForm::with_state) {
        if (entry.gas_used < spent.gas + least) {
            return Error{&errors::bad_gas_used, 0, bytes.size(), "gas_used",
                         std::to_string(entry.gas_used) + " after " + std::to_string(spent.gas) +
                             " and a transaction of " + std::to_string(least)};
        }
        spent.gas = entry.gas_used;
    } else {
        spent.gas += least; // no more than the limit, by the test above
    }
    return {};
}

Fault check_fields(const Candidate& c, Spent& spent, SignedTransaction& out) {
    const BytesView bytes = out.entry.transaction.whole();
    auto read = read_transaction(c.rules, bytes);
    if (!read) { return std::move(read.error()); }
    out.layout = read->layout;
    out.transaction = read->transaction;
    if (prices_of(read->layout) != nullptr) {
        if (auto fault = check_price(c, bytes, read->transaction)) { return fault; }
    }
    return check_gas(c, out.entry, *read, spent);
}

/// Where in the entry the transaction stands.
std::size_t place_in(const rlp::Item& item, const Entry& entry) {
    return static_cast<std::size_t>(entry.transaction.begin - item.begin);
}

} // namespace

bool gas_is_priced(TransactionLayout layout) noexcept {
    return prices_of(layout) != nullptr;
}

bool creates_contract(const Transaction& transaction) noexcept {
    return std::ranges::all_of(transaction.to, [](std::uint8_t byte) { return byte == 0; });
}

std::uint64_t intrinsic_gas(const Rules& rules, TransactionLayout layout, const Transaction& transaction) noexcept {
    const Prices* const price = prices_of(layout);
    if (price == nullptr) { return 0; }
    std::uint64_t out = creates_contract(transaction) ? price->creation : price->message;
    for (const BytesView part : {transaction.data, transaction.init}) {
        const auto zeros = static_cast<std::uint64_t>(std::ranges::count(part, std::uint8_t{0}));
        out += price->byte * (part.size() - zeros) + std::min<std::uint64_t>(price->byte, rules.zero_byte_gas) * zeros;
    }
    return out;
}

Result<SignedTransaction> read_transaction_for(const Candidate& c, BytesView transaction, const Address& sender) {
    auto item = rlp::first_item(transaction);
    if (!item) { return std::unexpected(std::move(item.error())); }
    SignedTransaction out{.entry = {.transaction = *item, .gas_used = ~std::uint64_t{0}}, .sender = sender};
    Spent spent;
    if (auto fault = check_fields(c, spent, out)) { return std::unexpected(std::move(*fault)); }
    out.entry.gas_used = 0; // until now enough, whatever it uses
    return out;
}

Fault check_transactions(const Candidate& c, std::vector<SignedTransaction>* read) {
    Spent spent;
    std::vector<SignedTransaction> own;
    std::vector<SignedTransaction>& out = read != nullptr ? *read : own;
    out.clear();
    out.reserve(c.block.transactions.size());
    for (const rlp::Item& item : c.block.transactions) {
        const std::size_t index = out.size();
        const auto entry = decode_entry(c.rules.entry, item);
        if (!entry) { return entry_fault(c, item, index, entry.error()); }
        out.push_back({.entry = *entry});
        if (auto fault = check_fields(c, spent, out.back())) {
            return entry_fault(c, item, index, std::move(*fault).moved(place_in(item, *entry)));
        }
    }
    if (c.rules.entry == EntryForm::bare && c.rules.gas_limit != GasLimitRule::none &&
        c.block.header.gas_used < spent.gas) {
        return header_fault(c, errors::bad_gas_used, "gas_used",
                            std::to_string(c.block.header.gas_used) + ", the transactions used at least " +
                                std::to_string(spent.gas));
    }
    std::size_t index = 0;
    for (const rlp::Item& item : c.block.transactions) {
        SignedTransaction& one = out[index];
        const BytesView bytes = one.entry.transaction.whole();
        const auto sender = recover_sender(one.layout, bytes);
        if (!sender) {
            Error error{&errors::bad_signature, 0, bytes.size(), {}, "hash " + to_hex(keccak256(bytes))};
            return entry_fault(c, item, index, std::move(error).moved(place_in(item, one.entry)));
        }
        one.sender = *sender;
        ++index;
    }
    return {};
}

} // namespace ethpoc::chain
