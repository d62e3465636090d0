// 256-bit arithmetic for difficulty and proof of work, on the U256 of rlp/.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rlp/bytes.hpp"

namespace ethpoc::chain {

/// a + b and a - b wrap at 2^256, as they did in the clients of 2014.
U256 sum(const U256& a, const U256& b) noexcept;
/// a - b.
U256 difference(const U256& a, const U256& b) noexcept;
/// a / b, rounded down. b is not 0.
U256 quotient(const U256& a, std::uint64_t b) noexcept;

/// a * b; nothing when that is 2^256 or more.
std::optional<U256> product(const U256& a, const U256& b) noexcept;

/// 32 bytes, big-endian.
Hash256 to_bytes32(const U256& number) noexcept;
/// The other way.
U256 from_bytes32(const Hash256& bytes) noexcept;
/// Decimal digits.
std::string to_decimal(const U256& number);
/// The other way; nothing when there is anything but digits, or 2^256 and more.
std::optional<U256> from_decimal(std::string_view digits) noexcept;

/// a * b <= 2^256, without losing the bits above 256. That is a <= floor(2^256 / b), the test of proof of work.
bool product_within_2_256(const U256& a, const U256& b) noexcept;

} // namespace ethpoc::chain
