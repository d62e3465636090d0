#include "tests/support/mini_transaction.hpp"

#include <secp256k1_recovery.h>

#include <memory>

#include "chain/keccak.hpp"
#include "rlp/encode.hpp"

namespace ethpoc::test {

using chain::TransactionLayout;

namespace {

secp256k1_context* context() {
    struct Destroy {
        void operator()(secp256k1_context* made) const { secp256k1_context_destroy(made); }
    };
    static const std::unique_ptr<secp256k1_context, Destroy> made(secp256k1_context_create(SECP256K1_CONTEXT_NONE));
    return made.get();
}

Hash256 secret(std::uint8_t key) {
    Hash256 out;
    out.bytes[31] = key;
    return out;
}

Bytes unsigned_list(TransactionLayout layout, const TransactionDraft& d) {
    const std::vector<Bytes> words;
    switch (layout) {
    case TransactionLayout::t8:
        return rlp::encode_list(d.nonce, d.to, d.value, d.gas_price, words);
    case TransactionLayout::t7:
        return rlp::encode_list(d.nonce, d.to, d.value, words);
    case TransactionLayout::t9_calls:
        return d.to.empty() ? rlp::encode_list(d.nonce, d.value, d.gas_price, words)
                            : rlp::encode_list(d.nonce, d.value, d.gas_price, d.to, d.gas, words);
    case TransactionLayout::t9a:
        return rlp::encode_list(d.nonce, d.value, d.to, d.gas_price, d.gas, d.data);
    case TransactionLayout::t9a_go:
        return rlp::encode_list(d.nonce, d.value, d.gas_price, d.gas, d.to, d.data);
    case TransactionLayout::t9:
        return rlp::encode_list(d.nonce, d.gas_price, d.gas, d.to, d.value, d.data);
    }
    return {};
}

Bytes without_zeros(BytesView bytes) {
    while (!bytes.empty() && bytes.front() == 0) {
        bytes = bytes.subspan(1);
    }
    return {bytes.begin(), bytes.end()};
}

} // namespace

Bytes sign_transaction(TransactionLayout layout, const TransactionDraft& draft) {
    const Bytes plain = unsigned_list(layout, draft);
    const Hash256 hash = chain::keccak256(plain);
    secp256k1_ecdsa_recoverable_signature signature;
    secp256k1_ecdsa_sign_recoverable(context(), &signature, hash.data(), secret(draft.key).data(), nullptr, nullptr);
    std::array<std::uint8_t, 64> compact{};
    int which = 0;
    secp256k1_ecdsa_recoverable_signature_serialize_compact(context(), compact.data(), &which, &signature);
    const BytesView r = BytesView{compact}.first(32);
    const BytesView s = BytesView{compact}.last(32);
    rlp::BackwardWriter out;
    out.put_string(draft.pad_signature ? Bytes(s.begin(), s.end()) : without_zeros(s));
    out.put_string(draft.pad_signature ? Bytes(r.begin(), r.end()) : without_zeros(r));
    out.put_uint(static_cast<std::uint64_t>(27 + which));
    out.put_raw(rlp::first_item(plain)->payload());
    out.close_list(0);
    return out.take();
}

Address address_of(std::uint8_t key) {
    secp256k1_pubkey point;
    if (secp256k1_ec_pubkey_create(context(), &point, secret(key).data()) != 1) { return {}; }
    std::array<std::uint8_t, 65> bytes{};
    std::size_t size = bytes.size();
    secp256k1_ec_pubkey_serialize(context(), bytes.data(), &size, &point, SECP256K1_EC_UNCOMPRESSED);
    return Address::right_aligned(chain::keccak256(BytesView{bytes}.subspan(1)));
}

} // namespace ethpoc::test
