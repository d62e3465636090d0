#include "chain/verify.hpp"

#include <algorithm>

#include "chain/counted.hpp"
#include "chain/fault.hpp"
#include "chain/list_prefix.hpp"
#include "chain/trie.hpp"
#include "chain/u256.hpp"
#include "rlp/encode.hpp"

namespace ethpoc::chain {

namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t go_largest_gas_limit = 10'000;
constexpr std::uint64_t largest_number = ~std::uint64_t{0} >> 1;

bool has_gas(const Rules& rules) noexcept {
    return rules.gas_limit != GasLimitRule::none;
}

Hash256 counted_list(CountedPart part, const rlp::Items& items) {
    rlp::BackwardWriter list;
    list.put_raw(items.payload());
    list.close_list(0);
    return counted_hash(part, list.view());
}

/// Stays at the top where sum() would wrap.
U256 capped_sum(const U256& a, const U256& b) noexcept {
    U256 top;
    top.limbs.fill(~std::uint64_t{0});
    const U256 out = sum(a, b);
    return out < a ? top : out;
}

} // namespace

bool same_hash(BytesView a, BytesView b) noexcept {
    return Hash256::right_aligned(a) == Hash256::right_aligned(b);
}

Fault check_proof_of_work(const Candidate& c) {
    if (c.rules.proof_of_work != ProofOfWork::keccak || proof_of_work_holds(c.rules, c.block.header)) { return {}; }
    return header_fault(c, errors::bad_proof_of_work, "nonce", "difficulty " + to_decimal(c.block.header.difficulty));
}

Fault check_uncles_hash(const Candidate& c) {
    const auto& uncles = c.block.uncles;
    const bool counted = c.rules.hash_of == HashOf::counted_block;
    const bool good = counted ? same_hash(c.block.header.uncles_hash, counted_list(CountedPart::uncles, uncles))
                      : uncles.empty() ? same_hash(c.block.header.uncles_hash, empty_uncles(c.rules.empty_uncles))
                                       : same_hash(c.block.header.uncles_hash, keccak_of_list(uncles.payload()));
    if (good) { return {}; }
    return header_fault(c, errors::bad_uncles_hash, "uncles_hash", std::to_string(uncles.size()) + " uncles");
}

Fault check_transactions_root(const Candidate& c) {
    if (c.rules.hash_of == HashOf::counted_block &&
        same_hash(c.block.header.transactions_root, counted_list(CountedPart::transactions, c.block.transactions))) {
        return {};
    }
    Root root;
    transactions_root(c.rules, c.rules.transactions_root, c.block.transactions, root);
    if (same_hash(c.block.header.transactions_root, root.view)) { return {}; }
    if (c.rules.transactions_root_also != c.rules.transactions_root) {
        transactions_root(c.rules, c.rules.transactions_root_also, c.block.transactions, root);
        if (same_hash(c.block.header.transactions_root, root.view)) { return {}; }
    }
    return header_fault(c, errors::bad_transactions_root, "transactions_root",
                        std::to_string(c.block.transactions.size()) + " transactions");
}

Fault check_gas_used(const Candidate& c) {
    if (!has_gas(c.rules)) { return {}; }
    const Header& header = c.block.header;
    std::uint64_t used = 0;
    std::size_t index = 0;
    for (const rlp::Item& item : c.block.transactions) {
        const std::size_t place = index++;
        if (c.rules.entry == EntryForm::bare) { continue; }
        const auto entry = decode_entry(c.rules.entry, item);
        if (!entry) { return entry_fault(c, item, place, entry.error()); }
        if (entry->gas_used < used) {
            return entry_fault(c, item, place,
                               Error{&errors::bad_gas_used, 0, item.whole().size(), "gas_used",
                                     std::to_string(entry->gas_used) + " after " + std::to_string(used)});
        }
        used = entry->gas_used;
    }
    const bool says_how_much = c.rules.entry == EntryForm::with_state || c.block.transactions.empty();
    if (says_how_much && header.gas_used != used) {
        return header_fault(c, errors::bad_gas_used, "gas_used",
                            std::to_string(header.gas_used) + ", the transactions used " + std::to_string(used));
    }
    if (header.gas_used <= header.gas_limit) { return {}; }
    return header_fault(c, errors::bad_gas_used, "gas_used",
                        std::to_string(header.gas_used) + " of a limit of " + std::to_string(header.gas_limit));
}

Fault check_size(BytesView block) {
    if (block.size() <= largest_block) { return {}; }
    return Error{&errors::block_too_large, 0, block.size(), {}, std::to_string(block.size()) + " bytes"};
}

Fault check_ranges(const Candidate& c) {
    const Header& h = c.block.header;
    for (const auto& [field, value] : {std::pair{"timestamp", h.timestamp}, std::pair{"number", h.number},
                                       std::pair{"gas_limit", h.gas_limit}, std::pair{"gas_used", h.gas_used}}) {
        if (value > largest_number) { return header_fault(c, errors::number_too_large, field, std::to_string(value)); }
    }
    return {};
}

Fault check_extra_data(const Candidate& c) {
    const std::size_t size = c.block.header.extra_data.size();
    if (c.rules.max_extra_data == 0 || size <= c.rules.max_extra_data) { return {}; }
    return header_fault(c, errors::bad_extra_data, "extra_data", std::to_string(size) + " bytes");
}

Fault check_not_ahead(const Candidate& c, std::uint64_t now_seconds) {
    const std::uint64_t time = c.block.header.timestamp;
    if (c.rules.max_seconds_ahead == 0 || now_seconds == 0 || time <= now_seconds ||
        time - now_seconds <= c.rules.max_seconds_ahead) {
        return {};
    }
    return header_fault(c, errors::bad_timestamp, "timestamp",
                        std::to_string(time - now_seconds) + " seconds ahead of our clock");
}

