#include "chain/premine.hpp"

#include "chain/u256.hpp"
#include "rlp/decode.hpp"
#include "rlp/encode.hpp"
#include "rlp/hex.hpp"

namespace ethpoc::chain {

namespace {

PremineAccount wei(std::string_view address, U256 amount) {
    return {Address::right_aligned(from_hex_digits(address).value_or(Bytes{})), amount};
}

PremineAccount finney(std::string_view address, std::uint64_t amount) {
    return wei(address, product(amount, 1'000'000'000'000'000).value_or(U256{}));
}

PremineAccount full(std::string_view address) {
    U256 balance; // 2^200
    balance.limbs[3] = 1u << 8;
    return wei(address, balance);
}

} // namespace

Bytes encode_premine(std::span<const PremineAccount> accounts) {
    rlp::BackwardWriter out;
    for (std::size_t i = accounts.size(); i-- > 0;) {
        rlp::put_list(out, accounts[i].address, accounts[i].balance);
    }
    out.close_list(0);
    return out.take();
}

std::optional<std::vector<PremineAccount>> decode_premine(BytesView bytes) {
    static constexpr auto pair =
        rlp::fields(rlp::field("address", &PremineAccount::address), rlp::field("balance", &PremineAccount::balance));
    const auto items = rlp::list_items(bytes);
    if (!items) { return {}; }
    std::vector<PremineAccount> out;
    for (const rlp::Item& item : *items) {
        if (!rlp::decode(item.whole(), out.emplace_back(), pair)) { return {}; }
    }
    return out;
}

std::span<const Premine> all_premines() {
    static const std::vector<Premine> sets{
#define ETHPOC_PREMINE(set, ...) Premine{set, {__VA_ARGS__}},
#include "chain/premine.def"
#undef ETHPOC_PREMINE
    };
    return sets;
}

} // namespace ethpoc::chain
