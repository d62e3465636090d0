// Layouts of blocks as data: rows of block_layouts.def, for code that shows bytes without knowing a chain.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace ethpoc::show {

/// Names of the fields of a header with `count` items, in order; empty when no layout has so many.
std::span<const std::string_view> header_names(std::size_t count) noexcept;

/// How a field of a transaction is shown.
enum class TransactionFieldKind : std::uint8_t { number, bytes, address, words };

/// One field of a transaction, in the order of the wire.
struct TransactionField {
    std::string_view name{};
    TransactionFieldKind kind{};
};

/// A row of chain/block_layouts.def: one form of transactions.
struct TransactionRow {
    std::string_view name;
    std::uint32_t first = 0; // chain versions in which it was written
    std::uint32_t last = 0;
    std::array<TransactionField, 10> fields{};
    std::size_t count = 0;
};

/// All layouts, in the order in which they are tried.
std::span<const TransactionRow> transaction_rows() noexcept;

} // namespace ethpoc::show
