// What the items inside of blocks and transactions are called. Which layout a version has is chain's business
// (chain/rules.hpp); here what is there tells, as a person would guess it.
#include <algorithm>
#include <array>

#include "show/block_layout.hpp"
#include "show/field_reader.hpp"

namespace ethpoc::show {
namespace {

bool is_list(const rlp::Tree& tree, std::uint32_t node) noexcept {
    return tree.nodes[node].kind == rlp::Node::Kind::list;
}

void name_header(const rlp::Tree& tree, std::uint32_t node, NodeNames& names) {
    if (!is_list(tree, node)) { return; }
    const auto items = children_of(tree, node);
    const auto header = header_names(items.size());
    for (std::size_t i = 0; i < header.size(); ++i) {
        names[items[i]] = {header[i]};
    }
}

bool fits(const rlp::Tree& tree, std::span<const std::uint32_t> items, const TransactionRow& row) {
    if (items.size() != row.count) { return false; }
    for (std::size_t i = 0; i < row.count; ++i) {
        const TransactionFieldKind kind = row.fields[i].kind;
        const rlp::Node& node = tree.nodes[items[i]];
        if ((node.kind == rlp::Node::Kind::list) != (kind == TransactionFieldKind::words)) { return false; }
        if (kind == TransactionFieldKind::address && node.payload_size != 0 && node.payload_size != 20) {
            return false;
        }
    }
    return true;
}

/// The first row that was written in this version and fits; without one the first of this version with so many items,
/// and without one the first that fits. nullptr: none at all.
const TransactionRow* transaction_row(const rlp::Tree& tree, const wire::Profile& profile,
                                      std::span<const std::uint32_t> items) {
    const auto first = [&](auto wanted) {
        const auto rows = transaction_rows();
        const auto found = std::ranges::find_if(rows, wanted);
        return found == rows.end() ? nullptr : &*found;
    };
    const auto good = [&](const TransactionRow& row) { return fits(tree, items, row); };
    const auto of_version = [&](const TransactionRow& row) {
        const std::uint32_t version = profile.chain_version();
        return row.first <= version && version <= row.last && row.count == items.size();
    };
    const TransactionRow* found = first([&](const TransactionRow& row) { return of_version(row) && good(row); });
    if (found == nullptr) { found = first(of_version); }
    return found != nullptr ? found : first(good);
}

/// A transaction, or from protocol 13 to 29 [transaction, state root, gas used].
void name_entry(const rlp::Tree& tree, const wire::Profile& profile, std::uint32_t entry, NodeNames& names) {
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

void name_transaction(const rlp::Tree& tree, const wire::Profile& profile, std::uint32_t node, NodeNames& names) {
    if (!is_list(tree, node)) { return; }
    const auto items = children_of(tree, node);
    const TransactionRow* const row = transaction_row(tree, profile, items);
    for (std::size_t i = 0; row != nullptr && i < items.size(); ++i) {
        names[items[i]] = {row->fields[i].name};
    }
}

void name_block(const rlp::Tree& tree, const wire::Profile& profile, std::uint32_t block, NodeNames& names) {
    constexpr std::array parts{"header", "transactions", "uncles"};
    if (!is_list(tree, block)) { return; }
    const auto items = children_of(tree, block);
    for (std::size_t i = 0; i < items.size(); ++i) {
        names[items[i]] = {i < parts.size() ? std::string_view(parts[i]) : std::string_view{}};
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

} // namespace ethpoc::show
