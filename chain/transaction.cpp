// Transaction layouts as field lists (spec CHAIN 3). The signature is always the last three items.
#include <array>

#include "chain/block.hpp"
#include "chain/genesis.hpp"
#include "chain/list_prefix.hpp"
#include "rlp/encode.hpp"

namespace ethpoc::chain {

namespace {

using rlp::field;

/// The old layouts have a list where the later ones have a string of data.
struct Draft : Transaction {
    rlp::Items words{};
};

constexpr auto nonce = field("nonce", &Transaction::nonce);
constexpr auto to = field("to", &Transaction::to);
constexpr auto value = field("value", &Transaction::value);
constexpr auto price = field("gas_price", &Transaction::gas_price);
constexpr auto fee = field("fee", &Transaction::gas_price);
constexpr auto gas = field("gas", &Transaction::gas);
constexpr auto data = field("data", &Transaction::data);
constexpr auto init = field("init", &Transaction::init);
constexpr auto words = field("data", &Draft::words);
constexpr auto v = field("v", &Transaction::v);
constexpr auto r = field("r", &Transaction::r); // Go wrote leading zeros here until 2014-08-09, so no scalar
constexpr auto s = field("s", &Transaction::s);

// One list for each layout of chain/block_layouts.def: t8 .. t9.
#define ETHPOC_HEADER_FIELD(field, kind, h9, h13, h14, h15, h16, h15_py)
#define ETHPOC_TRANSACTION_FIELD(field, name, kind)
#define ETHPOC_TRANSACTION(layout, first, last, ...) constexpr auto layout = rlp::fields(__VA_ARGS__);
#include "chain/block_layouts.def"
#undef ETHPOC_TRANSACTION
#undef ETHPOC_TRANSACTION_FIELD
#undef ETHPOC_HEADER_FIELD

std::size_t count_items(BytesView transaction) {
    const auto items = rlp::list_items(transaction);
    return items ? items->size() : 0;
}

Result<void> decode_layout(TransactionLayout layout, BytesView bytes, Draft& out) {
    switch (layout) {
    case TransactionLayout::t8:
        return rlp::decode(bytes, out, t8);
    case TransactionLayout::t7:
        return rlp::decode(bytes, out, t7);
    case TransactionLayout::t9_calls:
        return count_items(bytes) == 7 ? rlp::decode(bytes, out, t9_creation) : rlp::decode(bytes, out, t9_message);
    case TransactionLayout::t9a:
        return count_items(bytes) == 10 ? rlp::decode(bytes, out, t10a) : rlp::decode(bytes, out, t9a);
    case TransactionLayout::t9a_go:
        return count_items(bytes) == 10 ? rlp::decode(bytes, out, t10a_go) : rlp::decode(bytes, out, t9a_go);
    case TransactionLayout::t9:
        return rlp::decode(bytes, out, t9);
    }
    return {};
}

/// In t9_calls the form of a message.
Bytes encode_layout(TransactionLayout layout, const Draft& draft) {
    switch (layout) {
    case TransactionLayout::t8:
        return rlp::encode(draft, t8);
    case TransactionLayout::t7:
        return rlp::encode(draft, t7);
    case TransactionLayout::t9_calls:
        return rlp::encode(draft, t9_message);
    case TransactionLayout::t9a:
        return rlp::encode(draft, t9a);
    case TransactionLayout::t9a_go:
        return rlp::encode(draft, t9a_go);
    case TransactionLayout::t9:
        break;
    }
    return rlp::encode(draft, t9);
}

Error too_long(BytesView transaction, BytesView part, std::string_view name, std::size_t most) {
    return {&errors::bad_transaction, static_cast<std::size_t>(part.data() - transaction.data()), part.size(),
            std::string(name), std::to_string(part.size()) + " bytes, at most " + std::to_string(most)};
}

} // namespace

Result<Transaction> decode_transaction(TransactionLayout layout, BytesView transaction) {
    Draft out;
    if (auto read = decode_layout(layout, transaction, out); !read) { return std::unexpected(std::move(read.error())); }
    if (out.words.payload().data() != nullptr) { out.data = out.words.payload(); }
    if (out.to.size() > Address::width) { return std::unexpected(too_long(transaction, out.to, "to", Address::width)); }
    if (out.r.size() > 32) { return std::unexpected(too_long(transaction, out.r, "r", 32)); }
    if (out.s.size() > 32) { return std::unexpected(too_long(transaction, out.s, "s", 32)); }
    return static_cast<Transaction>(out);
}

Bytes encode_transaction(TransactionLayout layout, const Transaction& transaction) {
    Draft draft;
    static_cast<Transaction&>(draft) = transaction;
    draft.words = rlp::Items(transaction.data, transaction.data.empty() ? 0 : 1); // only the bytes are written
    return encode_layout(layout, draft);
}

Result<Hash256> signing_hash(BytesView transaction) {
    const auto items = rlp::list_items(transaction);
    if (!items) { return std::unexpected(items.error()); }
    if (items->size() < 4) {
        return std::unexpected(Error{&errors::bad_transaction, 0, transaction.size(), {}, "no place for a signature"});
    }
    const std::uint8_t* const end = (*items)[items->size() - 3].begin;
    return keccak_of_list({items->payload().data(), end});
}

} // namespace ethpoc::chain
