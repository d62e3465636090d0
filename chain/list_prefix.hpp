// Hashing the first items of a list as if they were a list: what is signed, and what is worked on, is the list without
// its last items. Their bytes stand together, so only a new header is made.
//
//   f8 c0 | a b c d e v r s        the list as it came
//   f8 7a | a b c d e              what is hashed
#pragma once

#include <array>

#include "chain/keccak.hpp"

namespace ethpoc::chain {

/// Keccak of the list whose payload is `items`, which stand in RLP already.
inline Hash256 keccak_of_list(BytesView items) noexcept {
    std::array<std::uint8_t, 9> header{};
    if (items.size() < 56) {
        header[0] = static_cast<std::uint8_t>(0xc0 + items.size());
        return keccak256(BytesView{header}.first(1), items);
    }
    std::size_t width = 0;
    for (std::size_t rest = items.size(); rest != 0; rest >>= 8) {
        ++width;
    }
    header[0] = static_cast<std::uint8_t>(0xf7 + width);
    for (std::size_t i = 0; i < width; ++i) {
        header[1 + i] = static_cast<std::uint8_t>(items.size() >> (8 * (width - 1 - i)));
    }
    return keccak256(BytesView{header}.first(1 + width), items);
}

} // namespace ethpoc::chain
