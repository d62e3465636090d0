// The work of 2014: Keccak twice. The Dagger of the papers was never switched on (spec CHAIN 5).
#include "chain/block.hpp"
#include "chain/counted.hpp"
#include "chain/list_prefix.hpp"
#include "chain/u256.hpp"
#include "rlp/encode.hpp"

namespace ethpoc::chain {

namespace {

/// The items of a header without the nonce, which is the last in every layout.
BytesView items_without_nonce(const Header& header) noexcept {
    const BytesView payload = header.raw.payload();
    const bool is_its_own_header = header.nonce.size() == 1 && header.nonce[0] < 0x80;
    return payload.first(payload.size() - header.nonce.size() - (is_its_own_header ? 0 : 1));
}

bool holds(const Header& header, const Hash256& preimage) noexcept {
    if (header.difficulty == U256{}) { return false; }
    // Until 2014-02-08 the nonce was a scalar; the C++ client hashed it with zeros in front.
    const auto nonce = Hash256::right_aligned(header.nonce);
    const Hash256 work = keccak256(preimage, nonce);
    return product_within_2_256(from_bytes32(work), header.difficulty);
}

} // namespace

Hash256 proof_of_work_preimage(const Header& header) {
    return keccak_of_list(items_without_nonce(header));
}

Hash256 proof_of_work_preimage(const Rules& rules, const Header& header) {
    if (rules.hash_of != HashOf::counted_block) { return proof_of_work_preimage(header); }
    rlp::BackwardWriter list;
    list.put_raw(items_without_nonce(header));
    list.close_list(0);
    return counted_hash(CountedPart::header_without_nonce, list.view());
}

bool proof_of_work_holds(const Header& header) noexcept {
    return holds(header, keccak_of_list(items_without_nonce(header)));
}

bool proof_of_work_holds(const Rules& rules, const Header& header) {
    return holds(header, proof_of_work_preimage(rules, header));
}

} // namespace ethpoc::chain
