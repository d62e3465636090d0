// Who signed a transaction, and signing one: libsecp256k1 over the hash of all fields before v (spec CHAIN 3).
#include <memory>
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

struct DestroyContext {
    void operator()(secp256k1_context* context) const { secp256k1_context_destroy(context); }
};

/// Scalars have no zero bytes in front, or C++ does not read them.
BytesView as_scalar(BytesView bytes) {
    while (!bytes.empty() && bytes.front() == 0) {
        bytes = bytes.subspan(1);
    }
    return bytes;
}

} // namespace

std::optional<Bytes> sign_transaction(TransactionLayout layout, const Transaction& transaction, const Hash256& secret) {
    const std::unique_ptr<secp256k1_context, DestroyContext> context(secp256k1_context_create(SECP256K1_CONTEXT_NONE));
    const auto hash = signing_hash(encode_transaction(layout, transaction));
    secp256k1_ecdsa_recoverable_signature signature;
    if (!hash || secp256k1_ecdsa_sign_recoverable(context.get(), &signature, hash->data(), secret.data(), nullptr,
                                                  nullptr) != 1) {
        return std::nullopt;
    }
    std::array<std::uint8_t, 64> compact{};
    int which = 0;
    secp256k1_ecdsa_recoverable_signature_serialize_compact(context.get(), compact.data(), &which, &signature);
    Transaction signed_one = transaction;
    signed_one.v = static_cast<std::uint8_t>(first_v + which);
    signed_one.r = as_scalar(BytesView{compact}.first(32));
    signed_one.s = as_scalar(BytesView{compact}.subspan(32));
    return encode_transaction(layout, signed_one);
}

std::optional<Address> recover_sender(TransactionLayout layout, BytesView transaction) {
    const auto fields = decode_transaction(layout, transaction);
    const auto hash = signing_hash(transaction);
    if (!fields || !hash) { return std::nullopt; }
    return recover(*hash, *fields);
}

} // namespace ethpoc::chain
