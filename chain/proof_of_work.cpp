// The work of 2014: Keccak twice. The Dagger of the papers was never switched on (spec CHAIN 5).
#include "chain/block.hpp"
#include "chain/list_prefix.hpp"
#include "chain/u256.hpp"

namespace ethpoc::chain {

Hash256 proof_of_work_preimage(const Header& header) {
    const BytesView payload = header.raw.payload();
    const bool is_its_own_header = header.nonce.size() == 1 && header.nonce[0] < 0x80;
    const std::size_t nonce_item = header.nonce.size() + (is_its_own_header ? 0 : 1); // the last in every layout
    return keccak_of_list(payload.first(payload.size() - nonce_item));
}

bool proof_of_work_holds(const Header& header) noexcept {
    if (header.difficulty == U256{}) { return false; }
    // Until 2014-02-08 the nonce was a scalar; the C++ client hashed it with zeros in front.
    const auto nonce = Hash256::right_aligned(header.nonce);
    const Hash256 work = keccak256(proof_of_work_preimage(header), nonce);
    return product_within_2_256(from_bytes32(work), header.difficulty);
}

} // namespace ethpoc::chain
