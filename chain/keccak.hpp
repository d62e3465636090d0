// Keccak-256 with the original 0x01 padding, the hash of everything in Ethereum. It is not SHA3-256 of FIPS 202.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>

#include "rlp/bytes.hpp"

namespace ethpoc::chain {

/// Of any number of bytes; of none it is c5d24601..5d85a470.
Hash256 keccak256(BytesView bytes) noexcept;
/// Of a ‖ b, without joining them first.
Hash256 keccak256(BytesView a, BytesView b) noexcept;

/// Of each input; `out` has as many places as `in`. Where the processor has the registers for it, several inputs are
/// hashed side by side (chain/keccak_lanes.cpp), which costs a third and less of what they cost one by one; best where
/// there are many, of like lengths. `most_lanes` is for tests: 1 hashes one by one, 4 does without AVX-512.
void keccak256_each(std::span<const BytesView> in, std::span<Hash256> out, std::size_t most_lanes = 8) noexcept;
/// How many inputs this machine hashes side by side: 8 (AVX-512), 4 (AVX2) or 1.
std::size_t keccak_lanes() noexcept;

/// The first eight bytes of a hash, in the order of this machine: enough to tell the hashes of a table apart, and
/// nobody can choose them without the work of 2^64 hashes.
inline std::uint64_t first_word(const Hash256& hash) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, hash.data(), sizeof word);
    return word;
}

} // namespace ethpoc::chain
