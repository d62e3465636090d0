// Who has ether in the genesis blocks of 2014 (spec CHAIN 8.1).
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "rlp/bytes.hpp"

namespace ethpoc::chain {

/// One account of a genesis block.
struct PremineAccount {
    Address address{};
    U256 balance{}; // wei
};

/// One set of accounts: a row of premine.def.
struct Premine {
    std::string_view name; // the commit that brought it
    std::vector<PremineAccount> accounts;
};

/// Every set that is recorded, the oldest first.
std::span<const Premine> all_premines();

/// [ [ address, balance ], ... ]: as the store keeps that of a genesis which nobody recorded.
Bytes encode_premine(std::span<const PremineAccount> accounts);
/// Nothing when the bytes are no such list.
std::optional<std::vector<PremineAccount>> decode_premine(BytesView bytes);

} // namespace ethpoc::chain
