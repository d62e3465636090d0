// Who signed a transaction: libsecp256k1's recovery over the hash of all fields before v (spec CHAIN 3).
#include <secp256k1_recovery.h>

#include "chain/block.hpp"
#include "chain/keccak.hpp"

namespace ethpoc::chain {

namespace {

constexpr int first_v = 27; // v is 27 or 28: which of the two points with this r

std::optional<Address> recover(const Hash256& signed_hash, const Transaction& transaction) {
    const secp256k1_context* const context = secp256k1_context_static;
    std::array<std::uint8_t, 64> compact{};
    std::ranges::copy(Hash256::right_aligned(transaction.r).bytes, compact.begin());
    std::ranges::copy(Hash256::right_aligned(transaction.s).bytes, compact.begin() + 32);
    const int which = transaction.v - first_v;
    if (which != 0 && which != 1) { return std::nullopt; }
    secp256k1_ecdsa_recoverable_signature signature;
    secp256k1_pubkey key;
    if (secp256k1_ecdsa_recoverable_signature_parse_compact(context, &signature, compact.data(), which) != 1 ||
        secp256k1_ecdsa_recover(context, &key, &signature, signed_hash.data()) != 1) {
        return std::nullopt;
    }
    std::array<std::uint8_t, 65> point{}; // 04, x, y
    std::size_t size = point.size();
    secp256k1_ec_pubkey_serialize(context, point.data(), &size, &key, SECP256K1_EC_UNCOMPRESSED);
    return Address::right_aligned(keccak256(BytesView{point}.subspan(1)));
}

} // namespace

std::optional<Address> recover_sender(TransactionLayout layout, BytesView transaction) {
    const auto fields = decode_transaction(layout, transaction);
    const auto hash = signing_hash(transaction);
    if (!fields || !hash) { return std::nullopt; }
    return recover(*hash, *fields);
}

} // namespace ethpoc::chain
