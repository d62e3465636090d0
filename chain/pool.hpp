// TransactionPool: transactions that wait for a block. Bounded in bytes; only what has a sender gets in.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <vector>

#include "chain/block.hpp"

namespace ethpoc::chain {

/// full: larger than max_transaction, or than the whole pool.
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
    std::size_t size() const noexcept { return transactions_.size(); }
    std::size_t bytes() const noexcept { return bytes_; }

  private:
    struct Kept {
        Bytes rlp;
        Hash256 hash;
    };
    using Place = std::list<Kept>::iterator;
    void drop(Place place);

    TransactionLayout layout_;
    std::size_t max_bytes_;
    std::size_t max_transaction_;
    std::size_t bytes_ = 0;
    std::list<Kept> transactions_{}; // oldest first; the oldest leave when it is full
    std::map<Hash256, Place> by_hash_{};
};

} // namespace ethpoc::chain
