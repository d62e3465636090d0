// HubBench: one ChainHub with a chain that was mined in the test, peers that exist as numbers, and a clock that the
// test moves. What the hub wants done is read as text.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sync/hub.hpp"
#include "tests/support/mini_chain.hpp"

namespace ethpoc::test {

/// A store that counts what it is asked: one for a look-up, and one for each block that is read; `reads` are the
/// latter.
class CountingStore final : public chain::Store {
  public:
    explicit CountingStore(std::unique_ptr<chain::Store> store) : store_(std::move(store)) {}

    std::size_t lookups = 0;
    std::size_t reads = 0;

    std::vector<chain::ChainRow> chains() override { return store_->chains(); }
    Result<chain::ChainRow> open_chain(const chain::BlockRecord& genesis, BytesView rlp, std::string_view name,
                                       std::string_view rules) override {
        return store_->open_chain(genesis, rlp, name, rules);
    }
    void begin() override { store_->begin(); }
    Result<void> commit() override { return store_->commit(); }
    void rollback() override { store_->rollback(); }
    Result<void> put(std::int64_t chain, chain::BlockRecord& record, BytesView rlp) override {
        return store_->put(chain, record, rlp);
    }
    Result<void> set_head(std::int64_t chain, std::uint64_t ancestor,
                          const std::vector<chain::BlockRecord>& canonical) override {
        return store_->set_head(chain, ancestor, canonical);
    }
    std::optional<chain::BlockRecord> find(std::int64_t chain, const Hash256& hash) override {
        return ++lookups, store_->find(chain, hash);
    }
    std::optional<chain::BlockRecord> canonical(std::int64_t chain, std::uint64_t number) override {
        return ++lookups, store_->canonical(chain, number);
    }
    std::optional<chain::BlockRecord> head(std::int64_t chain) override { return ++lookups, store_->head(chain); }
    std::optional<Bytes> rlp(std::int64_t chain, const Hash256& hash) override {
        return ++lookups, ++reads, store_->rlp(chain, hash);
    }
    std::optional<Bytes> rlp_of(const chain::BlockRecord& record) override {
        return ++lookups, ++reads, store_->rlp_of(record);
    }
    void canonical_rlp(std::int64_t chain, std::uint64_t first, std::uint64_t count,
                       const std::function<bool(BytesView)>& take) override {
        ++lookups;
        store_->canonical_rlp(chain, first, count, [&](BytesView rlp) { return ++lookups, ++reads, take(rlp); });
    }
    std::vector<Hash256> canonical_hashes(std::int64_t chain, std::uint64_t first, std::uint64_t count) override {
        return ++lookups, store_->canonical_hashes(chain, first, count);
    }
    std::uint64_t count(std::int64_t chain) override { return store_->count(chain); }
    Result<void> put_orphan(std::int64_t chain, const chain::WaitingBlock& block) override {
        return store_->put_orphan(chain, block);
    }
    Result<void> drop_orphan(std::int64_t chain, std::uint64_t arrival) override {
        return store_->drop_orphan(chain, arrival);
    }
    void orphans(std::int64_t chain, const std::function<void(const chain::WaitingBlock&)>& take) override {
        store_->orphans(chain, take);
    }
    Result<chain::Pruned> prune_forks(std::int64_t chain, std::uint64_t keep) override {
        return store_->prune_forks(chain, keep);
    }
    Result<std::uint64_t> compact() override { return store_->compact(); }
    void walk(std::int64_t chain, const std::function<bool(const chain::BlockRecord&, BytesView)>& take) override {
        store_->walk(chain,
                     [&](const chain::BlockRecord& record, BytesView rlp) { return ++reads, take(record, rlp); });
    }
    void read_together(const std::function<void()>& reading) override { store_->read_together(reading); }
    void set_limit(std::uint64_t bytes) override { store_->set_limit(bytes); }
    chain::SideTable& sides() override { return store_->sides(); }

  private:
    std::unique_ptr<chain::Store> store_;
};

struct HubBench {
    explicit HubBench(unsigned version = 11, const sync::HubOptions& options = {},
                      const std::string& directory = ":memory:", const chain::Premine* premine = nullptr);

    /// Connects peer `id`. `protocol` is a row's name.
    void up(wire::ConnectionId id, std::string_view protocol = "11", sync::PeerTraits traits = {});
    void down(wire::ConnectionId id) { hub->peer_down(id, now); }
    void give(wire::ConnectionId from, sync::CommandBody body);
    void wait(std::chrono::seconds time);

    /// Puts blocks into the hub's own chain.
    void own(const std::vector<MinedBlock>& oldest_first);
    /// Blocks as GetChain is answered.
    void newest_first(wire::ConnectionId from, const std::vector<MinedBlock>& oldest_first);
    void oldest_first(wire::ConnectionId from, const std::vector<MinedBlock>& blocks);
    void transactions(wire::ConnectionId from, const std::vector<Bytes>& items);

    /// What the hub wants done since the last call, one a line: "1 GetChain 2" is a message of two items beside its id
    /// (and its count) for peer 1; "imported 3 5" three blocks, head 5; "synced 5"; "reorg 2"; "rejected CODE"; ...
    std::vector<std::string> told();
    /// Only what goes to this peer.
    std::vector<std::string> told(wire::ConnectionId to);
    /// Payload of the last message of this type that told() has seen.
    Bytes last(wire::MessageType type) const;

    std::uint64_t head() const { return hub->chain().head().number; }

    MiniChain mini;
    sync::NetworkProxy out;
    sync::HeadBoard board{};
    CountingStore store;
    std::unique_ptr<sync::ChainHub> hub{};
    sync::Time now{std::chrono::hours(1)};
    // Of the last give(): its slices, and the most look-ups of one of them.
    std::size_t slices = 0;
    std::size_t lookups = 0;

  private:
    std::string describe(const sync::Action& action);
    std::string describe_frame(wire::ConnectionId to, wire::MessageType type, const Bytes& frame);
    std::vector<std::pair<wire::MessageType, Bytes>> sent_{};
    bool has_premine_ = false;
};

/// The hashes in a payload, those of 32 bytes.
std::vector<Hash256> hashes_in(BytesView payload);
/// Slices of a chain.
std::vector<MinedBlock> part(const std::vector<MinedBlock>& blocks, std::size_t from, std::size_t count);

} // namespace ethpoc::test
