#include "chain/hub.hpp"

#include <algorithm>
#include <ranges>

#include "chain/keccak.hpp"
#include "chain/server.hpp"
#include "chain/sync.hpp"
#include "wire/codec.hpp"

namespace ethpoc::chain {

ChainHub::ChainHub(std::unique_ptr<Blockchain> chain, NetworkProxy& out, HeadBoard& board, const HubOptions& options) :
    chain_(std::move(chain)), out_(out), board_(board), options_(options) {
    post_head();
}

void ChainHub::post_head() {
    const BlockRecord& head = chain_->head();
    board_.post({chain_->genesis().hash, head.hash, head.number, chain_->announced_total_difficulty()});
}

void ChainHub::send(const Member& to, wire::MessageType type, Bytes frame, bool relay) {
    out_.put(action::Send{to.id, type, std::make_shared<const Bytes>(std::move(frame)), relay});
}

// ---------------------------------------------------------------- peers come and go

void ChainHub::peer_up(ConnectionId id, PeerTraits traits, Time now) {
    Member& member = members_[id];
    member.id = id;
    member.traits = std::move(traits);
    member.layout = rules_for(member.traits.profile->chain_version(), member.traits.client_id).transaction;
    if (member.traits.profile->has_get_transactions) {
        send(member, wire::MessageType::GetTransactions,
             wire::compose_plain(*member.traits.profile, wire::MessageType::GetTransactions, member.traits.offsets));
    }
    if (member.traits.has_chain) { want(member, now); }
}

void ChainHub::peer_down(ConnectionId id, Time now) {
    const auto at = members_.find(id);
    if (at == members_.end()) { return; }
    std::erase(waiting_, id);
    if (leader_ == id) { finish(at->second, SyncPhase::given_up, now); }
    members_.erase(at);
}

// ---------------------------------------------------------------- asking, one peer at a time

void ChainHub::want(Member& member, Time now) {
    if (member.asking() || member.phase == SyncPhase::queued) { return; }
    if (leader_ == 0) { return begin(member, now); }
    member.phase = SyncPhase::queued;
    waiting_.push_back(member.id);
}

void ChainHub::begin(Member& member, Time now) {
    leader_ = member.id;
    member.by_hashes() ? HashSync::begin(*this, member, now) : ChainSync::begin(*this, member, now);
}

void ChainHub::finish(Member& member, SyncPhase how, Time now) {
    member.phase = how;
    member.fruitless = 0;
    member.asked.clear();
    member.wanted = {}; // may be large
    if (how == SyncPhase::synced && member.announced_synced != chain_->head().hash) {
        member.announced_synced = chain_->head().hash;
        out_.put(action::Synced{member.id, chain_->head()});
    }
    if (leader_ != member.id) { return; }
    leader_ = 0;
    announce_head(member.id);
    begin_next(now);
}

void ChainHub::begin_next(Time now) {
    while (leader_ == 0 && !waiting_.empty()) {
        const auto next = members_.find(waiting_.front());
        waiting_.pop_front();
        if (next == members_.end()) { continue; }
        next->second.phase = SyncPhase::idle;
        begin(next->second, now);
    }
}

Time ChainHub::deadline() const {
    const auto at = members_.find(leader_);
    return at == members_.end() ? Time::max() : at->second.asked_at + options_.answer_timeout;
}

void ChainHub::tick(Time now) {
    const auto at = members_.find(leader_);
    if (at == members_.end() || now < at->second.asked_at + options_.answer_timeout) { return; }
    Member& member = at->second;
    if (++member.fruitless > options_.max_fruitless) { return finish(member, SyncPhase::given_up, now); }
    if (waiting_.empty()) { return begin(member, now); }
    // Others wait: its turn comes again behind them.
    member.phase = SyncPhase::queued;
    waiting_.push_back(member.id);
    leader_ = 0;
    begin_next(now);
}

// ---------------------------------------------------------------- what peers send

Progress ChainHub::handle(Command& command, Time now, std::uint64_t wall) {
    const auto at = members_.find(command.from);
    if (at == members_.end()) { return Progress::done; }
    Member& from = at->second;
    std::visit(
        [&](const auto& message) {
            using M = std::decay_t<decltype(message)>;
            if constexpr (std::is_same_v<M, command::PeerUp> || std::is_same_v<M, command::PeerDown>) {
                return; // ChainManager's
            } else if constexpr (std::is_same_v<M, command::Blocks> || std::is_same_v<M, command::NewBlock>) {
                on(from, message, now, wall);
            } else if constexpr (std::is_same_v<M, command::BlockHashes> || std::is_same_v<M, command::NotInChain>) {
                on(from, message, now);
            } else {
                on(from, message);
            }
        },
        command.body);
    return Progress::done;
}

void ChainHub::on(Member& from, const command::Blocks& message, Time now, std::uint64_t wall) {
    receive_blocks(from, split_items(message.items, message.count), now, wall);
}

void ChainHub::on(Member& from, const command::NewBlock& message, Time now, std::uint64_t wall) {
    from.traits.total_difficulty = std::max(from.traits.total_difficulty, message.total_difficulty);
    receive_blocks(from, {BytesView(message.block)}, now, wall);
}

void ChainHub::receive_blocks(Member& from, std::vector<BytesView> as_sent, Time now, std::uint64_t wall) {
    // Its blocks stand on another genesis or have a form of their own (Python before v12, py-0.7.38); both are right
    // there.
    if (!from.traits.has_chain) { return; }
    // GetChain is answered newest first; GetBlocks in the order that we asked, which is oldest first.
    if (!from.by_hashes()) { std::ranges::reverse(as_sent); }
    const auto outcome = import(from, as_sent, wall);
    if (!outcome) { return; }
    const Received& received = *outcome;
    const bool was_leader = leader_ == from.id;
    // The end of a sync announces the head, once. A lone block is news, and so is what nobody asked for: a peer that is
    // being asked and says nothing must not hold it back.
    if (received.moved_head && received.hashes.size() == 1) { announce_head(from.id); }

    const bool hashes = from.by_hashes();
    const bool answer =
        was_leader && (hashes ? HashSync::is_answer(from, received) : ChainSync::is_answer(from, received));
    if (answer) {
        return hashes ? HashSync::receive(*this, from, received, now) : ChainSync::receive(*this, from, received, now);
    }
    if (received.without_parent > 0) {
        from.traits.best_hash = received.hashes.back();
        want(from, now);
    }
    if (received.moved_head) { announce_head(from.id); }
}

/// In slices, so that what is known of one message stays small whatever it holds. Nothing when the store failed.
std::optional<Received> ChainHub::import(Member& from, std::span<const BytesView> oldest_first, std::uint64_t wall) {
    constexpr std::size_t slice = 256;
    Received received;
    for (std::size_t at = 0; at < oldest_first.size() && received.invalid <= options_.max_invalid; at += slice) {
        const auto blocks = oldest_first.subspan(at, std::min(slice, oldest_first.size() - at));
        BatchResult result = chain_->import(blocks, wall);
        if (result.store_error) {
            out_.put(action::Failed{std::move(*result.store_error)});
            return std::nullopt;
        }
        note(from, result, received);
        report(from, result);
        drop_included(result, blocks);
    }
    if (!received.hashes.empty()) {
        if (const auto oldest = chain_->find(received.hashes.front())) { received.oldest_parent = oldest->parent; }
    }
    return received;
}

void ChainHub::note(Member& from, const BatchResult& result, Received& received) {
    received.imported += result.imported;
    received.moved_head = received.moved_head || result.head.has_value();
    for (const Import& block : result.blocks) {
        received.hashes.push_back(block.hash);
        received.without_parent += block.verdict == Verdict::unknown_parent ? 1 : 0;
        received.invalid += block.verdict == Verdict::invalid ? 1 : 0;
        if (block.verdict != Verdict::invalid) { from.known.add(block.hash); }
    }
    // The newest that is on our branch; usually the last one, which the cache and the head know without the store.
    for (const Import& block : std::views::reverse(result.blocks)) {
        if (block.verdict == Verdict::imported && place(from, block.hash)) { break; }
    }
}

void ChainHub::report(Member& from, const BatchResult& result) {
    for (const Import& block : result.blocks) {
        if (block.verdict == Verdict::invalid && block.error) {
            out_.put(action::Rejected{from.id, wire::MessageType::Blocks, *block.error});
        }
    }
    if (result.head) { post_head(); } // before anybody is told of it
    // First the change of branch, then the head that came of it: who waits for a head has heard all when it comes.
    if (result.head && result.head->reorg_depth > 0) {
        out_.put(action::Reorg{result.head->from, result.head->to, result.head->reorg_depth});
    }
    if (result.imported > 0) { out_.put(action::Imported{from.id, result.imported, chain_->head()}); }
}

void ChainHub::drop_included(const BatchResult& result, std::span<const BytesView> blocks) {
    if (std::ranges::all_of(pools_, [](const auto& pool) { return pool.second.size() == 0; })) { return; }
    const bool nested = chain_->rules().entry == EntryForm::with_state;
    for (std::size_t i = 0; i < blocks.size() && i < result.blocks.size(); ++i) {
        if (result.blocks[i].verdict != Verdict::imported) { continue; }
        const auto block = decode_block(chain_->rules(), blocks[i]);
        if (!block) { continue; }
        for (const rlp::Item& entry : block->transactions) {
            const auto inner = nested ? rlp::list_items(entry.whole(), rlp::Mode::lenient) : Result<rlp::Items>{};
            const bool wrapped = nested && inner && !inner->empty();
            const Hash256 hash = keccak256(wrapped ? (*inner->begin()).whole() : entry.whole());
            for (auto& [layout, pool] : pools_) {
                pool.remove(hash);
            }
        }
    }
}

// ---------------------------------------------------------------- what peers ask and answer

void ChainHub::on(Member& from, const command::BlockHashes& message, Time now) {
    HashSync::hashes(*this, from, message.hashes, now);
}

void ChainHub::on(Member& from, const command::NotInChain& message, Time now) {
    ChainSync::not_in_chain(*this, from, message.hash, now);
}

void ChainHub::on(Member& from, const command::GetChain& message) {
    constexpr std::size_t placed = 32; // of a request: it names its newest first
    const Blockchain::Reading reading(*chain_);
    std::span<const Hash256> asked = message.hashes;
    if (asked.empty() && from.traits.denies_genesis) { asked = {&chain_->genesis().hash, 1}; }
    for (const Hash256& hash : asked.first(std::min(asked.size(), placed))) {
        place(from, hash);
    }
    if (auto answer = answer_get_chain(*chain_, from.traits, asked, message.count)) {
        send(from, answer->type, std::move(answer->frame));
    }
}

void ChainHub::on(Member& from, const command::GetBlockHashes& message) {
    const Blockchain::Reading reading(*chain_);
    if (auto answer = answer_get_block_hashes(*chain_, from.traits, message.hash, message.limit)) {
        send(from, answer->type, std::move(answer->frame));
    }
}

void ChainHub::on(Member& from, const command::GetBlocks& message) {
    const Blockchain::Reading reading(*chain_);
    if (auto answer = answer_get_blocks(*chain_, from.traits, message.hashes)) {
        send(from, answer->type, std::move(answer->frame));
    }
}

/// The pool, without what this peer has sent us or was sent.
void ChainHub::on(Member& from, const command::GetTransactions&) {
    std::vector<BytesView> news;
    for (const BytesView item : pool_of(from.layout).all()) {
        const Hash256 hash = keccak256(item);
        if (from.known_transactions.contains(hash)) { continue; }
        from.known_transactions.add(hash);
        news.push_back(item);
    }
    Answer answer = answer_get_transactions(news, from.traits);
    send(from, answer.type, std::move(answer.frame));
}

} // namespace ethpoc::chain
