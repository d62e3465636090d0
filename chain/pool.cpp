#include "chain/pool.hpp"

#include "chain/genesis.hpp"
#include "chain/keccak.hpp"

namespace ethpoc::chain {

TransactionPool::TransactionPool(TransactionLayout layout, std::size_t max_bytes, std::size_t max_transaction) :
    layout_(layout), max_bytes_(max_bytes), max_transaction_(max_transaction) {}

PoolResult TransactionPool::add(BytesView transaction, Shares::Source from) {
    PoolResult out;
    if (transaction.size() > std::min(max_transaction_, max_bytes_)) {
        out.verdict = PoolVerdict::full;
        return out;
    }
    out.hash = keccak256(transaction);
    if (contains(out.hash)) { return out; }
    if (auto read = decode_transaction(layout_, transaction); !read) {
        out.verdict = PoolVerdict::invalid;
        out.error = std::move(read.error());
        return out;
    }
    out.sender = recover_sender(layout_, transaction);
    if (!out.sender) {
        out.verdict = PoolVerdict::invalid;
        out.error = Error{&errors::bad_signature, 0, transaction.size(), {}, {}};
        return out;
    }
    while (bytes_ + transaction.size() > max_bytes_) {
        drop(shares_.victim());
    }
    const Entry entry = next_++;
    transactions_.emplace(entry, Kept{Bytes(transaction.begin(), transaction.end()), out.hash, *out.sender, from});
    by_hash_.emplace(out.hash, entry);
    shares_.add(from, entry, transaction.size());
    bytes_ += transaction.size();
    out.verdict = PoolVerdict::added;
    return out;
}

bool TransactionPool::contains(const Hash256& hash) const {
    return by_hash_.contains(hash);
}

std::vector<WaitingTransaction> TransactionPool::all() const {
    std::vector<WaitingTransaction> out;
    out.reserve(transactions_.size());
    for (const auto& [entry, kept] : transactions_) {
        out.push_back({kept.rlp, kept.sender});
    }
    return out;
}

void TransactionPool::remove(const Hash256& hash) {
    if (const auto at = by_hash_.find(hash); at != by_hash_.end()) { drop(at->second); }
}

void TransactionPool::leave(Shares::Source from) {
    shares_.leave(from, [this](Entry entry) { transactions_.at(entry).from = Shares::gone; });
}

void TransactionPool::drop(Entry entry) {
    const auto at = transactions_.find(entry);
    const Kept& kept = at->second;
    bytes_ -= kept.rlp.size();
    shares_.remove(kept.from, entry, kept.rlp.size());
    by_hash_.erase(kept.hash);
    transactions_.erase(at);
}

} // namespace ethpoc::chain
