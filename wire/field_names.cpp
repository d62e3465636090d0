// What the items inside of blocks and transactions are called. Which layout a version has is chain's business
// (chain/rules.hpp); here the number of items tells, as a person would guess it.
#include <array>

#include "wire/field_reader.hpp"

namespace ethpoc::wire {
namespace {

/// The fields of the longest header, in order, and the smallest count of items from which on each of them is there.
constexpr std::array header_9{"parent_hash", "uncles_hash", "coinbase",   "state_root", "transactions_hash",
                              "difficulty",  "timestamp",   "extra_data", "nonce"};
constexpr std::array header_13{"parent_hash", "uncles_hash", "coinbase",      "state_root", "transactions_root",
                               "difficulty",  "number",      "min_gas_price", "gas_limit",  "gas_used",
                               "timestamp",   "extra_data",  "nonce"};
constexpr std::array header_14{"parent_hash",   "uncles_hash", "coinbase",   "state_root", "transactions_root",
                               "receipts_root", "log_bloom",   "difficulty", "number",     "gas_limit",
                               "gas_used",      "timestamp",   "extra_data", "nonce"};
constexpr std::array header_15{"parent_hash",   "uncles_hash", "coinbase",   "state_root", "transactions_root",
                               "receipts_root", "log_bloom",   "difficulty", "number",     "min_gas_price",
                               "gas_limit",     "gas_used",    "timestamp",  "extra_data", "nonce"};

constexpr std::array transaction_7{"nonce", "to", "value", "data", "v", "r", "s"};
constexpr std::array transaction_9a{"nonce", "value", "to", "gas_price", "gas", "data", "v", "r", "s"};
constexpr std::array transaction_10a{"nonce", "value", "to", "gas_price", "gas", "data", "init", "v", "r", "s"};
constexpr std::array transaction_9{"nonce", "gas_price", "gas", "to", "value", "data", "v", "r", "s"};

constexpr std::uint32_t new_transactions_from = 13; // flat protocol (spec CHAIN 3)

template <std::size_t N>
std::string_view at(const std::array<const char*, N>& names, std::size_t index) noexcept {
    return index < N ? std::string_view(names[index]) : std::string_view{};
}

bool is_list(const rlp::Tree& tree, std::uint32_t node) noexcept {
    return tree.nodes[node].kind == rlp::Node::Kind::list;
}

void name_header(const rlp::Tree& tree, std::uint32_t node, NodeNames& names) {
    if (!is_list(tree, node)) { return; }
    const auto items = children_of(tree, node);
    for (std::size_t i = 0; i < items.size(); ++i) {
        names[items[i]] = {header_field_name(items.size(), i)};
    }
}

/// A transaction, or from protocol 13 to 29 [transaction, state root, gas used].
void name_entry(const rlp::Tree& tree, const Profile& profile, std::uint32_t entry, NodeNames& names) {
    constexpr std::array parts{"transaction", "state_root", "gas_used"};
    if (!is_list(tree, entry)) { return; }
    const auto items = children_of(tree, entry);
    const bool nested = items.size() == parts.size() && is_list(tree, items[0]);
    for (std::size_t i = 0; nested && i < parts.size(); ++i) {
        names[items[i]] = {parts[i]};
    }
    name_transaction(tree, profile, nested ? items[0] : entry, names);
}

} // namespace

std::string_view header_field_name(std::size_t count, std::size_t index) noexcept {
    switch (count) {
    case header_9.size():
        return at(header_9, index);
    case header_13.size():
        return at(header_13, index);
    case header_14.size():
        return at(header_14, index);
    case header_15.size():
        return at(header_15, index);
    default:
        return {};
    }
}

std::string_view transaction_field_name(const Profile& profile, std::size_t count, std::size_t index) noexcept {
    if (count == transaction_7.size()) { return at(transaction_7, index); }
    if (profile.family != Family::flat || profile.version >= new_transactions_from) { return at(transaction_9, index); }
    return count == transaction_10a.size() ? at(transaction_10a, index) : at(transaction_9a, index);
}

void name_transaction(const rlp::Tree& tree, const Profile& profile, std::uint32_t node, NodeNames& names) {
    if (!is_list(tree, node)) { return; }
    const auto items = children_of(tree, node);
    for (std::size_t i = 0; i < items.size(); ++i) {
        names[items[i]] = {transaction_field_name(profile, items.size(), i)};
    }
}

void name_block(const rlp::Tree& tree, const Profile& profile, std::uint32_t block, NodeNames& names) {
    constexpr std::array parts{"header", "transactions", "uncles"};
    if (!is_list(tree, block)) { return; }
    const auto items = children_of(tree, block);
    for (std::size_t i = 0; i < items.size(); ++i) {
        names[items[i]] = {at(parts, i)};
    }
    if (!items.empty()) { name_header(tree, items[0], names); }
    if (items.size() > 1 && is_list(tree, items[1])) {
        std::uint32_t number = 0;
        for (const std::uint32_t entry : children_of(tree, items[1])) {
            names[entry] = {"transaction", number++};
            name_entry(tree, profile, entry, names);
        }
    }
    if (items.size() > 2 && is_list(tree, items[2])) {
        std::uint32_t number = 0;
        for (const std::uint32_t uncle : children_of(tree, items[2])) {
            names[uncle] = {"uncle", number++};
            name_header(tree, uncle, names);
        }
    }
}

} // namespace ethpoc::wire
