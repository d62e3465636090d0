// The Store of SQLite. What its file looks like: store_schema.hpp.
#pragma once

#include <map>

#include "chain/sqlite.hpp"
#include "chain/store.hpp"
#include "chain/store_lock.hpp"
#include "chain/tail_index.hpp"

namespace ethpoc::chain {

/// What Store::open() gives: see Store for each call.
class SqliteStore final : public Store, private SideTable {
  public:
    /// As Store::open().
    static Result<std::unique_ptr<Store>> open(const std::string& directory, bool read_only);
    ~SqliteStore() override;

    std::optional<Error> trouble() const override { return trouble_; }
    std::vector<ChainRow> chains() override;
    Result<ChainRow> open_chain(const BlockRecord& genesis, BytesView genesis_rlp, std::string_view name,
                                std::string_view rules) override;
    void begin() override;
    Result<void> commit() override;
    void rollback() override;
    Result<void> put(std::int64_t chain, BlockRecord& record, BytesView rlp) override;
    Result<void> set_head(std::int64_t chain, std::uint64_t common_ancestor,
                          const std::vector<BlockRecord>& canonical) override;
    std::optional<BlockRecord> find(std::int64_t chain, const Hash256& hash) override;
    std::optional<BlockRecord> canonical(std::int64_t chain, std::uint64_t number) override;
    std::optional<BlockRecord> head(std::int64_t chain) override;
    std::optional<Bytes> rlp(std::int64_t chain, const Hash256& hash) override;
    std::optional<Bytes> rlp_of(const BlockRecord& record) override;
    void canonical_rlp(std::int64_t chain, std::uint64_t first, std::uint64_t count,
                       const std::function<bool(BytesView)>& take) override;
    std::vector<Hash256> canonical_hashes(std::int64_t chain, std::uint64_t first, std::uint64_t count) override;
    std::uint64_t count(std::int64_t chain) override;
    void walk(std::int64_t chain, const std::function<bool(const BlockRecord&, BytesView)>& take) override;
    void read_together(const std::function<void()>& reads) override;
    Result<void> put_state(std::int64_t chain, BytesView bytes) override;
    std::optional<Bytes> state(std::int64_t chain) override;
    Result<void> put_premine(std::int64_t chain, BytesView bytes) override;
    std::optional<Bytes> premine(std::int64_t chain) override;

    Result<void> put_orphan(std::int64_t chain, const WaitingBlock& block) override;
    Result<void> drop_orphan(std::int64_t chain, std::uint64_t arrival) override;
    void orphans(std::int64_t chain, const std::function<void(const WaitingBlock&)>& take) override;
    Result<Pruned> prune_forks(std::int64_t chain, std::uint64_t keep) override;
    Result<std::uint64_t> compact() override;
    void set_limit(std::uint64_t bytes) override;
    SideTable& sides() override { return *this; }

  private:
    SqliteStore(sqlite::Database database, StoreLock lock, bool read_only);
    Result<void> prepare();
    Result<void> migrate();
    Result<void> prepare_writing();
    Result<void> load_tail();
    Error failure(std::string_view doing) const { return explain(sqlite::error_of(database_.get(), doing)); }
    /// A row to read; a failure is kept in trouble_.
    bool row(sqlite::Statement& statement);
    /// Says which limit was reached.
    Error explain(Error error) const;

    /// The record in this row, if it is of this chain and, unless null, has this hash.
    std::optional<BlockRecord> read_record(std::int64_t row, std::int64_t chain, const Hash256* hash);
    /// `length` canonical blocks, the first of them in `row`; 0: none.
    struct Run {
        std::int64_t row = 0;
        std::uint64_t length = 0;
    };
    Run run_from(std::int64_t chain, std::uint64_t number);
    Result<void> put_mark(const std::string& name, BytesView bytes);
    std::optional<Bytes> mark(const std::string& name);
    bool append_runs(std::int64_t chain, const std::vector<BlockRecord>& canonical);
    bool append_run(std::int64_t chain, std::uint64_t number, std::int64_t row, std::uint64_t length);
    Result<Pruned> drop_forks(std::int64_t chain, std::uint64_t keep);
    std::uint64_t bytes_in(const char* pages);
    Result<void> index_tail();
    Result<void> write_counts();

    // store_sides.cpp
    Result<void> add_side(std::int64_t chain, const BlockRecord& block, std::int64_t parent, SideShare share) override;
    Result<void> add_side_child(std::int64_t parent) override;
    Result<void> drop_side(std::int64_t row) override;
    Result<void> forget_side(std::int64_t chain, const SideLeaf& leaf) override;
    std::optional<SideShare> side_share(std::int64_t row) override;
    std::optional<SideLeaf> least_side(std::int64_t chain, std::uint64_t owner, std::int64_t except) override;
    std::vector<SideShare> side_shares(std::int64_t chain) override;
    sqlite::Statement* lazy(const char* sql);
    Result<void> change_side(const char* sql, std::int64_t row);
    Result<void> forget_block(std::int64_t row, const Hash256& hash);
    Result<void> blocks_forgotten(std::int64_t chain, std::uint64_t count);

    StoreLock lock_; // given back last
    sqlite::Database database_;
    bool read_only_ = false;

    sqlite::Statement put_, record_at_, by_key_, by_tail_scan_, rlp_at_, rlp_between_, hash_between_, add_key_,
        set_indexed_;
    sqlite::Statement run_at_, cut_runs_, shorten_run_, lengthen_run_, add_run_;
    sqlite::Statement head_of_, count_of_, set_head_, add_count_;
    std::map<const char*, sqlite::Statement> lazy_{};

    TailIndex tail_{};
    std::map<std::int64_t, std::uint64_t> new_blocks_{}; // by chain, not yet in chains.blocks
    std::int64_t last_row_ = 0;
    std::uint64_t limit_ = 0; // 0: none
    std::optional<Error> begin_error_{};
    std::optional<Error> trouble_{};
    bool in_transaction_ = false;
};

} // namespace ethpoc::chain