U256 child_difficulty(const Rules& rules, const BlockRecord& parent, std::uint64_t timestamp, std::uint32_t seconds) {
    const U256 step = quotient(parent.difficulty, rules.difficulty_divisor);
    const bool late = timestamp >= parent.timestamp && timestamp - parent.timestamp >= seconds;
    const U256 next = late ? difference(parent.difficulty, step) : capped_sum(parent.difficulty, step);
    return std::max(next, U256{rules.difficulty_floor});
}

U256 child_difficulty(const Rules& rules, const BlockRecord& parent, std::uint64_t timestamp) {
    return child_difficulty(rules, parent, timestamp, rules.difficulty_seconds);
}

std::uint64_t child_gas_limit(const Rules& rules, GasLimitRule rule, const BlockRecord& parent) {
    if (rule == GasLimitRule::none) { return 0; }
    // The miner of Go took the gas that its own block has used, which is 0 when the limit is set.
    const std::uint64_t used = rule == GasLimitRule::go_own_gas_used ? 0 : parent.gas_used;
    const Wide next = (static_cast<Wide>(parent.gas_limit) * 1023 + static_cast<Wide>(used) * 6 / 5) / 1024;
    const auto limit = static_cast<std::uint64_t>(std::min<Wide>(next, ~std::uint64_t{0}));
    return rule == GasLimitRule::go_minimum ? std::min(go_largest_gas_limit, limit)
                                            : std::max<std::uint64_t>(rules.min_gas_limit, limit);
}

std::optional<Mismatch> mismatch_of_child(const Rules& rules, const Header& header, const BlockRecord& parent) {
    if (rules.header != HeaderLayout::h9 && header.number != parent.number + 1) {
        return Mismatch{&errors::bad_number, "number",
                        std::to_string(header.number) + " after " + std::to_string(parent.number)};
    }
    const bool may_be_equal = !rules.timestamp_strictly_greater || rules.equal_timestamp_also;
    if (header.timestamp < parent.timestamp || (header.timestamp == parent.timestamp && !may_be_equal)) {
        return Mismatch{&errors::bad_timestamp, "timestamp",
                        std::to_string(header.timestamp) + ", the parent's is " + std::to_string(parent.timestamp)};
    }
    const U256 difficulty = child_difficulty(rules, parent, header.timestamp);
    if (header.difficulty != difficulty &&
        header.difficulty != child_difficulty(rules, parent, header.timestamp, rules.difficulty_seconds_also)) {
        return Mismatch{&errors::bad_difficulty, "difficulty",
                        to_decimal(header.difficulty) + " instead of " + to_decimal(difficulty)};
    }
    const std::uint64_t limit = child_gas_limit(rules, rules.gas_limit, parent);
    if (has_gas(rules) && header.gas_limit != limit &&
        header.gas_limit != child_gas_limit(rules, rules.gas_limit_also, parent)) {
        return Mismatch{&errors::bad_gas_limit, "gas_limit",
                        std::to_string(header.gas_limit) + " instead of " + std::to_string(limit)};
    }
    return {};
}

Fault check_header_standalone(const Candidate& c) {
    if (auto fault = check_proof_of_work(c)) { return fault; }
    if (auto fault = check_ranges(c)) { return fault; }
    return check_extra_data(c);
}

Fault check_body_standalone(const Candidate& c) {
    if (auto fault = check_uncles_hash(c)) { return fault; }
    if (auto fault = check_transactions_root(c)) { return fault; }
    return check_gas_used(c);
}

Fault check_standalone(const Candidate& c) {
    if (auto fault = check_size(c.bytes)) { return fault; }
    if (auto fault = check_header_standalone(c)) { return fault; }
    return check_body_standalone(c);
}

Fault check_header_child(const Candidate& c, const BlockRecord& parent) {
    auto wrong = mismatch_of_child(c.rules, c.block.header, parent);
    if (!wrong) { return {}; }
    return header_fault(c, *wrong->code, wrong->field, std::move(wrong->why));
}

Fault check_child(const Candidate& c, const BlockRecord& parent, Ancestry& ancestry,
                  std::vector<SignedTransaction>* read) {
    if (auto fault = check_header_child(c, parent)) { return fault; }
    if (auto fault = check_uncles(c, parent, ancestry)) { return fault; }
    return check_transactions(c, read);
}

U256 announced_total_difficulty(const U256& total, const U256& genesis_difficulty, const Rules& of_peer) noexcept {
    return of_peer.count_genesis_difficulty ? total : difference(total, genesis_difficulty);
}

BlockRecord make_record(const Candidate& c, const BlockRecord& parent) {
    BlockRecord out = make_genesis_record(c.block);
    out.number = parent.number + 1;
    out.total_difficulty = capped_sum(out.total_difficulty, parent.total_difficulty);
    for (const rlp::Item& item : c.block.uncles) {
        const auto uncle = decode_header(c.rules, item);
        if (uncle) { out.total_difficulty = capped_sum(out.total_difficulty, uncle->difficulty); }
    }
    return out;
}

BlockRecord make_genesis_record(const Block& block) {
    BlockRecord out;
    out.hash = block.hash;
    out.parent = block.header.parent_hash;
    out.number = block.header.number;
    out.timestamp = block.header.timestamp;
    out.difficulty = block.header.difficulty;
    out.total_difficulty = out.difficulty;
    out.gas_limit = block.header.gas_limit;
    out.gas_used = block.header.gas_used;
    return out;
}

} // namespace ethpoc::chain
