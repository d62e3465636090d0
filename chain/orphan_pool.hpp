// OrphanPool: good-looking blocks whose parent nobody has seen yet. Bounded; the peer that sent most loses first.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "chain/shares.hpp"
#include "rlp/bytes.hpp"

namespace ethpoc::chain {

class OrphanPool {
  public:
    static constexpr std::size_t usual_bytes = 2u << 20;
    explicit OrphanPool(std::size_t max_bytes = usual_bytes, std::size_t max_blocks = 4096) :
        max_bytes_(max_bytes), max_blocks_(max_blocks) {}

    /// Copies the block. Does nothing when it waits already or is larger than the whole pool. `from`: the connection
    /// that sent it; Shares::gone for none.
    void add(const Hash256& hash, const Hash256& parent, BytesView rlp, Shares::Source from = Shares::gone);
    /// The oldest of those that wait for `parent`; it is no longer here afterwards.
    std::optional<Bytes> take_child(const Hash256& parent);
    bool has_child(const Hash256& parent) const;
    /// The connection has ended; what it sent stays, and counts to those that are gone.
    void leave(Shares::Source from);

    bool contains(const Hash256& hash) const { return by_hash_.contains(hash); }
    std::size_t size() const noexcept { return blocks_.size(); }
    std::size_t bytes() const noexcept { return bytes_; }

  private:
    struct Orphan {
        Hash256 hash;
        Hash256 parent;
        Bytes rlp;
        Shares::Source from;
        std::size_t weight;
    };
    using Entry = std::uint64_t; // in the order of arrival
    Bytes take(Entry entry);

    std::size_t max_bytes_;
    std::size_t max_blocks_;
    std::size_t bytes_ = 0;
    Entry next_ = 0;
    std::map<Entry, Orphan> blocks_{};
    // Ordered, not hashed: a peer chooses the parents that its blocks name.
    std::map<Hash256, Entry> by_hash_{};
    std::set<std::pair<Hash256, Entry>> by_parent_{};
    Shares shares_{};
};

} // namespace ethpoc::chain
