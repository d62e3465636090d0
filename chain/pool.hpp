// TransactionPool: transactions that wait for a block. Bounded in bytes; only what has a sender gets in.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "chain/block.hpp"
#include "chain/shares.hpp"

namespace ethpoc::chain {

/// full: larger than max_transaction, or than the whole pool.
enum class PoolVerdict : std::uint8_t { added, known, invalid, full };

/// What became of a transaction that was handed in.
struct PoolResult {
    PoolVerdict verdict = PoolVerdict::known;
    Hash256 hash{}; // Keccak of the signed RLP item as received (spec CHAIN 3)
    std::optional<Address> sender{};
    std::optional<Error> error{};
};

/// One that waits, and whose it is. A view into the pool.
struct WaitingTransaction {
    BytesView rlp{};
    Address sender{};
};

/// Owns the bytes of what waits. When it is full, the oldest of the sender that has most leaves (shares.hpp).
class TransactionPool {
  public:
    /// `layout`: of all transactions in it. `max_transaction`: bytes of one; a larger one is refused.
    explicit TransactionPool(TransactionLayout layout, std::size_t max_bytes = 4u << 20,
                             std::size_t max_transaction = 64u << 10);

    /// `from`: the connection that sent it; Shares::gone for none.
    PoolResult add(BytesView transaction, Shares::Source from = Shares::gone);
    /// By the Keccak of its bytes.
    bool contains(const Hash256& hash) const;
    /// Those that came since `cursor`, oldest first, until `take(hash, rlp)` says false; returns the cursor of the
    /// first that was not taken. 0 begins with the oldest. Costs what it calls: nothing is hashed or copied.
    template <class Take>
    std::uint64_t since(std::uint64_t cursor, Take take) const {
        for (auto at = transactions_.lower_bound(cursor); at != transactions_.end(); ++at) {
            if (!take(at->second.hash, BytesView(at->second.rlp))) { return at->first; }
        }
        return next_;
    }
    /// All, oldest first; views stay valid until the next add() or remove().
    std::vector<WaitingTransaction> all() const;
    /// It stands in a block now; nothing happens when it does not wait.
    void remove(const Hash256& hash);
    /// The connection has ended; what it sent stays, and counts to those that are gone.
    void leave(Shares::Source from);
    std::size_t size() const noexcept { return transactions_.size(); }
    std::size_t bytes() const noexcept { return bytes_; }

  private:
    struct Kept {
        Bytes rlp;
        Hash256 hash;
        Address sender;
        Shares::Source from;
    };
    using Entry = std::uint64_t; // in the order of arrival
    void drop(Entry entry);

    TransactionLayout layout_;
    std::size_t max_bytes_;
    std::size_t max_transaction_;
    std::size_t bytes_ = 0;
    Entry next_ = 1;
    std::map<Entry, Kept> transactions_{};
    std::map<Hash256, Entry> by_hash_{};
    Shares shares_{}; // when it is full, the oldest of the peer that sent most leaves
};

} // namespace ethpoc::chain
