// Store: blocks of one or more chains in one SQLite file, told apart by genesis. Survives SIGKILL at any moment: what a
// commit returned is there at the next start.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chain/side_table.hpp"
#include "rlp/bytes.hpp"
#include "rlp/error.hpp"

namespace ethpoc::chain {

/// What is kept of a block beside its RLP.
struct BlockRecord {
    Hash256 hash{};
    Hash256 parent{};
    std::uint64_t number = 0;
    std::uint64_t timestamp = 0;
    U256 difficulty{};
    U256 total_difficulty{}; // genesis included
    std::uint64_t gas_limit = 0;
    std::uint64_t gas_used = 0;
    std::int64_t row = 0; // its place in the store, in the order of arrival; 0: not stored

    friend bool operator==(const BlockRecord&, const BlockRecord&) = default;
};

/// A block whose parent is not there.
struct WaitingBlock {
    std::uint64_t arrival = 0; // its name, and its place in the order of arrival
    Hash256 hash{};
    Hash256 parent{};
    BytesView rlp{};
};

/// What Store::prune_forks() took away.
struct Pruned {
    std::uint64_t blocks = 0;
    std::uint64_t bytes = 0; // of their RLP
};

/// One chain of a store. `id` is what the other calls take as `chain`.
struct ChainRow {
    std::int64_t id = 0;
    Hash256 genesis{};
    std::string genesis_name;
    std::string rules; // Rules::name
};

/// Not thread-safe: one thread owns it (the chain thread, or a command).
class Store {
  public:
    /// `directory` is made when missing; ":memory:" keeps nothing. Read-only: sees what was committed, also while
    /// another process writes, a store at rest where nothing can be written, and one of an older format; who writes
    /// brings such a one to today's first. Errors: chain.store_failed, chain.store_locked, chain.store_damaged,
    /// chain.store_newer, chain.store_full; each detail is a sentence for people.
    static Result<std::unique_ptr<Store>> open(const std::string& directory, bool read_only = false);
    virtual ~Store() = default;

    /// The first thing that could not be read. What finds nothing, or ends early, may do so for this reason.
    virtual std::optional<Error> trouble() const { return {}; }

    /// All chains of the file, in the order in which they were made.
    virtual std::vector<ChainRow> chains() = 0;
    /// The chain with this genesis; made when missing, with the genesis as block 0 and head.
    virtual Result<ChainRow> open_chain(const BlockRecord& genesis, BytesView genesis_rlp, std::string_view name,
                                        std::string_view rules) = 0;

    /// Begins a transaction; begin() and commit() or rollback() come in pairs.
    virtual void begin() = 0;
    virtual Result<void> commit() = 0; // durable against the death of the process
    /// Undoes everything since begin().
    virtual void rollback() = 0;

    /// Sets record.row. The caller has looked that the block is not there yet.
    virtual Result<void> put(std::int64_t chain, BlockRecord& record, BytesView rlp) = 0;
    /// Makes `head` the head: `canonical` are the records from the block above the common ancestor up to head; older
    /// heights above the ancestor lose their place.
    virtual Result<void> set_head(std::int64_t chain, std::uint64_t common_ancestor,
                                  const std::vector<BlockRecord>& canonical) = 0;

    /// Of any branch; nothing: not stored.
    virtual std::optional<BlockRecord> find(std::int64_t chain, const Hash256& hash) = 0;
    /// The block of this height on the branch of the head; nothing: there is none.
    virtual std::optional<BlockRecord> canonical(std::int64_t chain, std::uint64_t number) = 0;
    /// The head, as set_head() or open_chain() made it.
    virtual std::optional<BlockRecord> head(std::int64_t chain) = 0;
    /// The bytes of a block, a copy; nothing: not stored.
    virtual std::optional<Bytes> rlp(std::int64_t chain, const Hash256& hash) = 0;
    virtual std::optional<Bytes> rlp_of(const BlockRecord& record) = 0; // a record that came from this store
    /// The RLP of at most `count` canonical blocks from height `first` up, until `take` says false. The bytes may go
    /// away after the call of `take`.
    virtual void canonical_rlp(std::int64_t chain, std::uint64_t first, std::uint64_t count,
                               const std::function<bool(BytesView)>& take) = 0;
    /// The hashes of `count` canonical blocks from height `first` up; fewer where there are no more.
    virtual std::vector<Hash256> canonical_hashes(std::int64_t chain, std::uint64_t first, std::uint64_t count) = 0;
    virtual std::uint64_t count(std::int64_t chain) = 0; // all blocks, side chains too
    /// Every block, side chains too, in the order of arrival, until `take` says false. Sees also what another process
    /// writes meanwhile. The bytes may go away after the call of `take`.
    virtual void walk(std::int64_t chain, const std::function<bool(const BlockRecord&, BytesView)>& take) = 0;
    /// What `reads` reads is from one moment, whatever another process commits meanwhile. Not inside begin().
    virtual void read_together(const std::function<void()>& reads) = 0;

    /// Keeps what state() gives back, in the place of what was kept before (state_book.hpp): part of the transaction at
    /// hand. It is only there to save work: a store may forget it.
    virtual Result<void> put_state(std::int64_t /*chain*/, BytesView /*bytes*/) { return {}; }
    virtual std::optional<Bytes> state(std::int64_t /*chain*/) { return {}; }

    /// Who has ether in the genesis, where nobody recorded it (premine.hpp). Kept for ever, unlike the state.
    virtual Result<void> put_premine(std::int64_t /*chain*/, BytesView /*bytes*/) { return {}; }
    virtual std::optional<Bytes> premine(std::int64_t /*chain*/) { return {}; }

    /// Blocks that wait for their parent: part of the transaction at hand, like all that is written.
    virtual Result<void> put_orphan(std::int64_t /*chain*/, const WaitingBlock& /*block*/) { return {}; }
    virtual Result<void> drop_orphan(std::int64_t /*chain*/, std::uint64_t /*arrival*/) { return {}; }
    /// Those that wait, the oldest first; none where nothing can be written. The bytes go away after the call of
    /// `take`.
    virtual void orphans(std::int64_t /*chain*/, const std::function<void(const WaitingBlock&)>& /*take*/) {}

    /// Forgets the blocks of side chains that are `keep` heights or more below the head, in a transaction of its own;
    /// those stay that a block which stays stands on. No Blockchain may have them in its memory meanwhile. Memory: the
    /// side chains of the newest `keep` heights, about 100 bytes a block. Error: nothing was changed.
    virtual Result<Pruned> prune_forks(std::int64_t chain, std::uint64_t keep) = 0;
    /// Gives the room back that nothing needs any more: how many bytes the file has less. The disk needs room for the
    /// new file twice, in the folder of temporary files and in the journal. Error: all is there, the room too.
    virtual Result<std::uint64_t> compact() = 0;

    /// How large the file may become, in bytes, without its journal (64 MiB at most); 0: no limit. put() and commit()
    /// fail with chain.store_full from there on, as they do when the disk is full; what was committed stays.
    virtual void set_limit(std::uint64_t bytes) = 0;

    /// Which blocks of side chains are counted; for a store that is written.
    virtual SideTable& sides() = 0;
};

} // namespace ethpoc::chain
