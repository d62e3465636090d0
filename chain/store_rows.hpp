// What a row of the store is, for who reads pages and not tables (page_scan.hpp): the columns of store_schema.hpp.
#pragma once

#include "chain/page_scan.hpp"
#include "rlp/bytes.hpp"

namespace ethpoc::chain {

inline constexpr std::size_t block_columns = 11;
inline constexpr std::size_t chain_columns = 7;
inline constexpr std::size_t chain_columns_before = 6; // a row from a file of version 1
inline constexpr std::size_t orphan_columns = 5;

/// 32 bytes.
inline bool is_hash(const PageScan::Column& column) {
    return !column.is_number && column.bytes.size() == Hash256::width;
}

/// A row of the table of blocks, by the number and kinds of its columns.
inline bool is_block_row(const PageScan::Row& row) {
    const auto& c = row.columns;
    return c.size() == block_columns && c[1].is_number && c[2].is_number && is_hash(c[3]) && is_hash(c[4]) &&
           !c[10].bytes.empty();
}

/// A row of the table of chains, in today's form or the one before.
inline bool is_chain_row(const PageScan::Row& row) {
    const auto& c = row.columns;
    return (c.size() == chain_columns || c.size() == chain_columns_before) && is_hash(c[1]) && !c[2].is_number &&
           !c[3].is_number && c[5].is_number;
}

/// A row of the table of blocks that wait for their parent.
inline bool is_orphan_row(const PageScan::Row& row) {
    const auto& c = row.columns;
    return c.size() == orphan_columns && c[0].is_number && c[1].is_number && is_hash(c[2]) && is_hash(c[3]) &&
           !c[4].bytes.empty();
}

} // namespace ethpoc::chain
