// The fast readers of one header. They say yes or no; head.hpp is the careful one, which says why. Internal to rlp/.
//
//   strict refuses   81 05        one small byte in string form
//                    b8 05 ..     long form for a length below 56
//                    b9 00 40 ..  length with a leading zero byte
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "rlp/bytes.hpp"

/// The readers of single items must melt into one function for each struct, or the cursor lives in memory instead of
/// registers.
#define ETHPOC_INLINE [[gnu::always_inline]] inline // NOLINT(cppcoreguidelines-macro-usage): an attribute

namespace ethpoc::rlp::detail {

static_assert(sizeof(std::size_t) == 8, "lengths of 64 bits are kept in std::size_t");

inline constexpr std::uint8_t string_base = 0x80;
inline constexpr std::uint8_t list_base = 0xc0;
inline constexpr std::size_t short_limit = 56; // payloads below this have a header of one byte

inline std::uint64_t from_be64(std::uint64_t word) noexcept {
    return std::endian::native == std::endian::little ? std::byteswap(word) : word;
}
inline std::uint64_t load_word(const std::uint8_t* at) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    return word;
}
inline std::uint64_t load_be64(const std::uint8_t* at) noexcept {
    return from_be64(load_word(at));
}

/// How many bytes `value` has without zero bytes in front; 0 for zero.
inline std::size_t byte_width(std::uint64_t value) noexcept {
    return (71 - static_cast<std::size_t>(std::countl_zero(value))) / 8;
}

/// `count` big-endian bytes, 0 to 8.
inline std::uint64_t load_be(const std::uint8_t* at, std::size_t count) noexcept {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        value = value << 8 | at[i];
    }
    return value;
}

inline std::size_t distance(const std::uint8_t* from, const std::uint8_t* to) noexcept {
    return static_cast<std::size_t>(to - from);
}

/// The smallest length that needs k length bytes, by k: the long form begins at 56.
inline constexpr std::array<std::uint64_t, 9> smallest_long{0,          short_limit, 1ULL << 8,  1ULL << 16, 1ULL << 24,
                                                            1ULL << 32, 1ULL << 40,  1ULL << 48, 1ULL << 56};

/// The second half of read_item(): `item.begin` is at a byte b8..bf or f8..ff.
template <bool Strict>
ETHPOC_INLINE bool read_long(const std::uint8_t* end, Item& item) noexcept {
    const std::uint8_t* const p = item.begin;
    const std::size_t count = static_cast<std::size_t>(*p & 0x3f) - (short_limit - 1);
    const std::size_t left = distance(p, end) - 1;
    if (count > left) { return false; }
    const std::uint64_t size = left >= 8 ? load_be64(p + 1) >> (64 - 8 * count) : load_be(p + 1, count);
    if (Strict && size < smallest_long[count]) { return false; }
    item.header_size = 1 + count;
    item.payload_size = size;
    return size <= left - count;
}

/// The item at `p`, which must end at `end` or before.
template <bool Strict>
ETHPOC_INLINE bool read_item(const std::uint8_t* p, const std::uint8_t* end, Item& item) noexcept {
    if (p >= end) { return false; }
    const std::uint8_t first = *p;
    item.begin = p;
    item.is_list = first >= list_base;
    if (first < string_base) {
        item.header_size = 0;
        item.payload_size = 1;
        return true;
    }
    const std::size_t size = first & 0x3f;
    if (size >= short_limit) { return read_long<Strict>(end, item); }
    item.header_size = 1;
    item.payload_size = size;
    if (size >= distance(p, end)) { return false; }
    return !(Strict && first == string_base + 1 && p[1] < string_base);
}

/// The item at `p`, whose header was checked before.
inline Item item_at(const std::uint8_t* p) noexcept {
    const std::uint8_t first = *p;
    if (first < string_base) { return {p, 0, 1, false}; }
    const std::size_t size = first & 0x3f;
    const bool is_list = first >= list_base;
    if (size < short_limit) { return {p, 1, size, is_list}; }
    const std::size_t count = size - (short_limit - 1);
    return {p, 1 + count, load_be(p + 1, count), is_list};
}

/// True when the eight bytes at `at` are eight items of one byte each.
inline bool eight_single_bytes(const std::uint8_t* at) noexcept {
    return (load_word(at) & 0x8080808080808080ULL) == 0;
}

} // namespace ethpoc::rlp::detail
