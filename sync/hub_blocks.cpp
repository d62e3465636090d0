// ChainHub: blocks that came in, slice by slice: a message of 16 MiB must not keep the thread from other peers.
#include <algorithm>
#include <ranges>

#include "chain/keccak.hpp"
#include "sync/fetching.hpp"
#include "sync/hub.hpp"

namespace ethpoc::sync {

namespace {

constexpr std::size_t slice_blocks = 256; // of one commit: what C++ asks for at once (spec WIRE 5.6)
constexpr std::size_t max_items = 65'536; // of one message that are looked at; a bare header fills 200 bytes and more

/// The beginning of `blocks` that makes one slice: all of a usual message; a heavy block goes alone.
std::span<const BytesView> first_slice(std::span<const BytesView> blocks) {
    std::chrono::nanoseconds cost{};
    std::size_t n = 0;
    while (n < blocks.size() && n < slice_blocks) {
        cost += chain::import_cost(blocks[n].size());
        if (n > 0 && cost > chain::import_slice) { break; }
        ++n;
    }
    return blocks.first(n);
}

/// The second block is the child of the first one.
bool oldest_first(const chain::Rules& rules, std::span<const BytesView> blocks) {
    if (blocks.size() < 2) { return false; }
    const auto first = chain::decode_block(rules, blocks[0]);
    const auto second = chain::decode_block(rules, blocks[1]);
    return first && second && second->header.parent_hash == first->hash;
}

} // namespace

Progress ChainHub::on(Member& from, const command::Blocks& message, Time now, std::uint64_t wall) {
    Unfinished& work = from.work;
    if (work.start(message.items.data())) {
        const std::size_t count = std::min(message.count, max_items);
        work.blocks.reserve(count);
        for (const rlp::Item& item : rlp::Items(message.items, message.count)) {
            if (work.blocks.size() == count) { break; }
            work.blocks.push_back(item.whole());
        }
        // GetChain is answered newest first, except by Python; GetBlocks in the order that we asked, which is oldest
        // first.
        work.newest_first = !from.by_hashes() && !oldest_first(chain_->rules(), work.blocks);
        if (work.newest_first) { std::ranges::reverse(work.blocks); }
    }
    return receive_slice(from, now, wall);
}

Progress ChainHub::on(Member& from, const command::NewBlock& message, Time now, std::uint64_t wall) {
    Unfinished& work = from.work;
    if (work.start(message.block.data())) {
        from.traits.total_difficulty = std::max(from.traits.total_difficulty, message.total_difficulty);
        work.blocks.assign(1, BytesView(message.block));
    }
    return receive_slice(from, now, wall);
}

Progress ChainHub::receive_slice(Member& from, Time now, std::uint64_t wall) {
    // Its blocks stand on another genesis or have a form of their own (Python before v12); both are right there.
    if (!from.traits.has_chain || (store_retry_ && now < *store_retry_)) { return Progress::done; }
    Unfinished& work = from.work;
    const auto part = first_slice(std::span<const BytesView>(work.blocks).subspan(work.at));
    work.at += part.size();
    if ((!part.empty() || chain_->adopting()) && !import(from, part, now, wall)) { return Progress::done; }
    if (work.head_hash == chain_->head().hash) { arrived_head_ = work.head; }
    const bool enough = work.received.invalid > options_.max_invalid;
    if (!enough && (work.at < work.blocks.size() || chain_->adopting())) { return Progress::more; }
    conclude(from, work.received, now);
    return Progress::done;
}

/// False when the store failed.
bool ChainHub::import(Member& from, std::span<const BytesView> oldest_first, Time now, std::uint64_t wall) {
    Received& received = from.work.received;
    chain::BatchResult result = chain_->import(oldest_first, wall, from.id);
    if (result.store_error) {
        store_failed(std::move(*result.store_error), now);
        return false;
    }
    if (result.imported > 0) {
        store_retry_.reset();
        if (from.asking()) {
            verified_ = from.progress = true;
            from.progress_at = from.asked_at = now;
        }
    }
    if (received.count == 0 && !result.blocks.empty()) {
        received.oldest = result.blocks.front().hash;
        if (const auto oldest = chain_->find(received.oldest)) { received.oldest_parent = oldest->parent; }
    }
    note(from, result, received);
    for (std::size_t i = result.head ? result.blocks.size() : 0; i-- > 0;) {
        if (result.blocks[i].hash != result.head->to.hash) { continue; }
        from.work.head = oldest_first[i];
        from.work.head_hash = result.head->to.hash;
        break;
    }
    report(from, result, oldest_first.size());
    drop_included(result, oldest_first);
    return true;
}

/// All that a message held has been imported: is it the answer to our question, or news?
void ChainHub::conclude(Member& from, Received received, Time now) {
    // The end of a sync announces the head, once. A lone block is news, and so is what nobody asked for: a peer that is
    // being asked and says nothing must not hold it back.
    if (received.moved_head && received.count == 1) { announce_head(from.id); }
    echo(from, received);

    const bool hashes = from.by_hashes();
    const bool answer = hashes ? HashSync::is_answer(from, received) : ChainSync::is_answer(from, received);
    if (answer) {
        return hashes ? HashSync::receive(*this, from, received, now) : ChainSync::receive(*this, from, received, now);
    }
    if (received.without_parent > 0) {
        from.traits.best_hash = received.newest;
        want(from);
    }
    if (received.moved_head) { announce_head(from.id); }
}

void ChainHub::note(Member& from, const chain::BatchResult& result, Received& received) {
    received.imported += result.imported;
    received.moved_head = received.moved_head || result.head.has_value();
    for (const chain::Import& block : result.blocks) {
        ++received.count;
        received.newest = block.hash;
        received.of_asked = received.of_asked || (from.asking() && contains(from.asked, block.hash));
        received.without_parent += block.verdict == chain::Verdict::unknown_parent ? 1 : 0;
        const bool bad = block.verdict == chain::Verdict::invalid || block.verdict == chain::Verdict::refused;
        received.invalid += bad ? 1 : 0;
        if (!bad) { from.known.add(block.hash); }
    }
    // The newest that is on our branch; usually the last one, which the cache and the head know without the store.
    for (const chain::Import& block : std::views::reverse(result.blocks)) {
        if (block.verdict == chain::Verdict::imported && place(from, block.hash)) { break; }
    }
}

void ChainHub::report(Member& from, chain::BatchResult& result, std::size_t slice) {
    const Unfinished& work = from.work;
    for (std::size_t i = 0; i < result.blocks.size(); ++i) {
        const chain::Import& block = result.blocks[i];
        if (block.verdict != chain::Verdict::invalid || !block.error) { continue; }
        std::optional<std::size_t> index;
        const std::size_t at = work.at - std::min(work.at, slice) + i; // oldest first
        if (i < slice) { index = work.newest_first ? work.blocks.size() - 1 - at : at; }
        out_.put(action::Rejected{from.id, wire::MessageType::Blocks, *block.error, index});
    }
    if (result.useless > 0) { out_.put(action::Useless{from.id, result.useless, "cheap blocks of no use"}); }
    tell_imported(from.id, result);
}

/// What a batch changed, whoever sent it.
void ChainHub::tell_imported(ConnectionId from, chain::BatchResult& result) {
    if (result.head) { post_head(); } // before anybody is told of it
    // First the change of branch, then the head that came of it: a listener that waits for a head has heard all when it
    // comes.
    for (chain::StoredBlock& block : result.stored) {
        out_.put(action::Stored{from, &chain_->rules(), block.record, std::move(block.rlp), arrived_});
    }
    if (result.head && !result.head->left.empty()) {
        chain::HeadChange& head = *result.head;
        repool(head);
        out_.put(action::Reorg{head.from, head.to, std::move(head.left), std::move(head.joined)});
    }
    if (result.imported > 0 && from != 0) { out_.put(action::Imported{from, result.imported, chain_->head()}); }
    if (result.head) { tell_gap(); }
}

/// The gap is told once a chain: from there on its blocks are taken without their accounts.
void ChainHub::tell_gap() {
    if (told_gap_) { return; }
    state_ = chain_->state();
    post_head();
    if (!state_ || !state_->gap) { return; }
    told_gap_ = true;
    out_.put(action::StateUnknown{chain_->head(), state_->gap->from, state_->gap->because});
}

void ChainHub::drop_included(const chain::BatchResult& result, std::span<const BytesView> blocks) {
    if (std::ranges::all_of(pools_, [](const auto& pool) { return pool.second.size() == 0; })) { return; }
    const bool nested = chain_->rules().entry == chain::EntryForm::with_state;
    for (std::size_t i = 0; i < blocks.size() && i < result.blocks.size(); ++i) {
        if (result.blocks[i].verdict != chain::Verdict::imported) { continue; }
        const auto block = chain::decode_block(chain_->rules(), blocks[i]);
        if (!block) { continue; }
        for (const rlp::Item& entry : block->transactions) {
            const auto inner = nested ? rlp::list_items(entry.whole(), rlp::Mode::lenient) : Result<rlp::Items>{};
            const bool wrapped = nested && inner && !inner->empty();
            const Hash256 hash = chain::keccak256(wrapped ? (*inner->begin()).whole() : entry.whole());
            for (auto& [layout, pool] : pools_) {
                pool.remove(hash);
            }
        }
    }
}

/// Once, until it works again: the peers go on sending. Nobody is asked for more.
void ChainHub::store_failed(Error error, Time now) {
    if (!store_retry_) { out_.put(action::Failed{std::move(error)}); }
    store_retry_ = now + options_.store_retry;
    while (!asking_.empty()) {
        finish(members_.at(*asking_.begin()), SyncPhase::given_up, now);
    }
    for (const ConnectionId id : waiting_) {
        members_.at(id).phase = SyncPhase::given_up;
        members_.at(id).wanted = {};
    }
    waiting_.clear();
}

} // namespace ethpoc::sync
