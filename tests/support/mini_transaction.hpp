// Signed transactions of any layout, made in the test. The keys are toys: a single byte each.
#pragma once

#include "chain/block.hpp"

namespace ethpoc::test {

struct TransactionDraft {
    std::uint8_t key = 1; // the private key is this number
    std::uint64_t nonce = 0;
    Bytes to = Bytes(20, 0x42);
    U256 value{1000};
    U256 gas_price{10'000'000'000'000}; // ten szabo, the least that PoC-4 takes
    U256 gas{500};
    Bytes data{};
    bool pad_signature = false; // r and s as 32 bytes whatever they are, as Go wrote them until 2014-08-09
};

Bytes sign_transaction(chain::TransactionLayout layout, const TransactionDraft& draft);
/// Whose the transactions of `key` are.
Address address_of(std::uint8_t key);

} // namespace ethpoc::test
