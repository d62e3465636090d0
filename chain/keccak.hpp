// Keccak-256 with the original 0x01 padding, the hash of everything in Ethereum. It is not SHA3-256 of FIPS 202.
#pragma once

#include "rlp/bytes.hpp"

namespace ethpoc::chain {

Hash256 keccak256(BytesView bytes) noexcept;
/// Of a ‖ b, without joining them first.
Hash256 keccak256(BytesView a, BytesView b) noexcept;

} // namespace ethpoc::chain
