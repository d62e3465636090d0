#include "chain/keccak.hpp"

#include <cryptopp/keccak.h>

namespace ethpoc::chain {

namespace {

/// One sponge a thread: making one costs a clearing of its memory at both ends, restarting it does not.
CryptoPP::Keccak_256& sponge() noexcept {
    thread_local CryptoPP::Keccak_256 instance;
    return instance;
}

} // namespace

Hash256 keccak256(BytesView bytes) noexcept {
    return keccak256(bytes, {});
}

Hash256 keccak256(BytesView a, BytesView b) noexcept {
    Hash256 out;
    auto& keccak = sponge();
    keccak.Update(a.data(), a.size());
    if (!b.empty()) { keccak.Update(b.data(), b.size()); }
    keccak.TruncatedFinal(out.bytes.data(), out.bytes.size()); // leaves it ready for the next hash
    return out;
}

} // namespace ethpoc::chain
