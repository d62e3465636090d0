// ChainHub: its own blocks. What the miner works on follows the head and the pool; what it finds is imported like a
// block of a peer, by all the rules, and told to everybody.
#include "sync/hub.hpp"

#include <algorithm>

#include "chain/keccak.hpp"

namespace ethpoc::sync {

namespace {
constexpr auto refresh = std::chrono::seconds(3);      // the clock goes on
constexpr auto pause = std::chrono::milliseconds(250); // transactions come many at a time
} // namespace

void ChainHub::mine(MinerPort& miner, chain::MinerChoice choice) {
    mining_.emplace(miner, std::move(choice));
}

Time ChainHub::mining_deadline() const {
    return mining_ ? next_work() : Time::max();
}

/// When there is reason for another work: at once when the head has moved.
Time ChainHub::next_work() const {
    if (mining_->on != chain_->head().hash) { return now_; }
    return mining_->made_at + (mining_->news ? std::chrono::milliseconds(pause) : refresh);
}

void ChainHub::tick_mining(Time now, std::uint64_t wall) {
    if (!mining_) { return; }
    now_ = now;
    arrived_ = now;
    if (const auto found = mining_->miner.take()) { import_mined(*found, wall); }
    if (now >= next_work()) { set_work(wall); }
}

void ChainHub::set_work(std::uint64_t wall) {
    Mining& mining = *mining_;
    mining.on = chain_->head().hash;
    mining.made_at = now_;
    mining.news = false;
    mining.choice.now_seconds = wall;
    std::vector<chain::WaitingTransaction> waiting;
    const auto layouts = chain::transaction_layouts(chain_->rules());
    for (const auto& [layout, pool] : pools_) {
        if (std::ranges::find(layouts, layout) == layouts.end()) { continue; }
        const auto more = pool.all();
        waiting.insert(waiting.end(), more.begin(), more.end());
    }
    auto work = chain_->work(waiting, mining.choice);
    if (!work) {
        mining.miner.set(nullptr);
        if (!std::exchange(mining.told, true)) { out_.put(action::Idle{std::move(work.error())}); }
        return;
    }
    mining.told = false;
    if (too_early(*work, wall)) { return mining.miner.set(nullptr); }
    mining.miner.set(std::make_shared<const chain::Work>(std::move(*work)));
}

/// One that another block has overtaken is kept all the same: it may become an uncle.
void ChainHub::import_mined(const MinerPort::Found& found, std::uint64_t wall) {
    const BytesView bytes = found.block;
    chain::BatchResult result = chain_->import({&bytes, 1}, wall);
    if (result.store_error) { return store_failed(std::move(*result.store_error), now_); }
    mining_->on = {}; // that work is done
    for (const chain::Import& block : result.blocks) {
        if (block.error) { out_.put(action::Idle{*block.error}); } // nothing that a miner makes should be refused
    }
    if (result.imported == 0) { return; }
    const auto record = chain_->find(result.blocks.front().hash);
    if (record) {
        out_.put(action::Mined{*record, found.work->transactions, found.work->uncles, result.head.has_value()});
    }
    tell_imported(0, result);
    drop_included(result, {&bytes, 1});
    if (result.head) { announce_head(0); }
    settle(now_);
}

/// Transactions of blocks that lost their place wait again; those of the blocks that took it do not any more. Only a
/// miner cares.
void ChainHub::repool(const chain::HeadChange& change) {
    if (!mining_) { return; }
    constexpr std::size_t most_blocks = 64;
    const chain::Rules& rules = chain_->rules();
    const auto each = [&](const Hash256& hash, auto use) {
        const auto bytes = chain_->rlp(hash);
        const auto block = bytes ? chain::decode_block(rules, *bytes) : std::unexpected(Error{});
        if (!block) { return; }
        for (const rlp::Item& item : block->transactions) {
            if (const auto entry = chain::decode_entry(rules.entry, item)) { use(entry->transaction.whole()); }
        }
    };
    for (std::size_t i = 0; i < std::min(change.left.size(), most_blocks); ++i) {
        each(change.left[i], [&](BytesView transaction) { pool_of(rules.transaction).add(transaction); });
    }
    for (std::size_t i = change.joined.size() - std::min(change.joined.size(), most_blocks); i < change.joined.size();
         ++i) {
        each(change.joined[i], [&](BytesView transaction) {
            for (auto& [layout, pool] : pools_) {
                pool.remove(chain::keccak256(transaction));
            }
        });
    }
}

} // namespace ethpoc::sync
