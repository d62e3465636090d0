#include "show/block_layout.hpp"

#include <algorithm>

namespace ethpoc::show {
namespace {

struct HeaderColumn {
    std::array<std::string_view, 17> names{};
    std::size_t count = 0;

    constexpr void add(bool there, std::string_view name) {
        if (there) { names.at(count++) = name; }
    }
};

/// One for each layout, h9, h13, h14, h15, h16.
constexpr auto headers = [] {
    std::array<HeaderColumn, 5> out{};
#define ETHPOC_HEADER_FIELD(field, kind, h9, h13, h14, h15, h16, h15_py)                                               \
    out[0].add(h9, #field);                                                                                            \
    out[1].add(h13, #field);                                                                                           \
    out[2].add(h14, #field);                                                                                           \
    out[3].add(h15, #field);                                                                                           \
    out[4].add(h16, #field);
#define ETHPOC_TRANSACTION_FIELD(field, name, kind)
#define ETHPOC_TRANSACTION(layout, first, last, ...)
#include "chain/block_layouts.def"
#undef ETHPOC_TRANSACTION
#undef ETHPOC_TRANSACTION_FIELD
#undef ETHPOC_HEADER_FIELD
    return out;
}();
static_assert(headers[0].count == 9 && headers[1].count == 13 && headers[2].count == 14 && headers[3].count == 15 &&
                  headers[4].count == 16,
              "a column of block_layouts.def has another number of fields than its name says");

template <class... Field>
constexpr TransactionRow row(std::string_view name, std::uint32_t first, std::uint32_t last, Field... fields) {
    static_assert(sizeof...(Field) <= 10);
    return {name, first, last, {fields...}, sizeof...(Field)};
}

constexpr auto transactions = [] {
#define ETHPOC_HEADER_FIELD(field, kind, h9, h13, h14, h15, h16, h15_py)
#define ETHPOC_TRANSACTION_FIELD(field, name, kind) constexpr TransactionField field{#name, TransactionFieldKind::kind};
#define ETHPOC_TRANSACTION(layout, first, last, ...)
#include "chain/block_layouts.def"
#undef ETHPOC_TRANSACTION
#undef ETHPOC_TRANSACTION_FIELD
    return std::array{
#define ETHPOC_TRANSACTION_FIELD(field, name, kind)
#define ETHPOC_TRANSACTION(layout, first, last, ...) row(#layout, first, last, __VA_ARGS__),
#include "chain/block_layouts.def"
#undef ETHPOC_TRANSACTION
#undef ETHPOC_TRANSACTION_FIELD
#undef ETHPOC_HEADER_FIELD
    };
}();

} // namespace

std::span<const std::string_view> header_names(std::size_t count) noexcept {
    const auto column = std::ranges::find(headers, count, &HeaderColumn::count);
    return column == headers.end() ? std::span<const std::string_view>{} : std::span(column->names).first(count);
}

std::span<const TransactionRow> transaction_rows() noexcept {
    return transactions;
}

} // namespace ethpoc::show
