#include "chain/blockchain.hpp"
#include "chain/u256.hpp"

#include <algorithm>

namespace ethpoc::chain {

// ---------------------------------------------------------------- opening

Blockchain::Blockchain(Store& store, Genesis genesis, const Rules& rules, StateCheck state) :
    store_(store), genesis_(std::move(genesis)), rules_(rules), check_state_(state) {}

Result<std::unique_ptr<Blockchain>> Blockchain::open(Store& store, const Genesis& genesis, const Rules& rules,
                                                     StateCheck state) {
    auto out = std::unique_ptr<Blockchain>(new Blockchain(store, genesis, rules, state));
    if (auto loaded = out->load(); !loaded) { return std::unexpected(std::move(loaded.error())); }
    return out;
}

Result<void> Blockchain::load() {
    const auto block = decode_block(rules_, genesis_.rlp);
    if (!block) { return std::unexpected(block.error()); }
    if (auto fault = check_ranges({rules_, genesis_.rlp, *block})) { return std::unexpected(std::move(*fault)); }
    const BlockRecord record = make_genesis_record(*block);
    if (block->hash != genesis_.hash || record.number != 0) {
        return std::unexpected(Error{&errors::wrong_genesis, 0, 0, {}, "it has hash " + to_hex(block->hash)});
    }
    const auto row = store_.open_chain(record, genesis_.rlp, genesis_.name, rules_.name);
    if (!row) { return std::unexpected(row.error()); }
    chain_ = row->id;
    sides_.open(chain_);
    if (auto kept = keep_premine(); !kept) { return kept; }
    genesis_difficulty_ = record.difficulty;
    const auto head = store_.head(chain_);
    if (!head) { return std::unexpected(unread("the head is missing")); }
    head_ = *head;
    load_orphans();
    return {};
}

// ---------------------------------------------------------------- importing

BatchResult Blockchain::import(std::span<const BytesView> blocks, std::uint64_t now_seconds, Shares::Source from) {
    Batch batch;
    batch.best = head_;
    batch.result.blocks.reserve(blocks.size());
    store_.begin();
    adopt_orphans(batch);
    constexpr std::size_t together = 32; // blocks that are decoded, and so hashed, at once
    for (std::size_t at = 0; at < blocks.size() && !batch.result.store_error; at += together) {
        import_some(blocks.subspan(at, std::min(together, blocks.size() - at)), now_seconds, from, batch);
    }
    finish(batch);
    return std::move(batch.result);
}

void Blockchain::import_some(std::span<const BytesView> blocks, std::uint64_t now_seconds, Shares::Source from,
                             Batch& batch) {
    // What is too large is not even hashed.
    std::vector<BytesView> fitting(blocks.begin(), blocks.end());
    for (BytesView& bytes : fitting) {
        if (check_size(bytes)) { bytes = {}; }
    }
    auto decoded = decode_blocks(rules_, fitting);
    for (std::size_t i = 0; i < blocks.size() && !batch.result.store_error; ++i) {
        batch.result.blocks.push_back(import_one(blocks[i], decoded[i], now_seconds, from, batch));
        const Import& done = batch.result.blocks.back();
        if (done.verdict != Verdict::imported || !orphans_.has_child(done.hash)) { continue; }
        adoptable_.push_back(done.hash);
        adopt_orphans(batch);
    }
}

/// Cheap first: size, the header's own work and its place after the parent; only then hashes over all that the block
/// holds. So bytes that cost their sender nothing cost us next to nothing.
Import Blockchain::import_one(BytesView bytes, Result<Block>& block, std::uint64_t now_seconds, Shares::Source from,
                              Batch& batch) {
    if (auto fault = check_size(bytes)) { return {Verdict::invalid, {}, std::move(fault)}; }
    if (!block) [[unlikely]] { return {Verdict::invalid, {}, std::move(block.error())}; }
    // A stored child of the heaviest block would be heavier than it, so a child of it is new.
    const bool may_be_known = block->header.parent_hash != batch.best.hash;
    if (may_be_known && contains(block->hash)) { return {Verdict::known, block->hash, {}}; }
    const Candidate candidate{rules_, bytes, *block};
    const auto parent = parent_of(*block, batch);
    auto fault = check_header_standalone(candidate);
    if (!fault) { fault = check_not_ahead(candidate, now_seconds); }
    if (!fault && parent) { fault = check_header_child(candidate, *parent); }
    if (!fault) { fault = refusal(block->hash, block->header.parent_hash); }
    if (!fault) { fault = check_body_standalone(candidate); }
    if (fault) { return {Verdict::invalid, block->hash, std::move(fault)}; }
    if (!parent) {
        // Its work was checked against what it claims, and it may claim a difficulty of 1. That alone is no fault: a
        // genuine client sends what it has, newest first, to one whose head is far above.
        if (!is_cheap(block->header.difficulty)) { orphans_.add(block->hash, block->header.parent_hash, bytes, from); }
        return {Verdict::unknown_parent, block->hash, {}};
    }
    return accept(candidate, *parent, from, batch);
}

std::optional<BlockRecord> Blockchain::parent_of(const Block& block, const Batch& batch) {
    const Hash256& hash = block.header.parent_hash;
    return hash == batch.best.hash ? batch.best : find(hash);
}

Import Blockchain::accept(const Candidate& candidate, const BlockRecord& parent, Shares::Source from, Batch& batch) {
    const Hash256& hash = candidate.block.hash;
    std::vector<SignedTransaction> transactions;
    auto fault = check_child(candidate, parent, *this, &transactions);
    if (fault) { return {Verdict::invalid, hash, std::move(fault)}; }
    BlockRecord record = make_record(candidate, parent);
    const bool heaviest = record.total_difficulty > batch.best.total_difficulty;
    fault = check_state(candidate, record, transactions, heaviest);
    if (fault) { return {Verdict::invalid, hash, std::move(fault)}; }
    const auto stored = heaviest ? put_heaviest(record, parent, candidate.bytes, batch)
                                 : put_side(record, parent, candidate.bytes, from, batch);
    if (!stored) {
        batch.result.store_error = stored.error();
        return {Verdict::invalid, hash, stored.error()};
    }
    if (!*stored) { return {Verdict::refused, hash, Error{&errors::cheap_side, 0, candidate.bytes.size(), {}, {}}}; }
    cache_.put(record);
    note_sibling(record);
    ++batch.result.imported;
    if (keep_stored_) {
        batch.result.stored.push_back({record, Bytes(candidate.bytes.begin(), candidate.bytes.end())});
    }
    const Hash256& tip = batch.growth.empty() ? head_.hash : batch.growth.back().hash;
    if (record.parent == tip) { batch.growth.push_back(record); }
    if (heaviest) { batch.best = record; }
    return {Verdict::imported, hash, {}};
}

void Blockchain::finish(Batch& batch) {
    Result<void> done;
    if (batch.result.store_error) {
        done = std::unexpected(*batch.result.store_error);
    } else if (batch.best.hash != head_.hash) {
        done = move_head(batch);
        if (done) { done = keep_state(batch.best); }
    }
    if (done) { done = keep_orphans(); }
    if (done) { done = store_.commit(); }
    if (done) {
        orphans_.settled();
        if (batch.result.head) { head_ = batch.best; }
        return;
    }
    store_.rollback();
    cache_.clear();
    sides_.rolled_back();
    orphans_.put_back();
    find_adoptable();
    batch.result.imported = batch.result.useless = 0;
    batch.result.stored.clear();
    batch.result.head.reset();
    batch.result.store_error = std::move(done.error());
}

// ---------------------------------------------------------------- the head

std::vector<BlockRecord> Blockchain::branch_to(const BlockRecord& to, BlockRecord& ancestor) {
    std::vector<BlockRecord> path;
    std::optional<BlockRecord> at = to;
    while (at && (at->number > head_.number || !is_canonical(*at))) {
        path.push_back(*at);
        at = find(at->parent);
    }
    if (at) { ancestor = *at; }
    std::ranges::reverse(path);
    return path;
}

Result<void> Blockchain::move_head(Batch& batch) {
    HeadChange change{head_, batch.best, {}, {}};
    if (!batch.growth.empty() && batch.growth.back().hash == batch.best.hash) {
        batch.result.head = std::move(change);
        return store_.set_head(chain_, head_.number, batch.growth);
    }
    BlockRecord common = head_;
    const auto path = branch_to(batch.best, common);
    for (std::optional<BlockRecord> at = head_; at && at->number > common.number; at = find(at->parent)) {
        change.left.push_back(at->hash);
    }
    if (!change.left.empty()) { std::ranges::transform(path, std::back_inserter(change.joined), &BlockRecord::hash); }
    batch.result.head = std::move(change);
    if (auto done = sides_.joined(path); !done) { return done; }
    return store_.set_head(chain_, common.number, path);
}

U256 Blockchain::announced_total_difficulty(const Rules& of_peer) const {
    return chain::announced_total_difficulty(head_.total_difficulty, genesis_difficulty_, of_peer);
}

// ---------------------------------------------------------------- reading

std::uint64_t Blockchain::size() {
    return store_.count(chain_);
}

bool Blockchain::contains(const Hash256& hash) {
    return cache_.find(hash) != nullptr || store_.find(chain_, hash).has_value();
}

std::optional<BlockRecord> Blockchain::find(const Hash256& hash) {
    if (const BlockRecord* const recent = cache_.find(hash)) { return *recent; }
    auto stored = store_.find(chain_, hash);
    if (stored) { cache_.put(*stored); }
    return stored;
}

std::optional<BlockRecord> Blockchain::canonical(std::uint64_t number) {
    if (number == head_.number) { return head_; }
    return store_.canonical(chain_, number);
}

bool Blockchain::is_canonical(const BlockRecord& record) {
    const auto at = canonical(record.number);
    return at && at->hash == record.hash;
}

std::optional<Bytes> Blockchain::rlp(const Hash256& hash) {
    const auto record = find(hash);
    return record ? store_.rlp_of(*record) : std::nullopt;
}

std::vector<Hash256> Blockchain::ancestors(const Hash256& hash, std::size_t limit) {
    std::vector<Hash256> out;
    auto at = find(hash);
    while (at && out.size() < limit && (at->number > head_.number || !is_canonical(*at))) {
        out.push_back(at->hash);
        if (out.size() == max_side_steps) { return out; }
        at = find(at->parent);
    }
    if (!at || out.size() >= limit) { return out; }
    const std::uint64_t n = std::min<std::uint64_t>(limit - out.size(), at->number + 1);
    const auto below = store_.canonical_hashes(chain_, at->number + 1 - n, n);
    out.insert(out.end(), below.rbegin(), below.rend());
    return out;
}

std::vector<Hash256> Blockchain::locator(std::size_t limit) {
    constexpr std::size_t single_steps = 10; // most peers are only a few blocks apart
    std::vector<Hash256> out;
    if (limit == 0) { return out; }
    out.push_back(head_.hash);
    std::uint64_t number = head_.number;
    for (std::uint64_t step = 1; number > step && out.size() + 1 < limit;
         step = out.size() < single_steps ? 1 : 2 * step) {
        number -= step;
        if (const auto at = canonical(number)) { out.push_back(at->hash); }
    }
    if (head_.number != 0 && limit > 1) { out.push_back(genesis_.hash); }
    return out;
}

std::optional<HeadChange> Blockchain::follow() {
    const auto head = store_.head(chain_);
    if (!head || head->hash == head_.hash) { return {}; }
    HeadChange change{head_, *head, {}, {}};
    head_ = *head;
    std::optional<BlockRecord> at = change.from;
    for (; at && !is_canonical(*at); at = find(at->parent)) {
        change.left.push_back(at->hash);
    }
    if (at && !change.left.empty()) {
        change.joined = store_.canonical_hashes(chain_, at->number + 1, head->number - at->number);
    }
    return change;
}

} // namespace ethpoc::chain
