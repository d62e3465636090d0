// ChainHub, second half: what peers are told without having asked: a new head, a new transaction.
#include <algorithm>

#include "chain/hub.hpp"
#include "chain/server.hpp"
#include "wire/codec.hpp"

namespace ethpoc::chain {

namespace {

/// One message for many peers. Each form of it is encoded once, and is one action for all peers that speak this form.
class Relay {
  public:
    /// `compose` makes the frame for the first peer of a form.
    template <class Compose>
    void add(const Member& to, wire::MessageType type, Compose&& compose) {
        action::Relay& relay = by_form_[{to.traits.profile, to.traits.offsets.eth}];
        if (!relay.frame) { relay = {type, std::make_shared<const Bytes>(compose()), {}}; }
        relay.to.push_back(to.id);
    }

    void send(NetworkProxy& out) {
        for (auto& [form, relay] : by_form_) {
            out.put(std::move(relay));
        }
        by_form_.clear();
    }

  private:
    /// What makes two peers' frames of one message differ.
    using Form = std::pair<const wire::Profile*, std::uint16_t>;
    std::map<Form, action::Relay> by_form_{};
};

} // namespace

/// `member` has the block `hash`, and so everything below it. False: it is not on our branch.
bool ChainHub::place(Member& member, const Hash256& hash) {
    const auto record = chain_->find(hash);
    if (!record || !chain_->is_canonical(*record)) { return false; }
    const auto before = chain_->find(member.position);
    if (!before || !chain_->is_canonical(*before) || before->number < record->number) { member.position = hash; }
    return true;
}

/// For a peer that lags by more than the head: the blocks right above its own, as if it had asked. C++ has no way to
/// ask from below a block whose parent it lacks, but goes on by itself once it has imported something (spec WIRE 5.7).
bool ChainHub::announce_branch(Member& member) {
    // Who is right below the head lacks nothing else; whose place is not known is told the head. Most peers are one of
    // the two, and need no look into the store.
    if (member.position.is_zero() || member.position == chain_->head().parent) { return false; }
    if (member.by_hashes()) { return false; }
    const auto own = chain_->find(member.position);
    if (!own || !chain_->is_canonical(*own)) { return false; }
    if (own->number + 1 >= chain_->head().number) { return false; }
    auto answer = answer_get_chain(*chain_, member.traits, {&member.position, 1}, member.traits.max_blocks);
    if (!answer || answer->type != wire::MessageType::Blocks) { return false; }
    const std::uint64_t top = std::min(own->number + member.traits.max_blocks, chain_->head().number);
    if (const auto sent = chain_->canonical(top)) { member.position = sent->hash; }
    send(member, answer->type, std::move(answer->frame), true);
    return true;
}

void ChainHub::announce_head(ConnectionId except) {
    const BlockRecord& head = chain_->head();
    if (head.number == 0) { return; }
    std::optional<Bytes> block;
    Relay news;
    for (auto& [id, member] : members_) {
        const bool interested = member.traits.has_chain && member.traits.announce && member.phase != SyncPhase::foreign;
        // Once for each head and peer, however often a sync ends.
        if (id == except || !interested || member.told_head == head.hash) { continue; }
        member.told_head = head.hash;
        if (member.known.contains(head.hash)) { continue; }
        if (announce_branch(member)) { continue; }
        if (!block) { block = chain_->rlp(head.hash); }
        if (!block) { return; }
        const bool alone = member.traits.profile->announce == wire::AnnounceForm::blocks;
        const auto type = alone ? wire::MessageType::Blocks : wire::MessageType::NewBlock;
        news.add(member, type, [&] { return announcement(type, member.traits, *block); });
        member.known.add(head.hash);
        member.position = head.hash;
    }
    news.send(out_);
}

/// The block of the head, in a message of this type.
Bytes ChainHub::announcement(wire::MessageType type, const PeerTraits& to, BytesView block) const {
    if (type == wire::MessageType::Blocks) {
        return wire::compose_raw_items(*to.profile, type, {&block, 1}, to.offsets);
    }
    return wire::compose_new_block(
        *to.profile, block, chain_->announced_total_difficulty(rules_for(to.profile->chain_version(), to.client_id)),
        to.offsets);
}

TransactionPool& ChainHub::pool_of(TransactionLayout layout) {
    return pools_.try_emplace(layout, layout, options_.pool_bytes, options_.transaction_bytes).first->second;
}

Progress ChainHub::on(Member& from, const command::Transactions& message) {
    constexpr std::size_t slice_new = 64;     // each costs the recovery of a key, about 0.1 ms
    constexpr std::size_t slice_items = 1024; // each costs a hash
    constexpr std::size_t slice_bytes = 256u << 10;
    Unfinished& work = from.work;
    if (work.start(message.items.data())) { work.left = message.count; }
    TransactionPool& pool = pool_of(from.layout);
    std::size_t fresh = 0;
    std::size_t items = 0;
    const std::size_t begin = work.at;
    for (const rlp::Item& each : rlp::Items(BytesView(message.items).subspan(begin), work.left)) {
        if (fresh == slice_new || items == slice_items || work.at - begin >= slice_bytes) { return Progress::more; }
        const BytesView item = each.whole();
        work.at += item.size();
        --work.left;
        ++items;
        PoolResult result = pool.add(item, from.id);
        fresh += result.verdict == PoolVerdict::added || result.verdict == PoolVerdict::invalid ? 1 : 0;
        if (result.verdict == PoolVerdict::invalid && result.error) {
            out_.put(action::Rejected{from.id, wire::MessageType::Transactions, std::move(*result.error)});
            if (++work.invalid > options_.max_invalid) { return Progress::done; }
            continue;
        }
        from.known_transactions.add(result.hash);
        if (result.verdict != PoolVerdict::added) { continue; }
        out_.put(action::TransactionSeen{from.id, result.hash, result.sender});
        relay_transaction(from.layout, result.hash, item);
    }
    return Progress::done;
}

/// To everybody who has not got it, one in a message as Go does.
void ChainHub::relay_transaction(TransactionLayout layout, const Hash256& hash, BytesView item) {
    constexpr auto type = wire::MessageType::Transactions;
    Relay news;
    for (auto& [id, member] : members_) {
        // A layout that is not its own would be garbage to it, and garbage kills Go.
        if (member.layout != layout || member.known_transactions.contains(hash)) { continue; }
        member.known_transactions.add(hash);
        news.add(member, type, [&] {
            return wire::compose_raw_items(*member.traits.profile, type, {&item, 1}, member.traits.offsets);
        });
    }
    news.send(out_);
}

} // namespace ethpoc::chain
