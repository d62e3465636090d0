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

/// Until 2014-02-08 the nonce was a scalar; the C++ client hashed it with zeros in front.
Hash256 nonce_of(const Header& header) noexcept {
    return Hash256::right_aligned(header.nonce);
}

bool is_enough(const Header& header, const Hash256& work) noexcept {
    return header.difficulty != U256{} && product_within_2_256(from_bytes32(work), header.difficulty);
}

bool holds(const Header& header, const Hash256& preimage) noexcept {
    return is_enough(header, keccak256(preimage, nonce_of(header)));
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
    if (header.work) { return is_enough(header, *header.work); }
    return holds(header, keccak_of_list(items_without_nonce(header)));
}

bool proof_of_work_holds(const Rules& rules, const Header& header) {
    if (header.work) { return is_enough(header, *header.work); }
    return holds(header, proof_of_work_preimage(rules, header));
}

void compute_work(std::span<Header* const> headers) {
    Bytes preimages;
    std::vector<std::size_t> ends;
    for (const Header* header : headers) {
        const BytesView items = items_without_nonce(*header);
        const ListPrefix prefix(items.size());
        preimages.insert(preimages.end(), prefix.bytes.begin(), prefix.bytes.begin() + std::ssize(prefix.view()));
        preimages.insert(preimages.end(), items.begin(), items.end());
        ends.push_back(preimages.size());
    }
    std::vector<BytesView> inputs;
    std::size_t begin = 0;
    for (const std::size_t end : ends) {
        inputs.push_back(BytesView{preimages}.subspan(begin, end - begin));
        begin = end;
    }
    std::vector<Hash256> hashes(inputs.size());
    keccak256_each(inputs, hashes);
    std::vector<std::array<Hash256, 2>> with_nonces(headers.size());
    for (std::size_t i = 0; i < headers.size(); ++i) {
        with_nonces[i] = {hashes[i], nonce_of(*headers[i])};
        inputs[i] = {with_nonces[i][0].data(), 2 * Hash256::width};
    }
    keccak256_each(inputs, hashes);
    for (std::size_t i = 0; i < headers.size(); ++i) {
        headers[i]->work = hashes[i];
    }
}

} // namespace ethpoc::chain
