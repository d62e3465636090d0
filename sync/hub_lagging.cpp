// ChainHub: peers that lag behind and cannot help themselves. What each is known to have, and what it is sent unasked.
// C++ asks for nothing that lies between a new head and its own: one on the losing branch of a fork, or one whose
// import lost its place, stays there for ever unless it is sent the blocks from the last common one up (spec CLIENTS
// 1).
#include <algorithm>

#include "sync/answers.hpp"
#include "sync/hub.hpp"
#include "sync/implementation.hpp"
#include "wire/codec.hpp"

namespace ethpoc::sync {

namespace {

constexpr std::size_t placed = 32; // hashes of a question that are looked at

std::uint64_t number_of(const std::optional<chain::BlockRecord>& record) {
    return record ? record->number : 0;
}

// Versions with NewBlock take one block in a message: ethereumj believes the first Status, and a block without its
// parent makes it ask for that block for ever, 50 times a second.
constexpr std::uint64_t series_blocks = 64;

std::vector<Bytes> new_blocks(chain::Blockchain& chain, const PeerTraits& to, std::uint64_t first,
                              std::uint64_t count) {
    std::vector<Bytes> out;
    const chain::Rules& rules = chain::rules_for(to.profile->chain_version(), implementation_of(to.client));
    for (std::uint64_t number = first; number < first + count; ++number) {
        const auto record = chain.canonical(number);
        const auto block = record ? chain.rlp(record->hash) : std::nullopt;
        if (!block) { break; }
        const U256 total =
            chain::announced_total_difficulty(record->total_difficulty, chain.genesis_difficulty(), rules);
        out.push_back(wire::compose_new_block(*to.profile, *block, total, to.offsets));
    }
    return out;
}

} // namespace

/// `member` has the block `hash`, and so everything below it. False: it is not on our branch.
bool ChainHub::place(Member& member, const Hash256& hash) {
    const auto record = chain_->find(hash);
    if (!record) { return false; }
    if (!chain_->is_canonical(*record)) {
        member.side = hash;
        return false;
    }
    const auto before = chain_->find(member.position);
    if (!before || !chain_->is_canonical(*before) || before->number < record->number) { member.position = hash; }
    return true;
}

/// The highest block of our branch that the peer is known to have. Its own branch, or what was ours before a
/// reorganisation, is followed down to it, for as many blocks as Blockchain::max_side_steps. Nothing: not known.
std::optional<chain::BlockRecord> ChainHub::common_with(Member& member) {
    std::optional<chain::BlockRecord> best;
    for (const Hash256& from : {member.position, member.side}) {
        if (from.is_zero()) { continue; }
        auto at = chain_->find(from);
        for (std::size_t n = 0; at && !chain_->is_canonical(*at); ++n) {
            at = n < chain::Blockchain::max_side_steps ? chain_->find(at->parent) : std::nullopt;
        }
        if (at && (!best || at->number > best->number)) { best = at; }
    }
    if (best) { member.position = best->hash; }
    if (!member.traits.quirks.ask_first) { member.side = {}; }
    return best;
}

/// For a peer that lacks more than the head: the blocks right above those that it has, newest first, as many as it
/// takes; it goes on by itself, or has the next piece soon. False: the head alone will do, or nothing better is known.
bool ChainHub::send_branch(Member& member) {
    if (may_wait(member)) { return false; } // what it is known to have says little: it asks for what it lacks
    // Most peers are right below the head and need no look into the store.
    if (member.side.is_zero() && (member.position.is_zero() || member.position == chain_->head().parent)) {
        return member.traits.quirks.ask_first && member.position.is_zero();
    }
    if (member.by_hashes() && !member.traits.quirks.announce_from_last) { return false; }
    if (member.traits.quirks.ask_first && !member.side.is_zero()) {
        return true;
    } // what does not follow its head harms it
    const auto common = common_with(member);
    const std::uint64_t head = chain_->head().number;
    if (!common) { return member.traits.quirks.ask_first; }
    if (common->number >= head) { return true; }
    if (common->number + 1 == head) { return false; }
    PeerTraits form = member.traits;
    if (form.quirks.announce_from_last) { form.quirks.max_blocks = options_.branch_blocks; }
    std::uint64_t sent = 0;
    if (member.traits.profile->announce == wire::AnnounceForm::blocks) {
        Answer answer = answer_above(*chain_, form, *common, form.quirks.max_blocks, &sent);
        send(member, answer.type, std::move(answer.frame), true);
    } else {
        for (Bytes& each :
             new_blocks(*chain_, form, common->number + 1, std::min(head - common->number, series_blocks))) {
            send(member, wire::MessageType::NewBlock, std::move(each), true);
            ++sent;
        }
    }
    if (const auto top = chain_->canonical(common->number + sent)) { member.position = top->hash; }
    if (form.quirks.announce_from_last && common->number + sent < head) { wake(member, now_ + options_.piece_gap); }
    return true;
}

/// Quirks::ask_first: not while our question is open.
bool ChainHub::may_tell(const Member& member) const {
    return !member.traits.quirks.ask_first || (member.heard && !member.asking());
}

/// Quirks::ask_first: our question has been answered; now theirs is, and what has come since.
void ChainHub::release(Member& member) {
    member.heard = true;
    if (!member.held) { return; }
    const command::GetChain question = std::move(*member.held);
    member.held.reset();
    member.work = {};
    (void)on(member, question); // of a few hashes: one slice
    member.work = {};
}

void ChainHub::wake(Member& member, Time at) {
    wakes_.erase({member.wake_at, member.id});
    member.wake_at = at;
    if (at != Time::max()) { wakes_.insert({at, member.id}); }
}

void ChainHub::wake_due() {
    while (!wakes_.empty() && wakes_.begin()->first <= now_) {
        Member& member = members_.at(wakes_.begin()->second);
        wake(member, Time::max());
        if (!interested(member)) { continue; }
        if (!member.echoed.is_zero()) {
            // What we believed of it was wrong.
            member.position = std::exchange(member.echoed, {});
            member.side = {};
            member.told_head = {};
            member.known = Inventory(16);
        }
        if (member.traits.quirks.announce_from_last) { member.told_head = {}; } // the next piece
        tell(member);
    }
}

/// It has sent one block that we have, below our head. C++ does so after each import, and again when it lost its place:
/// unless it goes on asking it is behind and does not know.
void ChainHub::echo(Member& member, const Received& received) {
    if (!member.traits.quirks.asks_on || received.count != 1 || received.imported != 0 ||
        received.without_parent != 0) {
        return;
    }
    const auto record = chain_->find(received.newest);
    if (!record || !chain_->is_canonical(*record)) { return; }
    if (record->number == chain_->head().number) {
        member.echoed = {};
        return;
    }
    member.echoed = record->hash;
    const Time exchanged = member.hold_until - options_.hold; // the last question or Blocks
    wake(member, std::max(now_, exchanged + options_.quiet));
}

/// The peer has asked GetChain: what it names, it has. Not so a lone hash of C++, which may be a block that it could
/// not import; Go names the oldest first.
void ChainHub::note_question(Member& member, std::span<const Hash256> named) {
    if (named.empty()) { return; }
    if (member.traits.quirks.ask_first) {
        member.side = {};
        for (const Hash256& hash : named.last(std::min(named.size(), placed))) {
            place(member, hash);
        }
        const auto tip = chain_->find(named.back());
        member.side = tip && chain_->is_canonical(*tip) ? Hash256{} : named.back();
        return;
    }
    if (member.traits.quirks.asks_on && named.size() == 1 && named.front() != chain_->genesis().hash) { return; }
    for (const Hash256& hash : named.first(std::min(named.size(), placed))) {
        place(member, hash);
    }
}

/// It was sent `sent` blocks above `common`.
void ChainHub::note_answer(Member& member, const chain::BlockRecord& common, std::uint64_t sent) {
    if (member.asks_on()) { member.hold_until = sent > 0 ? now_ + options_.hold : Time{}; }
    if (!member.echoed.is_zero()) { wake(member, now_ + options_.quiet); }
    const auto has = chain_->find(member.position);
    if (sent == 0 || !has || !chain_->is_canonical(*has) || has->number < common.number) { return; }
    const auto top = chain_->canonical(common.number + sent);
    if (top && top->number > number_of(has)) { member.position = top->hash; }
    if (top && top->hash == chain_->head().hash) { member.told_head = top->hash; }
}

/// Quirks::announce_from_last: which blocks it fetched. It asks in no order; when it was given as many as lie above
/// those that it had, it has them all.
void ChainHub::note_fetched(Member& member, std::span<const Hash256> hashes) {
    if (!member.traits.quirks.announce_from_last) { return; }
    const auto from = common_with(member);
    if (!from) { return; }
    for (const Hash256& hash : hashes.first(std::min<std::size_t>(hashes.size(), member.traits.quirks.max_blocks))) {
        const auto record = chain_->find(hash);
        if (!record || !chain_->is_canonical(*record) || record->number <= from->number) { continue; }
        ++member.fetched;
        member.fetched_to = std::max(member.fetched_to, record->number);
    }
    if (member.fetched == 0 || member.fetched < member.fetched_to - from->number) { return; }
    if (const auto top = chain_->canonical(member.fetched_to)) { member.position = top->hash; }
    member.fetched = member.fetched_to = 0;
}

} // namespace ethpoc::sync
