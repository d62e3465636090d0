// OrphanPool: good-looking blocks whose parent nobody has seen yet. Bounded; the peer that sent most loses first. The
// store keeps a copy: what changed since both were alike, changes() tells.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "chain/shares.hpp"
#include "rlp/bytes.hpp"

namespace ethpoc::chain {

/// Blocks by hash and by the parent that they wait for. Owns their bytes.
class OrphanPool {
  public:
    using Entry = std::uint64_t; // in the order of arrival

    static constexpr std::size_t usual_bytes = 2u << 20;
    /// At most `max_bytes` of RLP in `max_blocks` blocks.
    explicit OrphanPool(std::size_t max_bytes = usual_bytes, std::size_t max_blocks = 4096) :
        max_bytes_(max_bytes), max_blocks_(max_blocks) {}

    /// Copies the block. Does nothing when it waits already or is larger than the whole pool. `from`: the connection
    /// that sent it; Shares::gone for none.
    void add(const Hash256& hash, const Hash256& parent, BytesView rlp, Shares::Source from = Shares::gone);
    /// One that the copy has under this number; those that are added later come after it. What finds no room here is to
    /// leave there.
    void restore(Entry entry, const Hash256& hash, const Hash256& parent, BytesView rlp);
    /// One that the copy has and should not.
    void forget(Entry entry) { changes_.gone.insert(entry); }
    /// The oldest of those that wait for `parent`; it is no longer here afterwards.
    std::optional<Bytes> take_child(const Hash256& parent);
    /// A block waits for `parent`.
    bool has_child(const Hash256& parent) const;
    /// The connection has ended; what it sent stays, and counts to those that are gone.
    void leave(Shares::Source from);

    /// How the pool differs from its copy: blocks that came and blocks that left since settled().
    struct Changes {
        std::set<Entry> come{};
        std::set<Entry> gone{};
        bool none() const noexcept { return come.empty() && gone.empty(); }
    };
    const Changes& changes() const noexcept { return changes_; }
    /// A block that waits. Views of the pool.
    struct Waiting {
        const Hash256& hash;
        const Hash256& parent;
        BytesView rlp;
    };
    /// One of Changes::come; valid until the next call that changes the pool.
    Waiting waiting(Entry entry) const;
    /// The copy is like the pool now: nothing has changed.
    void settled();
    /// The copy could not be made, and what those blocks were taken for is not there either: they wait again, as far as
    /// there is room. The changes remain.
    void put_back();

    /// The parents that somebody waits for, each once.
    std::vector<Hash256> parents() const;
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
    void insert(Entry entry, Orphan block);
    void make_room(std::size_t bytes);
    Orphan remove(Entry entry);

    std::size_t max_bytes_;
    std::size_t max_blocks_;
    std::size_t bytes_ = 0;
    Entry next_ = 0;
    std::map<Entry, Orphan> blocks_{};
    // Ordered, not hashed: a peer chooses the parents that its blocks name.
    std::map<Hash256, Entry> by_hash_{};
    std::set<std::pair<Hash256, Entry>> by_parent_{};
    Shares shares_{};
    Changes changes_{};
    std::map<Entry, Orphan> taken_{}; // since settled(), by take_child()
};

} // namespace ethpoc::chain
