// Hashing the first items of a list as if they were a list: what is signed, and what is worked on, is the list without
// its last items. Their bytes stand together, so only a new header is made.
//
//   f8 c0 | a b c d e v r s        the list as it came
//   f8 7a | a b c d e              what is hashed
#pragma once

#include <array>

#include "chain/keccak.hpp"

namespace ethpoc::chain {

/// The header of a list whose payload has `size` bytes: its bytes, and how many they are.
struct ListPrefix {
    std::array<std::uint8_t, 9> bytes{};
    std::size_t size = 1;

    /// `payload`: bytes of the items, each with its own header.
    explicit ListPrefix(std::size_t payload) noexcept {
        if (payload < 56) {
            bytes[0] = static_cast<std::uint8_t>(0xc0 + payload);
            return;
        }
        std::size_t width = 0;
        for (std::size_t rest = payload; rest != 0; rest >>= 8) {
            ++width;
        }
        bytes[0] = static_cast<std::uint8_t>(0xf7 + width);
        for (std::size_t i = 0; i < width; ++i) {
            bytes[1 + i] = static_cast<std::uint8_t>(payload >> (8 * (width - 1 - i)));
        }
        size = 1 + width;
    }
    BytesView view() const noexcept { return BytesView{bytes}.first(size); }
};

/// Keccak of the list whose payload is `items`, which stand in RLP already.
inline Hash256 keccak_of_list(BytesView items) noexcept {
    return keccak256(ListPrefix(items.size()).view(), items);
}

} // namespace ethpoc::chain
