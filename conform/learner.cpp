#include "conform/learner.hpp"

#include <algorithm>
#include <array>
#include <ranges>

#include "chain/block.hpp"
#include "conform/reading.hpp"
#include "wire/codec.hpp"

namespace ethpoc::conform {

using wire::MessageType;

namespace {

constexpr std::size_t kept_blocks = 32;  // the head and 31 ancestors
constexpr std::size_t most_rounds = 200; // of questions
constexpr std::size_t asked_at_once = 256;

/// Whatever client mined it; the first rules by which it is the parent of `child`, if that is there.
std::optional<Hash256> hash_of(const Facts& facts, BytesView block, const Bytes* child) {
    std::optional<Hash256> first;
    const auto try_rules = [&](const chain::Rules& rules) {
        const auto hash = chain::block_hash(rules, block);
        if (!hash) { return false; }
        if (!first) { first = *hash; }
        if (child == nullptr || parent_named_by(*child) != *hash) { return false; }
        first = *hash;
        return true;
    };
    if (try_rules(rules_of(facts))) { return first; }
    for (const chain::Implementation by : chain::every_implementation) {
        if (try_rules(chain::rules_for(facts.profile->chain_version(), by))) { break; }
    }
    return first;
}

} // namespace

void Learner::note(const HeardMessage& message) {
    Bytes scratch;
    const auto read = message_heard(message, facts_, scratch);
    if (!read) { return; }
    if (const auto* const status = std::get_if<wire::Status>(&*read)) {
        facts_.network_id = status->network_id;
        facts_.head = status->best_hash;
        facts_.genesis = status->genesis_hash;
        facts_.total_difficulty = status->total_difficulty;
    }
    if (const auto* const question = std::get_if<wire::GetChain>(&*read)) {
        their_question_.clear();
        for (const rlp::Item& item : question->hashes) {
            if (const auto hash = wire::decode_hash(item)) { their_question_.push_back(*hash); }
        }
    }
}

Bytes Learner::begin() {
    const auto version = facts_.profile->chain_version();
    auto known = chain::genesis_candidates(version);
    if (facts_.profile->sync == wire::SyncStyle::none) { done_ = true; }
    if (facts_.profile->sync == wire::SyncStyle::chain) {
        std::ranges::reverse(known);
        candidates_ = std::move(known);
        if (!facts_.genesis) { facts_.genesis = candidates_.back().genesis.hash; }
        return ask_from(candidates_.back().genesis.hash);
    }
    if (!facts_.genesis) { facts_.genesis = known.front().genesis.hash; }
    if (done_ || !facts_.head) {
        done_ = true;
        return {};
    }
    if (*facts_.head == *facts_.genesis) {
        const auto found = chain::find_genesis_by_hash(version, *facts_.genesis);
        if (found) { facts_.head_block = found->genesis.rlp; }
        done_ = true;
        return {};
    }
    asked_hashes_ = true;
    return wire::compose_get_block_hashes(*facts_.profile, *facts_.head, asked_at_once, facts_.offsets);
}

Bytes Learner::ask_from(const Hash256& hash) {
    from_ = hash;
    if (++rounds_ > most_rounds) {
        finish_climb();
        return {};
    }
    const std::array hashes{hash};
    return wire::compose_get_chain(*facts_.profile, hashes, asked_at_once);
}

Bytes Learner::answer(const HeardMessage& message) {
    if (done_ || !message.readable) { return {}; }
    if (message.type == MessageType::NotInChain && !candidates_.empty()) {
        candidates_.pop_back();
        if (!candidates_.empty()) { return ask_from(candidates_.back().genesis.hash); }
        // A genesis that nobody recorded: the end of the hashes that it names itself.
        if (!their_question_.empty()) { return ask_from(their_question_.back()); }
        give_up();
    }
    if (message.type == MessageType::BlockHashes && asked_hashes_) {
        return take_hashes(hashes_heard(message, facts_));
    }
    if (message.type != MessageType::Blocks) { return {}; }
    if (asked_blocks_) {
        take_fetched(things_heard(message, facts_));
        return {};
    }
    return asked_hashes_ ? Bytes{} : take_blocks(things_heard(message, facts_));
}

/// A block that the target tells on its own is no answer: it is no child of where we are.
Bytes Learner::take_blocks(const std::vector<Bytes>& blocks) {
    if (blocks.empty()) {
        finish_climb();
        return {};
    }
    std::vector<Bytes> oldest_first(blocks.rbegin(), blocks.rend());
    if (!climb(oldest_first) && !climb(blocks)) { return {}; }
    candidates_.clear(); // it is this one
    return ask_from(newest_.back().hash);
}

bool Learner::climb(const std::vector<Bytes>& oldest_first) {
    if (parent_named_by(oldest_first.front()) != from_) { return false; }
    std::vector<Block> climbed;
    for (std::size_t i = 0; i < oldest_first.size(); ++i) {
        const Bytes* const child = i + 1 < oldest_first.size() ? &oldest_first[i + 1] : nullptr;
        const auto hash = hash_of(facts_, oldest_first[i], child);
        if (!hash || (child != nullptr && parent_named_by(*child) != *hash)) { return false; }
        climbed.push_back({*hash, oldest_first[i]});
    }
    if (newest_.empty()) { facts_.genesis = from_; }
    for (Block& block : climbed) {
        newest_.push_back(std::move(block));
        if (newest_.size() > kept_blocks) { newest_.pop_front(); }
    }
    return true;
}

void Learner::finish_climb() {
    done_ = true;
    if (newest_.empty()) { // it has the genesis alone
        facts_.head = from_;
        facts_.genesis = from_;
        for (const auto& candidate : candidates_) {
            if (candidate.genesis.hash == from_) { facts_.head_block = candidate.genesis.rlp; }
        }
        return;
    }
    facts_.head = newest_.back().hash;
    facts_.head_block = newest_.back().rlp;
    facts_.ancestors.clear();
    if (newest_.size() > 1) { facts_.parent_block = newest_[newest_.size() - 2].rlp; }
    for (auto at = newest_.rbegin() + 1; at != newest_.rend(); ++at) {
        facts_.ancestors.push_back(at->hash);
    }
    if (newest_.size() < kept_blocks) { facts_.ancestors.push_back(*facts_.genesis); }
}

Bytes Learner::take_hashes(const std::vector<Hash256>& hashes) {
    asked_hashes_ = false;
    facts_.ancestors.clear();
    // Protocols 27 and 28 do not say their genesis; of an answer that is not full it is the end.
    const bool untold = facts_.profile->hello == wire::HelloForm::with_head;
    const bool whole = !hashes.empty() && hashes.size() < asked_at_once;
    if (untold && whole && std::ranges::find(hashes, *facts_.genesis) == hashes.end()) {
        facts_.genesis = hashes.back();
    }
    for (const Hash256& hash : hashes) {
        if (hash != *facts_.head && facts_.ancestors.size() + 1 < kept_blocks) { facts_.ancestors.push_back(hash); }
    }
    if (facts_.ancestors.empty()) {
        done_ = true;
        return {};
    }
    asked_blocks_ = true;
    const std::array wanted{*facts_.head, facts_.ancestors.front()};
    return wire::compose_hashes(*facts_.profile, MessageType::GetBlocks, wanted, facts_.offsets);
}

void Learner::take_fetched(const std::vector<Bytes>& blocks) {
    for (const Bytes& block : blocks) {
        if (hashes_to(block, *facts_.head, facts_)) { facts_.head_block = block; }
        if (hashes_to(block, facts_.ancestors.front(), facts_)) { facts_.parent_block = block; }
    }
    done_ = done_ || !facts_.head_block.empty();
}

/// Its own GetChain named its newest hashes, the head first.
void Learner::give_up() {
    done_ = true;
    if (!newest_.empty()) { return finish_climb(); }
    if (facts_.profile->sync != wire::SyncStyle::chain || their_question_.empty() || facts_.head) { return; }
    facts_.head = their_question_.front();
    const std::size_t below = std::min(their_question_.size(), kept_blocks) - 1;
    facts_.ancestors.assign(their_question_.begin() + 1,
                            their_question_.begin() + 1 + static_cast<std::ptrdiff_t>(below));
}

} // namespace ethpoc::conform
