// ChainHub: what peers are told without having asked: a new head, a new transaction. Who of them: hub_fanout.cpp.
#include <algorithm>

#include "sync/answers.hpp"
#include "sync/hub.hpp"
#include "sync/implementation.hpp"
#include "sync/relay.hpp"
#include "wire/codec.hpp"

namespace ethpoc::sync {

bool ChainHub::interested(const Member& member) const {
    return member.traits.has_chain && member.traits.quirks.announce && member.phase != SyncPhase::foreign;
}

/// One peer, with what it lacks below the head.
void ChainHub::tell(Member& member) {
    Relay news;
    announce_to(member, news);
    news.send(out_);
}

void ChainHub::announce_to(Member& member, Relay& news) {
    const chain::BlockRecord& head = chain_->head();
    if (head.number == 0 || member.told_head == head.hash || !may_tell(member)) { return; }
    if (now_ < member.hold_until) { return wake(member, std::min(member.wake_at, member.hold_until)); }
    member.told_head = head.hash;
    if (member.known.contains(head.hash) || member.position == head.hash) { return; }
    if (member.asks_on()) { member.hold_until = now_ + options_.hold; }
    if (send_branch(member)) { return; } // the rest of it comes in its own time
    const auto block = head_rlp();
    if (!block) { return; }
    const bool alone = member.traits.profile->announce == wire::AnnounceForm::blocks;
    const auto type = alone ? wire::MessageType::Blocks : wire::MessageType::NewBlock;
    news.add(member, type, [&] { return announcement(type, member.traits, *block); });
    member.known.add(head.hash);
    if (member.position == head.parent) { member.position = head.hash; }
}

/// The block of the head, which many are sent: the bytes that came, or those in the store for a head that came
/// otherwise (a block that waited for its parent, the start). Nothing when the store fails.
std::optional<BytesView> ChainHub::head_rlp() {
    if (!arrived_head_.empty()) { return arrived_head_; }
    if (head_rlp_of_ != chain_->head().hash) {
        auto rlp = chain_->rlp(chain_->head().hash);
        if (!rlp) { return std::nullopt; }
        head_rlp_ = std::move(*rlp);
        head_rlp_of_ = chain_->head().hash;
    }
    return head_rlp_;
}

/// A command that was nothing but the new head leaves it here, for peers that are told later (HubOptions::hold). Of a
/// long message nothing is kept: that would hold 16 MiB for one block.
void ChainHub::keep_head(CommandBody& body) {
    if (arrived_head_.empty()) { return; }
    Bytes* bytes = nullptr;
    if (auto* const block = std::get_if<command::NewBlock>(&body)) { bytes = &block->block; }
    if (auto* const blocks = std::get_if<command::Blocks>(&body)) { bytes = &blocks->items; }
    if (bytes == nullptr || bytes->size() != arrived_head_.size()) { return; }
    head_rlp_ = std::move(*bytes); // arrived_head_ stays valid
    head_rlp_of_ = chain_->head().hash;
}

/// The block of the head, in a message of this type.
Bytes ChainHub::announcement(wire::MessageType type, const PeerTraits& to, BytesView block) const {
    if (type == wire::MessageType::Blocks) {
        return wire::compose_raw_items(*to.profile, type, {&block, 1}, to.offsets);
    }
    return wire::compose_new_block(
        *to.profile, block,
        chain_->announced_total_difficulty(chain::rules_for(to.profile->chain_version(), implementation_of(to.client))),
        to.offsets);
}

chain::TransactionPool& ChainHub::pool_of(chain::TransactionLayout layout) {
    return pools_.try_emplace(layout, layout, options_.pool_bytes, options_.transaction_bytes).first->second;
}

Progress ChainHub::on(Member& from, const command::Transactions& message) {
    constexpr std::size_t slice_new = 64;     // each costs the recovery of a key, about 0.1 ms
    constexpr std::size_t slice_items = 1024; // each costs a hash
    constexpr std::size_t slice_bytes = 256u << 10;
    Unfinished& work = from.work;
    if (work.start(message.items.data())) { work.left = message.count; }
    chain::TransactionPool& pool = pool_of(from.layout);
    std::size_t fresh = 0;
    std::size_t items = 0;
    const std::size_t begin = work.at;
    for (const rlp::Item& each : rlp::Items(BytesView(message.items).subspan(begin), work.left)) {
        if (fresh == slice_new || items == slice_items || work.at - begin >= slice_bytes) { return Progress::more; }
        const BytesView item = each.whole();
        work.at += item.size();
        --work.left;
        ++items;
        chain::PoolResult result = pool.add(item, from.id);
        fresh += result.verdict == chain::PoolVerdict::added || result.verdict == chain::PoolVerdict::invalid ? 1 : 0;
        if (result.verdict == chain::PoolVerdict::invalid && result.error) {
            const std::size_t index = message.count - work.left - 1;
            out_.put(action::Rejected{from.id, wire::MessageType::Transactions, std::move(*result.error), index});
            if (++work.invalid > options_.max_invalid) { return Progress::done; }
            continue;
        }
        from.known_transactions.add(result.hash);
        if (result.verdict != chain::PoolVerdict::added) { continue; }
        if (mining_) { mining_->news = true; }
        out_.put(action::TransactionSeen{from.id, result.hash, result.sender});
        relay_transaction(from.layout, result.hash, item);
    }
    return Progress::done;
}

void ChainHub::tell_own(Member& member) {
    constexpr auto type = wire::MessageType::Transactions;
    if (!member.traits.quirks.takes_transactions) { return; }
    for (const OwnTransaction& own : options_.own_transactions) {
        if (own.layout != member.layout) { continue; }
        const chain::PoolResult result = pool_of(own.layout).add(own.rlp);
        if (result.verdict == chain::PoolVerdict::invalid) { continue; }
        member.known_transactions.add(result.hash);
        const BytesView item = own.rlp;
        send(member, type, wire::compose_raw_items(*member.traits.profile, type, {&item, 1}, member.traits.offsets));
    }
}

} // namespace ethpoc::sync
