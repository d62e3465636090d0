// Keccak-256 with the original 0x01 padding, the hash of everything in Ethereum. It is not SHA3-256 of FIPS 202.
#pragma once

#include <cstdint>
#include <cstring>

#include "rlp/bytes.hpp"

namespace ethpoc::chain {

Hash256 keccak256(BytesView bytes) noexcept;
/// Of a ‖ b, without joining them first.
Hash256 keccak256(BytesView a, BytesView b) noexcept;

/// The first eight bytes of a hash, in the order of this machine: enough to tell the hashes of a table apart, and
/// nobody can choose them without the work of 2^64 hashes.
inline std::uint64_t first_word(const Hash256& hash) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, hash.data(), sizeof word);
    return word;
}

} // namespace ethpoc::chain
