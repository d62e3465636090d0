// TransactionPool: transactions that wait for a block. Bounded in bytes; only what has a sender gets in.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <unordered_map>
#include <vector>

#include "chain/block.hpp"

namespace ethpoc::chain {

enum class PoolVerdict : std::uint8_t { added, known, invalid, full };

struct PoolResult {
    PoolVerdict verdict = PoolVerdict::known;
    Hash256 hash{}; // Keccak of the signed RLP item as received (spec CHAIN 3)
    std::optional<Address> sender{};
    std::optional<Error> error{};
};

class TransactionPool {
  public:
    explicit TransactionPool(TransactionLayout layout, std::size_t max_bytes = 4u << 20,
                             std::size_t max_transaction = 64u << 10);

    PoolResult add(BytesView transaction);
    bool contains(const Hash256& hash) const;
    /// All, oldest first; views stay valid until the next add() or remove().
    std::vector<BytesView> all() const;
    void remove(const Hash256& hash);
    std::size_t size() const noexcept;
    std::size_t bytes() const noexcept;

  private:
    // Left to the author of pool.cpp. The oldest leave when it is full.
};

} // namespace ethpoc::chain
