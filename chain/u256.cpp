#include "chain/u256.hpp"

#include <algorithm>
#include <bit>
#include <boost/multiprecision/cpp_int.hpp>
#include <cstring>

namespace ethpoc::chain {

namespace {

using Number = boost::multiprecision::uint256_t;
__extension__ using Wide = unsigned __int128; // g++ and clang have it on every 64-bit machine

Number to_number(const U256& limbs) {
    Number out = limbs.limbs[3];
    for (std::size_t i = 3; i-- > 0;) {
        out <<= 64;
        out |= limbs.limbs[i];
    }
    return out;
}

using Product = std::array<std::uint64_t, 8>; // least significant first

Product whole_product(const U256& a, const U256& b) noexcept {
    Product out{};
    for (std::size_t i = 0; i < 4; ++i) {
        std::uint64_t carry = 0;
        for (std::size_t j = 0; j < 4; ++j) {
            const Wide sum = static_cast<Wide>(a.limbs[i]) * b.limbs[j] + out[i + j] + carry;
            out[i + j] = static_cast<std::uint64_t>(sum);
            carry = static_cast<std::uint64_t>(sum >> 64);
        }
        out[i + 4] = carry;
    }
    return out;
}

std::uint64_t big_endian(std::uint64_t word) noexcept {
    return std::endian::native == std::endian::little ? std::byteswap(word) : word;
}

} // namespace

U256 sum(const U256& a, const U256& b) noexcept {
    U256 out;
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const Wide whole = static_cast<Wide>(a.limbs[i]) + b.limbs[i] + carry;
        out.limbs[i] = static_cast<std::uint64_t>(whole);
        carry = static_cast<std::uint64_t>(whole >> 64);
    }
    return out;
}

U256 difference(const U256& a, const U256& b) noexcept {
    U256 out;
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const Wide whole = static_cast<Wide>(a.limbs[i]) - b.limbs[i] - borrow;
        out.limbs[i] = static_cast<std::uint64_t>(whole);
        borrow = static_cast<std::uint64_t>(whole >> 64) & 1;
    }
    return out;
}

U256 quotient(const U256& a, std::uint64_t b) noexcept {
    U256 out;
    Wide rest = 0;
    for (std::size_t i = 4; i-- > 0;) {
        rest = rest << 64 | a.limbs[i];
        out.limbs[i] = static_cast<std::uint64_t>(rest / b);
        rest %= b;
    }
    return out;
}

Hash256 to_bytes32(const U256& number) noexcept {
    Hash256 out;
    for (std::size_t i = 0; i < 4; ++i) {
        const std::uint64_t word = big_endian(number.limbs[3 - i]);
        std::memcpy(out.data() + 8 * i, &word, sizeof word);
    }
    return out;
}

U256 from_bytes32(const Hash256& bytes) noexcept {
    U256 out;
    for (std::size_t i = 0; i < 4; ++i) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + 8 * i, sizeof word);
        out.limbs[3 - i] = big_endian(word);
    }
    return out;
}

std::optional<U256> from_decimal(std::string_view digits) noexcept {
    U256 out;
    for (const char c : digits) {
        if (c < '0' || c > '9') { return {}; }
        const auto shifted = product(out, U256{10});
        if (!shifted) { return {}; }
        const auto digit = static_cast<std::uint64_t>(c - '0');
        out = sum(*shifted, U256{digit});
        if (out < U256{digit}) { return {}; }
    }
    return digits.empty() ? std::nullopt : std::optional(out);
}

std::string to_decimal(const U256& number) {
    return to_number(number).str();
}

bool product_within_2_256(const U256& a, const U256& b) noexcept {
    const Product whole = whole_product(a, b);
    const bool above = (whole[5] | whole[6] | whole[7]) != 0;
    const bool below = (whole[0] | whole[1] | whole[2] | whole[3]) == 0;
    return !above && (whole[4] == 0 || (whole[4] == 1 && below));
}

std::optional<U256> product(const U256& a, const U256& b) noexcept {
    const Product whole = whole_product(a, b);
    if ((whole[4] | whole[5] | whole[6] | whole[7]) != 0) { return {}; }
    U256 out;
    std::copy_n(whole.begin(), out.limbs.size(), out.limbs.begin());
    return out;
}

} // namespace ethpoc::chain
