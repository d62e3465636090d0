// 256-bit arithmetic for difficulty and proof of work, by Boost.Multiprecision; U256 of rlp/ is the wire form.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>

#include "rlp/bytes.hpp"

namespace ethpoc::chain {

using Number = boost::multiprecision::uint256_t; // wraps at 2^256 as the clients of 2014 did

Number to_number(const U256& wire) noexcept;
Number to_number(const Hash256& big_endian) noexcept;
U256 to_wire(const Number& number) noexcept;
/// Decimal digits.
std::string to_decimal(const Number& number);

} // namespace ethpoc::chain
