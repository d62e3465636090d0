// Recovery of who signed a transaction, against libsecp256k1 alone; and what a recorded block costs.
#include <memory>
#include <secp256k1_recovery.h>
#include <stdexcept>

#include "chain/block.hpp"
#include "chain/keccak.hpp"
#include "tests/bench/corpus.hpp"
#include "tests/bench/measure.hpp"
#include "tests/bench/micro.hpp"
#include "tests/support/mini_transaction.hpp"

namespace ethpoc::bench {

namespace {

constexpr auto layout = chain::TransactionLayout::t9;

/// The arguments of the library's one call.
struct Signed {
    secp256k1_ecdsa_recoverable_signature signature{};
    Hash256 hash{};
};

Signed signed_by(BytesView transaction) {
    const auto fields = chain::decode_transaction(layout, transaction);
    const auto hash = chain::signing_hash(transaction);
    if (!fields || !hash) { throw std::runtime_error("a transaction of our own cannot be read"); }
    Signed out{{}, *hash};
    std::array<std::uint8_t, 64> compact{};
    std::ranges::copy(Hash256::right_aligned(fields->r).bytes, compact.begin());
    std::ranges::copy(Hash256::right_aligned(fields->s).bytes, compact.begin() + 32);
    secp256k1_ecdsa_recoverable_signature_parse_compact(secp256k1_context_static, &out.signature, compact.data(),
                                                        fields->v - 27);
    return out;
}

Pair recovery(const Scale& scale) {
    const std::size_t count = scale.smoke ? 10 : 200;
    auto transactions = std::make_shared<std::vector<Bytes>>();
    auto alone = std::make_shared<std::vector<Signed>>();
    for (std::size_t i = 0; i < count; ++i) {
        transactions->push_back(
            test::sign_transaction(layout, {.key = static_cast<std::uint8_t>(1 + i % 200), .nonce = i}));
        alone->push_back(signed_by(transactions->back()));
    }
    return {[transactions] {
                for (const Bytes& transaction : *transactions) {
                    if (!chain::recover_sender(layout, transaction)) { throw std::runtime_error("not recovered"); }
                }
            },
            [alone] {
                secp256k1_pubkey key;
                for (const Signed& each : *alone) {
                    const int good =
                        secp256k1_ecdsa_recover(secp256k1_context_static, &key, &each.signature, each.hash.data());
                    keep(good);
                }
            },
            [count](double ours, double yardstick) {
                const auto n = static_cast<double>(count);
                return rate_row("recovery of a sender", n / ours, n / yardstick, "1/s", 0.95);
            }};
}

} // namespace

Pairs chain_pairs(const Scale& scale) {
    return {recovery(scale)};
}

} // namespace ethpoc::bench
