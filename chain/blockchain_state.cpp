// Blockchain: the state of its blocks. What the book does not have is replayed: from the state that the store keeps, or
// from the genesis.
#include <algorithm>
#include <array>

#include "chain/blockchain.hpp"

namespace ethpoc::chain {

namespace {

std::size_t weight_of(const Block& block) {
    return 1 + block.transactions.size() + block.uncles.size();
}

bool is_gap(const StateAfter& state) {
    return std::holds_alternative<StateGap>(state);
}

} // namespace

std::string StateStatus::text() const {
    if (!gap) { return "checked to #" + std::to_string(checked_to); }
    return gap->from == 0 ? gap->text() : "checked to #" + std::to_string(checked_to) + ", " + gap->text();
}

Result<void> Blockchain::keep_premine() {
    if (const auto kept = store_.premine(chain_)) {
        if (genesis_.premine.empty()) { genesis_.premine = decode_premine(*kept).value_or(genesis_.premine); }
        return {};
    }
    return genesis_.premine.empty() ? Result<void>{} : store_.put_premine(chain_, encode_premine(genesis_.premine));
}

const StateAfter& Blockchain::genesis_state() {
    if (genesis_state_) { return *genesis_state_; }
    const auto block = decode_block(rules_, genesis_.rlp); // load() has looked at it
    genesis_state_ = check_state_ == StateCheck::on && block ? state_of_genesis(rules_, block->header, genesis_.premine)
                                                             : StateAfter{StateGap{0, "it is not checked"}};
    return *genesis_state_;
}

std::optional<StateStatus> Blockchain::state() {
    if (check_state_ == StateCheck::off) { return {}; }
    const auto at_head = state_at(head_);
    if (!at_head) { return StateStatus{0, StateGap{1, at_head.error().message()}}; }
    const auto* const gap = std::get_if<StateGap>(&*at_head);
    if (gap == nullptr) { return StateStatus{head_.number, {}}; }
    return StateStatus{std::max<std::uint64_t>(gap->from, 1) - 1, *gap};
}

std::optional<Account> Blockchain::account(BytesView address) {
    const auto at_head = state_at(head_);
    const State* const state = at_head ? std::get_if<State>(&*at_head) : nullptr;
    return state == nullptr ? std::nullopt : std::optional(state->account(address));
}

std::expected<std::optional<Account>, StateGap> Blockchain::account_at(const BlockRecord& record, BytesView address) {
    const auto at = state_at(record);
    if (!at) { return std::unexpected(StateGap{record.number, at.error().message()}); }
    if (const auto* const gap = std::get_if<StateGap>(&*at)) { return std::unexpected(*gap); }
    return std::get<State>(*at).find(address);
}

/// Of a block that was refused, or follows one, without doing it all again.
std::optional<Error> Blockchain::refusal(const Hash256& block, const Hash256& parent) {
    if (const Refusal* const own = states_.refusal(block)) { return own->why; }
    const Refusal* const above = states_.refusal(parent);
    if (above == nullptr) { return {}; }
    Refusal own = above->of_child(parent);
    states_.refuse(block, own);
    return std::move(own.why);
}

/// A side chain that left ours longer ago than the book remembers is not replayed for each of its blocks; it is when
/// it would become the heaviest.
Fault Blockchain::check_state(const Candidate& candidate, const BlockRecord& record,
                              std::span<const SignedTransaction> transactions, bool heaviest) {
    if (is_gap(genesis_state())) { return {}; }
    if (!head_replayed_) {
        head_replayed_ = true;
        [[maybe_unused]] const auto replayed = state_at(head_); // into the book
    }
    if (auto refused = refusal(record.hash, record.parent)) { return refused; } // it waited for its parent
    const StateAfter* const known = states_.find(record.parent);
    if (known == nullptr && !heaviest) { return {}; }
    std::expected<StateAfter, Error> before = StateGap{};
    if (known != nullptr) {
        before = *known;
    } else if (const auto parent = find(record.parent)) {
        before = state_at(*parent);
    }
    if (!before) { return refusal(record.hash, record.parent); }
    auto after = state_after(*before, candidate, record.number, transactions);
    if (!after) {
        states_.refuse(record.hash, {record.number, after.error()});
        return std::move(after.error());
    }
    const std::size_t weight = weight_of(candidate.block);
    states_.put(record.hash, std::move(*after), weight);
    unkept_ += weight;
    return {};
}

/// From the book; for what is not there, replayed from the last block that is. The error is that of a block of a side
/// chain: it and what follows is refused then.
std::expected<StateAfter, Error> Blockchain::state_at(const BlockRecord& record) {
    if (is_gap(genesis_state())) { return genesis_state(); }
    std::vector<BlockRecord> path; // to be replayed, newest first
    std::optional<BlockRecord> at = record;
    const StateAfter* known = nullptr;
    while (at && (known = states_.find(at->hash)) == nullptr && (at->number > head_.number || !is_canonical(*at))) {
        path.push_back(*at);
        at = find(at->parent);
    }
    if (!at) { return StateGap{record.number, "a block below it could not be read"}; }
    StateAfter state = known != nullptr ? *known : canonical_state(*at);
    for (std::size_t i = path.size(); i-- > 0;) {
        const auto bytes = store_.rlp_of(path[i]);
        if (!bytes) { return StateGap{path[i].number, "it could not be read"}; }
        auto next = replay(state, path[i].number, *bytes);
        if (!next) {
            states_.refuse(path[i].hash, {path[i].number, next.error()});
            while (i-- > 0) {
                static_cast<void>(refusal(path[i].hash, path[i].parent));
            }
            return std::unexpected(std::move(next.error()));
        }
        state = std::move(*next);
    }
    return state;
}

/// A fault here is in our own chain, from a time when its state was not checked: it is a gap, with its reason.
StateAfter Blockchain::canonical_state(const BlockRecord& record) {
    std::uint64_t number = 0;
    StateAfter state = genesis_state();
    if (is_gap(state)) { return state; }
    const auto kept_bytes = store_.state(chain_);
    if (auto kept = kept_bytes ? trusted_state(*kept_bytes, record.number) : std::nullopt) {
        number = kept->number;
        state = std::move(kept->state);
        unkept_ = 0;
    }
    store_.canonical_rlp(chain_, number + 1, record.number - number, [&](BytesView bytes) {
        ++number;
        auto next = replay(state, number, bytes);
        state = next
                    ? std::move(*next)
                    : StateGap{number, "block " + std::to_string(number) + " breaks a rule: " + next.error().message()};
        constexpr std::uint64_t report_every = 64;
        if (on_replay_ && number % report_every == 0 && !on_replay_(number)) {
            state = StateGap{number + 1, "the replay was stopped"};
        }
        return !is_gap(state);
    });
    if (number < record.number && !is_gap(state)) {
        state = StateGap{number + 1, "block " + std::to_string(number + 1) + " could not be read"};
    }
    if (is_gap(state)) { states_.put(record.hash, state, 1); }
    return state;
}

/// A stored block, whose other rules were checked.
std::expected<StateAfter, Error> Blockchain::replay(const StateAfter& before, std::uint64_t number, BytesView bytes) {
    const auto block = decode_block(rules_, bytes);
    if (!block) { return std::unexpected(block.error()); }
    const Candidate candidate{rules_, bytes, *block};
    std::vector<SignedTransaction> transactions;
    if (auto fault = check_transactions(candidate, &transactions)) { return std::unexpected(std::move(*fault)); }
    auto after = state_after(before, candidate, number, transactions);
    if (after) {
        const std::size_t weight = weight_of(*block);
        states_.put(block->hash, *after, weight);
        unkept_ += weight;
    }
    return after;
}

// ---------------------------------------------------------------- between two runs

/// What encode_kept() made, if it is of a block of our chain not above `at_most`, and has the root that this block
/// names.
std::optional<KeptState> Blockchain::trusted_state(BytesView bytes, std::uint64_t at_most) {
    auto kept = decode_kept(rules_, bytes);
    if (!kept || kept->number > at_most) { return {}; }
    const auto record = canonical(kept->number);
    const auto rlp = record && record->hash == kept->block ? store_.rlp_of(*record) : std::nullopt;
    const auto block = rlp ? decode_stored(*record, *rlp) : std::unexpected(Error{});
    if (!block || !same_hash(block->header.state_root, kept->state.root())) { return {}; }
    return kept;
}

/// Once in as many blocks as there are accounts to write, and in a thousand at least; so both writing and starting anew
/// cost no more than importing did. Some way below the head, so that it outlives a reorganisation.
Result<void> Blockchain::keep_state(const BlockRecord& head) {
    constexpr std::uint64_t least = 1024;
    if (unkept_ < least) { return {}; }
    for (const std::uint64_t below : {256, 128, 64, 32, 16, 8, 4, 2, 1, 0}) {
        const auto record = below < head.number ? store_.canonical(chain_, head.number - below) : std::nullopt;
        const StateAfter* const at = record ? states_.find(record->hash) : nullptr;
        const State* const state = at != nullptr ? std::get_if<State>(at) : nullptr;
        if (state == nullptr) { continue; }
        if (unkept_ < state->trie().size()) { return {}; }
        unkept_ = 0;
        return store_.put_state(chain_, encode_kept({record->hash, record->number, *state}));
    }
    unkept_ = 0; // it is not known, and will hardly be soon
    return {};
}

} // namespace ethpoc::chain
