#include "sync/fetching.hpp"

#include <algorithm>

#include "wire/codec.hpp"

namespace ethpoc::sync {

namespace {

constexpr std::uint64_t blocks_asked = 256; // what C++ asks (spec WIRE 5.6); every server has its own cap below
constexpr std::uint32_t hashes_asked = 256; // for one GetBlockHashes
// A chain of hashes proves nothing before its blocks come, so it may have only so many, and not come too slowly.
// Genuine clients give 100 to 256 for a question, each a second or less.
constexpr std::size_t max_hashed = 4'000'000;
constexpr std::size_t hashes_per_second = 40;
constexpr std::chrono::seconds slow_start{60}; // before the pace is judged
constexpr std::size_t short_answer = 4;        // a quarter of what was asked, without a hash of ours: brings nothing
constexpr std::chrono::minutes known_only{10}; // blocks that we have, however high they lead

} // namespace

// ---------------------------------------------------------------- GetChain

void ChainSync::ask(ChainHub& hub, Member& member, std::vector<Hash256> newest_first, Time now) {
    member.phase = SyncPhase::asked_chain;
    member.asked_at = now;
    member.asked = std::move(newest_first);
    hub.send(member, wire::MessageType::GetChain,
             wire::compose_get_chain(*member.traits.profile, member.asked, blocks_asked));
}

void ChainSync::begin(ChainHub& hub, Member& member, Time now) {
    member.highest_seen = 0;
    ask(hub, member, hub.locator(), now);
}

bool ChainSync::is_answer(const Member& member, const Received& received) {
    if (member.phase != SyncPhase::asked_chain) { return false; }
    // C++ echoes its head about once a tick, Go sends every imported block back: a lone block is the answer only if it
    // follows what we named.
    return received.count != 1 || contains(member.asked, received.oldest_parent);
}

void ChainSync::receive(ChainHub& hub, Member& member, const Received& received, Time now) {
    // Python PoC-5 does not give its head, so it says NotInChain of the block below, and gives that one again.
    const bool again = received.imported == 0 && received.without_parent == 0 && received.newest == member.denied;
    // A peer that is silent at its head is asked with all of our past each time, so what we have is all that it has.
    const bool nothing_new = received.imported + received.without_parent + received.invalid == 0;
    const bool all_known = member.traits.quirks.silent_at_head && nothing_new && received.count < blocks_asked;
    if (received.count == 0 || again || all_known) { return hub.finish(member, SyncPhase::synced, now); }
    // Known blocks lead on while they lead upwards: else two of them, sent in turn, would keep us here. One at a time
    // does not.
    const auto record = hub.chain().find(received.newest);
    const bool higher = record && record->number > member.highest_seen && received.count > 1;
    if (higher) { member.highest_seen = record->number; }
    const bool progress = received.imported > 0 || (higher && now < member.progress_at + known_only);
    member.fruitless = progress && received.without_parent == 0 ? 0 : member.fruitless + 1;
    if (received.invalid == received.count || member.fruitless > hub.options_.max_fruitless) {
        if (received.without_parent > 0 && !member.progress) { hub.tell_no_common(member, received.oldest); }
        return hub.finish(member, SyncPhase::given_up, now);
    }
    if (received.imported == 0 && hub.give_way(member, now)) { return; }
    if (received.without_parent > 0 || member.traits.quirks.silent_at_head) {
        return ask(hub, member, hub.locator(), now);
    }
    ask(hub, member, {received.newest}, now);
}

void ChainSync::not_in_chain(ChainHub& hub, Member& member, const Hash256& hash, Time now) {
    // py-v8b and v9 answer every unknown hash with a NotInChain of its own; only the last one ends the question.
    if (member.phase != SyncPhase::asked_chain || member.asked.empty() || hash != member.asked.back()) { return; }
    if (hash == hub.chain().genesis().hash) {
        if (member.traits.quirks.denies_genesis) { return hub.finish(member, SyncPhase::synced, now); }
        hub.tell_no_common(member, {});
        return hub.finish(member, SyncPhase::foreign, now);
    }
    if (++member.fruitless > hub.options_.max_fruitless) { return hub.finish(member, SyncPhase::given_up, now); }
    if (member.known.contains(hash)) { member.denied = hash; }
    begin(hub, member, now);
}

// ---------------------------------------------------------------- GetBlockHashes, GetBlocks

void HashSync::ask_hashes(ChainHub& hub, Member& member, Time now) {
    member.phase = SyncPhase::asked_hashes;
    member.asked_at = now;
    const auto type = wire::MessageType::GetBlockHashes;
    hub.send(member, type,
             wire::compose_get_block_hashes(*member.traits.profile, member.wanted.back(), hashes_asked,
                                            member.traits.offsets));
}

/// From the peer's best block on, whatever was known of it.
void HashSync::start(ChainHub& hub, Member& member, Time now) {
    const Hash256& best = member.traits.best_hash;
    if (best.is_zero() || hub.chain().contains(best)) { return hub.finish(member, SyncPhase::synced, now); }
    member.wanted.assign(1, best);
    member.wanted_linked = false;
    member.hashed = 0;
    member.hashes_since = now;
    ask_hashes(hub, member, now);
}

void HashSync::begin(ChainHub& hub, Member& member, Time now) {
    if (member.wanted.empty()) { return start(hub, member, now); }
    member.wanted_linked ? ask_blocks(hub, member, now) : ask_hashes(hub, member, now);
}

void HashSync::hashes(ChainHub& hub, Member& member, const std::vector<Hash256>& hashes, Time now) {
    if (member.phase != SyncPhase::asked_hashes || member.wanted.empty()) { return; }
    const std::size_t asked = hashes_asked;
    std::size_t taken = 0;
    bool reached = false;
    // Go begins with the hash that was asked, so one more may come; what goes beyond is not looked at.
    for (const Hash256& hash : std::span(hashes).first(std::min(hashes.size(), asked + 1))) {
        if (hash == member.wanted.back()) { continue; } // Go repeats the last one in the next answer
        if (hub.chain().contains(hash)) {
            reached = true;
            break;
        }
        member.wanted.push_back(hash);
        ++taken;
    }
    member.hashed += taken;
    hub.limit_wanted(member);
    // At its end the list may have no hash of ours: the oldest one may still follow our genesis, if the server leaves
    // that out.
    member.wanted_linked = reached || taken == 0;
    if (member.wanted_linked) { return ask_blocks(hub, member, now); }
    if (taken < asked / short_answer && ++member.fruitless > hub.options_.max_fruitless) {
        return hub.finish(member, SyncPhase::given_up, now);
    }
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - member.hashes_since);
    const bool slow =
        seconds > slow_start && member.hashed / static_cast<std::size_t>(seconds.count()) < hashes_per_second;
    if (slow || member.hashed > max_hashed) { return hub.finish(member, SyncPhase::given_up, now); }
    ask_hashes(hub, member, now);
}

