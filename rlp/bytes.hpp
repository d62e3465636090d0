// Bytes: the few value types that every room shares. No other header of the project is below this one.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ethpoc {

/// Bytes that somebody else owns; valid as long as the owner keeps them.
using BytesView = std::span<const std::uint8_t>;

/// Bytes that we own.
using Bytes = std::vector<std::uint8_t>;

/// Exactly N bytes, by value: hashes, addresses, node ids. Ordered as the bytes stand (big-endian).
template <std::size_t N>
struct FixedBytes {
    std::array<std::uint8_t, N> bytes{};

    static constexpr std::size_t width = N;

    constexpr operator BytesView() const noexcept { return BytesView{bytes}; }
    constexpr const std::uint8_t* data() const noexcept { return bytes.data(); }
    constexpr std::uint8_t* data() noexcept { return bytes.data(); }
    static constexpr std::size_t size() noexcept { return N; }
    /// Every byte is zero, as in the address of a transaction that creates a contract.
    constexpr bool is_zero() const noexcept {
        return std::ranges::all_of(bytes, [](std::uint8_t b) { return b == 0; });
    }
    friend constexpr auto operator<=>(const FixedBytes&, const FixedBytes&) = default;

    /// The last N bytes of `view`; a shorter view is filled with zeros on the left, as the C++ client of 2014 did.
    static constexpr FixedBytes right_aligned(BytesView view) noexcept {
        FixedBytes out;
        const std::size_t n = std::min(N, view.size());
        std::ranges::copy(view.last(n), out.bytes.end() - static_cast<std::ptrdiff_t>(n));
        return out;
    }
};

/// Keccak-256 of something, and whatever else has 32 bytes.
using Hash256 = FixedBytes<32>;
/// Of an account: the last 20 bytes of a hash.
using Address = FixedBytes<20>;
using NodeId = FixedBytes<64>; // uncompressed secp256k1 public key without its 04 prefix

/// An unsigned integer of up to 256 bits, for the wire only; arithmetic is done where it is needed (chain/u256.hpp).
struct U256 {
    std::array<std::uint64_t, 4> limbs{}; // least significant first

    constexpr U256() = default;
    /// Not explicit: small constants stand for themselves.
    constexpr U256(std::uint64_t v) noexcept : limbs{v, 0, 0, 0} {}

    constexpr bool fits_u64() const noexcept { return (limbs[1] | limbs[2] | limbs[3]) == 0; }
    /// The value, or 2^64-1 when it is larger.
    constexpr std::uint64_t saturated() const noexcept { return fits_u64() ? limbs[0] : ~std::uint64_t{0}; }
    friend constexpr bool operator==(const U256&, const U256&) = default;
    friend constexpr std::strong_ordering operator<=>(const U256& a, const U256& b) noexcept {
        for (std::size_t i = 4; i-- > 0;) {
            if (a.limbs[i] != b.limbs[i]) { return a.limbs[i] <=> b.limbs[i]; }
        }
        return std::strong_ordering::equal;
    }
};

/// Lower-case hex without a prefix, two digits a byte.
std::string to_hex(BytesView bytes);

/// The bytes of a string, in place.
inline BytesView as_bytes(std::string_view text) noexcept {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// The characters of a byte string, in place; they may be anything a peer has sent, see printable().
inline std::string_view as_text(BytesView bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// `text` made safe for terminals and logs: bytes that are not UTF-8, and characters that Unicode calls controls,
/// format, separators of lines, private or not assigned (tools/unprintable.py), become `\xNN`; so does a backslash, or
/// anybody could write such an escape. ASCII characters of `kept` stay as they are. At most `limit` bytes are kept,
/// followed by `...`. Every string from a peer goes through here before a person sees it.
std::string printable(std::string_view text, std::size_t limit = 128, std::string_view kept = {});

} // namespace ethpoc
