#include "chain/u256.hpp"

namespace ethpoc::chain {

namespace {

__extension__ using Wide = unsigned __int128; // g++ and clang have it on every 64-bit machine

} // namespace

Number to_number(const U256& wire) noexcept {
    if (wire.fits_u64()) { return Number{wire.limbs[0]}; }
    Number out = wire.limbs[3];
    for (std::size_t i = 3; i-- > 0;) {
        out <<= 64;
        out |= wire.limbs[i];
    }
    return out;
}

Number to_number(const Hash256& big_endian) noexcept {
    return to_number(from_bytes32(big_endian));
}

U256 to_wire(const Number& number) noexcept {
    constexpr std::uint64_t low = ~std::uint64_t{0};
    U256 out;
    Number rest = number;
    for (auto& limb : out.limbs) {
        limb = static_cast<std::uint64_t>(rest & low);
        rest >>= 64;
    }
    return out;
}

Hash256 to_bytes32(const U256& wire) noexcept {
    Hash256 out;
    for (std::size_t i = 0; i < 32; ++i) {
        out.bytes[31 - i] = static_cast<std::uint8_t>(wire.limbs[i / 8] >> (8 * (i % 8)));
    }
    return out;
}

U256 from_bytes32(const Hash256& big_endian) noexcept {
    U256 out;
    for (std::size_t i = 0; i < 32; ++i) {
        out.limbs[3 - i / 8] = out.limbs[3 - i / 8] << 8 | big_endian.bytes[i];
    }
    return out;
}

std::string to_decimal(const Number& number) {
    return number.str();
}

bool product_within_2_256(const U256& a, const U256& b) noexcept {
    std::array<std::uint64_t, 8> product{}; // least significant first
    for (std::size_t i = 0; i < 4; ++i) {
        std::uint64_t carry = 0;
        for (std::size_t j = 0; j < 4; ++j) {
            const Wide sum = static_cast<Wide>(a.limbs[i]) * b.limbs[j] + product[i + j] + carry;
            product[i + j] = static_cast<std::uint64_t>(sum);
            carry = static_cast<std::uint64_t>(sum >> 64);
        }
        product[i + 4] = carry;
    }
    const bool above = (product[5] | product[6] | product[7]) != 0;
    const bool below = (product[0] | product[1] | product[2] | product[3]) == 0;
    return !above && (product[4] == 0 || (product[4] == 1 && below));
}

} // namespace ethpoc::chain