/// Blocks that came from elsewhere in the meantime. What is below a block that we have we have too, so few are looked
/// up, however long the list is.
void HashSync::drop_fetched(ChainHub& hub, Member& member) {
    auto& wanted = member.wanted;
    const auto have = [&](std::size_t from_back) { return hub.chain().contains(wanted[wanted.size() - from_back]); };
    std::size_t known = 0; // the last so many
    std::size_t step = 1;
    while (known + step <= wanted.size() && have(known + step)) {
        known += step;
        step *= 2;
    }
    for (; step > 0; step /= 2) {
        if (known + step <= wanted.size() && have(known + step)) { known += step; }
    }
    wanted.resize(wanted.size() - known);
}

void HashSync::ask_blocks(ChainHub& hub, Member& member, Time now) {
    drop_fetched(hub, member);
    if (member.wanted.empty()) {
        if (hub.chain().contains(member.traits.best_hash)) { return hub.finish(member, SyncPhase::synced, now); }
        // Its list was longer than what is kept of one, or it has a new block.
        if (++member.fruitless > hub.options_.max_fruitless) { return hub.finish(member, SyncPhase::given_up, now); }
        return start(hub, member, now);
    }
    const std::size_t n = std::min<std::size_t>(member.wanted.size(), member.traits.quirks.ask_blocks);
    member.asked.assign(member.wanted.rbegin(), member.wanted.rbegin() + static_cast<std::ptrdiff_t>(n));
    member.phase = SyncPhase::asked_blocks;
    member.asked_at = now;
    const auto type = wire::MessageType::GetBlocks;
    hub.send(member, type, wire::compose_hashes(*member.traits.profile, type, member.asked, member.traits.offsets));
}

bool HashSync::is_answer(const Member& member, const Received& received) {
    return member.phase == SyncPhase::asked_blocks && (received.count == 0 || received.of_asked);
}

void HashSync::receive(ChainHub& hub, Member& member, const Received& received, Time now) {
    member.fruitless = received.imported > 0 ? 0 : member.fruitless + 1;
    // None of the oldest missing blocks came, or they do not follow our chain: nothing more is to be had here.
    const bool hangs = received.imported == 0 && received.without_parent > 0;
    const bool hopeless = received.count == 0 || received.invalid > 0 || hangs;
    if (hangs) { hub.tell_no_common(member, member.asked.front()); }
    if (hopeless || member.fruitless > hub.options_.max_fruitless) {
        return hub.finish(member, SyncPhase::given_up, now);
    }
    if (received.imported == 0 && hub.give_way(member, now)) { return; }
    ask_blocks(hub, member, now);
}

} // namespace ethpoc::sync
