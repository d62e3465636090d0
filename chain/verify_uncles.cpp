// Uncles: stale blocks that a block takes along. Two rules (spec CHAIN 6): until 2014-08-23 siblings of the parent,
// from then on children of the ancestors two to seven generations back, each once.
#include <map>
#include <set>

#include "chain/fault.hpp"
#include "chain/keccak.hpp"

namespace ethpoc::chain {

namespace {

constexpr std::size_t oldest_parent = 7; // generations; an eighth is refused by every client
constexpr std::size_t taken_generations = 6;

/// The recent past of a block, as its uncles see it.
struct Past {
    std::map<Hash256, BlockRecord> parents; // whose children may be uncles
    std::set<Hash256> taken;                // names of the headers that cannot be uncles any more
    std::set<Hash256> nonces;               // of the uncles of this block
};

/// What tells one uncle from another: its nonce, later the hash of its header.
Hash256 name_of(const Rules& rules, const rlp::Item& item, const Header& header) {
    return rules.uncles == UncleRule::child_of_grandparent ? Hash256::right_aligned(header.nonce)
                                                           : keccak256(item.whole());
}

void take_block(const Rules& rules, BytesView rlp, Past& past) {
    const auto block = decode_block(rules, rlp);
    if (!block) { return; }
    past.taken.insert(keccak256(block->header.raw.whole()));
    for (const rlp::Item& uncle : block->uncles) {
        past.taken.insert(keccak256(uncle.whole()));
    }
}

Past look_back(const Candidate& c, const BlockRecord& parent, Ancestry& ancestry) {
    const Rules& rules = c.rules;
    const bool only_grandparent = rules.uncles == UncleRule::child_of_grandparent;
    const std::size_t oldest = only_grandparent ? 2 : oldest_parent;
    Past past;
    past.taken.insert(name_of(rules, c.block.header.raw, c.block.header));
    std::optional<BlockRecord> at = parent;
    for (std::size_t generation = 1; at && generation <= oldest; ++generation) {
        if (generation > 1) { past.parents.emplace(at->hash, *at); }
        if (!only_grandparent && generation <= taken_generations) {
            if (const auto rlp = ancestry.ancestor_rlp(at->hash)) { take_block(rules, *rlp, past); }
        }
        at = at->number == 0 ? std::nullopt : ancestry.ancestor(at->parent);
    }
    return past;
}

/// C++ does not look at an uncle's work before 2014-04-24. We do: a header without work would add any difficulty to the
/// total, and no genuine miner has such a header. Every C++ holds an uncle against its own parent as well, like a
/// block.
Fault check_uncle(const Candidate& c, const rlp::Item& item, std::size_t index, const Past& past, const Header& uncle) {
    const auto parent = past.parents.find(uncle.parent_hash);
    if (parent == past.parents.end()) {
        return uncle_fault(c, item, index, "its parent is none of the ancestors that count");
    }
    if (past.taken.contains(name_of(c.rules, item, uncle))) {
        return uncle_fault(c, item, index, "it is an ancestor or was an uncle before");
    }
    if (past.nonces.contains(Hash256::right_aligned(uncle.nonce))) {
        return uncle_fault(c, item, index, "it has the nonce of another uncle of the block");
    }
    if (c.rules.uncle_against_parent) {
        if (const auto wrong = mismatch_of_child(c.rules, uncle, parent->second)) {
            return uncle_fault(c, item, index, "against its parent: " + std::string(wrong->field) + ' ' + wrong->why);
        }
    }
    if (c.rules.proof_of_work == ProofOfWork::keccak && !proof_of_work_holds(c.rules, uncle)) {
        return uncle_fault(c, item, index, "its proof of work does not hold");
    }
    return {};
}

} // namespace

Fault check_uncles(const Candidate& c, const BlockRecord& parent, Ancestry& ancestry) {
    if (c.block.uncles.empty()) { return {}; }
    if (c.rules.max_uncles != 0 && c.block.uncles.size() > c.rules.max_uncles) {
        return uncle_fault(c, c.block.uncles[c.rules.max_uncles], c.rules.max_uncles, "too many uncles");
    }
    Past past = look_back(c, parent, ancestry);
    std::size_t index = 0;
    for (const rlp::Item& item : c.block.uncles) {
        const auto uncle = decode_header(c.rules, item);
        if (!uncle) { return uncle_fault(c, item, index, uncle.error()); }
        if (auto fault = check_uncle(c, item, index, past, *uncle)) { return fault; }
        past.taken.insert(name_of(c.rules, item, *uncle));
        past.nonces.insert(Hash256::right_aligned(uncle->nonce));
        ++index;
    }
    return {};
}

} // namespace ethpoc::chain
