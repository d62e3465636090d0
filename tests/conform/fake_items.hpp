// Lists taken apart, for FakeTarget: each item with its header.
#pragma once

#include <vector>

#include "rlp/decode.hpp"

namespace ethpoc::test {

inline constexpr std::size_t p2p_caps_place = 3; // of a Hello, the id included

inline std::vector<Bytes> items_of(BytesView payload) {
    std::vector<Bytes> out;
    rlp::Items items;
    const rlp::Limits any{.max_bytes = ~std::size_t{0}, .max_items = ~std::size_t{0}};
    if (!rlp::list_items_fast(payload, items, rlp::Mode::lenient, any)) { return out; }
    for (const rlp::Item& item : items) {
        const BytesView whole = item.whole();
        out.emplace_back(whole.begin(), whole.end());
    }
    return out;
}

/// How many it has; 0: it is no list.
inline std::size_t items_in(BytesView list) {
    rlp::Items items;
    const rlp::Limits any{.max_bytes = ~std::size_t{0}, .max_items = ~std::size_t{0}};
    return rlp::list_items_fast(list, items, rlp::Mode::lenient, any) ? items.size() : 0;
}

/// Bytes of the item there, without its header; 0: there is none.
inline std::size_t size_of(const std::vector<Bytes>& items, std::size_t place) {
    if (place >= items.size()) { return 0; }
    const auto item = rlp::first_item(items[place], rlp::Mode::lenient);
    return item ? item->payload_size : 0;
}

} // namespace ethpoc::test
