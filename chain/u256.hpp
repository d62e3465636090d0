// 256-bit arithmetic for difficulty and proof of work, by Boost.Multiprecision; U256 of rlp/ is the wire form.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <string>

#include "rlp/bytes.hpp"

namespace ethpoc::chain {

using Number = boost::multiprecision::uint256_t; // wraps at 2^256 as the clients of 2014 did

Number to_number(const U256& wire) noexcept;
Number to_number(const Hash256& big_endian) noexcept;
U256 to_wire(const Number& number) noexcept;
/// 32 bytes, big-endian.
Hash256 to_bytes32(const U256& wire) noexcept;
U256 from_bytes32(const Hash256& big_endian) noexcept;
/// Decimal digits.
std::string to_decimal(const Number& number);

/// a * b <= 2^256, without losing the bits above 256. That is a <= floor(2^256 / b), the test of proof of work.
bool product_within_2_256(const U256& a, const U256& b) noexcept;

} // namespace ethpoc::chain
