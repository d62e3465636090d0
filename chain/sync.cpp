#include "chain/sync.hpp"

#include <algorithm>

#include "wire/codec.hpp"

namespace ethpoc::chain {

namespace {

constexpr std::uint64_t blocks_asked = 256;   // what C++ asks (spec WIRE 5.6); every server has its own cap below
constexpr std::size_t max_wanted = 4'000'000; // hashes kept of one peer's claim: 128 MB at the very most

bool contains(const std::vector<Hash256>& hashes, const Hash256& hash) {
    return std::ranges::find(hashes, hash) != hashes.end();
}

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
    ask(hub, member, hub.chain().locator(), now);
}

bool ChainSync::is_answer(const Member& member, const Received& received) {
    if (member.phase != SyncPhase::asked_chain) { return false; }
    // C++ echoes its head about once a tick, Go sends every imported block back: a lone block is the answer only if it
    // follows what we named.
    return received.hashes.size() != 1 || contains(member.asked, received.oldest_parent);
}

void ChainSync::receive(ChainHub& hub, Member& member, const Received& received, Time now) {
    if (received.hashes.empty()) { return hub.finish(member, SyncPhase::synced, now); }
    const Hash256& newest = received.hashes.back();
    // Known blocks are progress only while they lead upwards: else two of them, sent in turn, would keep us here.
    const auto record = hub.chain().find(newest);
    const bool higher = record && record->number > member.highest_seen;
    if (higher) { member.highest_seen = record->number; }
    const bool progress = received.imported > 0 || higher;
    member.fruitless = progress && received.without_parent == 0 ? 0 : member.fruitless + 1;
    if (received.invalid == received.hashes.size() || member.fruitless > hub.options_.max_fruitless) {
        return hub.finish(member, SyncPhase::given_up, now);
    }
    if (received.without_parent > 0) { return begin(hub, member, now); }
    ask(hub, member, {newest}, now);
}

void ChainSync::not_in_chain(ChainHub& hub, Member& member, const Hash256& hash, Time now) {
    // py-v8b and v9 answer every unknown hash with a NotInChain of its own; only the last one ends the question.
    if (member.phase != SyncPhase::asked_chain || member.asked.empty() || hash != member.asked.back()) { return; }
    if (hash == hub.chain().genesis().hash) {
        const bool empty = member.traits.denies_genesis;
        return hub.finish(member, empty ? SyncPhase::synced : SyncPhase::foreign, now);
    }
    if (++member.fruitless > hub.options_.max_fruitless) { return hub.finish(member, SyncPhase::given_up, now); }
    begin(hub, member, now);
}

// ---------------------------------------------------------------- GetBlockHashes, GetBlocks

void HashSync::ask_hashes(ChainHub& hub, Member& member, const Hash256& from, Time now) {
    member.phase = SyncPhase::asked_hashes;
    member.asked_at = now;
    hub.send(
        member, wire::MessageType::GetBlockHashes,
        wire::compose_get_block_hashes(*member.traits.profile, from, member.traits.ask_hashes, member.traits.offsets));
}

void HashSync::begin(ChainHub& hub, Member& member, Time now) {
    const Hash256& best = member.traits.best_hash;
    if (best.is_zero() || hub.chain().contains(best)) { return hub.finish(member, SyncPhase::synced, now); }
    member.wanted.assign(1, best);
    ask_hashes(hub, member, best, now);
}

void HashSync::hashes(ChainHub& hub, Member& member, const std::vector<Hash256>& hashes, Time now) {
    if (member.phase != SyncPhase::asked_hashes || member.wanted.empty()) { return; }
    const std::size_t before = member.wanted.size();
    bool reached = false;
    for (const Hash256& hash : hashes) {
        // Go begins with the hash that was asked and repeats the last one in the next answer.
        if (hash == member.wanted.back()) { continue; }
        if (hub.chain().contains(hash)) {
            reached = true;
            break;
        }
        member.wanted.push_back(hash);
    }
    if (member.wanted.size() > max_wanted) { return hub.finish(member, SyncPhase::given_up, now); }
    if (reached) { return ask_blocks(hub, member, now); }
    if (member.wanted.size() > before) { return ask_hashes(hub, member, member.wanted.back(), now); }
    // The list is at its end without a hash of ours: the oldest one may still follow our genesis, if the server leaves
    // that out.
    ask_blocks(hub, member, now);
}

void HashSync::ask_blocks(ChainHub& hub, Member& member, Time now) {
    while (!member.wanted.empty() && hub.chain().contains(member.wanted.back())) {
        member.wanted.pop_back();
    }
    if (member.wanted.empty()) { return hub.finish(member, SyncPhase::synced, now); }
    const std::size_t n = std::min<std::size_t>(member.wanted.size(), member.traits.ask_blocks);
    member.asked.assign(member.wanted.rbegin(), member.wanted.rbegin() + static_cast<std::ptrdiff_t>(n));
    member.phase = SyncPhase::asked_blocks;
    member.asked_at = now;
    const auto type = wire::MessageType::GetBlocks;
    hub.send(member, type, wire::compose_hashes(*member.traits.profile, type, member.asked, member.traits.offsets));
}

bool HashSync::is_answer(const Member& member, const Received& received) {
    if (member.phase != SyncPhase::asked_blocks) { return false; }
    return received.hashes.empty() ||
           std::ranges::any_of(received.hashes, [&](const Hash256& hash) { return contains(member.asked, hash); });
}

void HashSync::receive(ChainHub& hub, Member& member, const Received& received, Time now) {
    member.fruitless = received.imported > 0 ? 0 : member.fruitless + 1;
    // None of the oldest missing blocks came, or they do not follow our chain: nothing more is to be had here.
    const bool hopeless =
        received.hashes.empty() || received.invalid > 0 || (received.imported == 0 && received.without_parent > 0);
    if (hopeless || member.fruitless > hub.options_.max_fruitless) {
        return hub.finish(member, SyncPhase::given_up, now);
    }
    ask_blocks(hub, member, now);
}

} // namespace ethpoc::chain
