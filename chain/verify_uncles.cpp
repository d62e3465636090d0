// Uncles: stale blocks that a block takes along. Two rules (spec CHAIN 6): until 2014-08-23 siblings of the parent,
// from then on children of the ancestors two to six generations back, each once.
#include <set>

#include "chain/fault.hpp"
#include "chain/keccak.hpp"

namespace ethpoc::chain {

namespace {

constexpr std::size_t generations = 6;

/// The recent past of a block, as its uncles see it.
struct Past {
    std::set<Hash256> parents; // whose children may be uncles
    std::set<Hash256> taken;   // Keccak of the headers that are ancestors or were uncles
};

void take_block(const Rules& rules, BytesView rlp, Past& past) {
    const auto block = decode_block(rules, rlp);
    if (!block) { return; }
    past.taken.insert(keccak256(block->header.raw.whole()));
    for (const rlp::Item& uncle : block->uncles) {
        past.taken.insert(keccak256(uncle.whole()));
    }
}

Past look_back(const Rules& rules, const BlockRecord& parent, Ancestry& ancestry) {
    Past past;
    if (parent.number == 0) { return past; }
    if (rules.uncles == UncleRule::child_of_grandparent) {
        past.parents.insert(parent.parent);
        return past;
    }
    std::optional<BlockRecord> at = parent;
    for (std::size_t generation = 1; at && generation <= generations; ++generation) {
        if (generation > 1) { past.parents.insert(at->hash); }
        if (const auto rlp = ancestry.ancestor_rlp(at->hash)) { take_block(rules, *rlp, past); }
        at = at->number == 0 ? std::nullopt : ancestry.ancestor(at->parent);
    }
    return past;
}

/// C++ does not look at an uncle's work before 2014-04-24. We do: a header without work would add any difficulty to the
/// total, and no genuine miner has such a header.
Fault check_uncle(const Candidate& c, const rlp::Item& item, std::size_t index, const Past& past, const Header& uncle) {
    if (!past.parents.contains(uncle.parent_hash)) {
        return uncle_fault(c, item, index, "its parent is none of the ancestors that count");
    }
    if (c.rules.uncles == UncleRule::six_generations && past.taken.contains(keccak256(item.whole()))) {
        return uncle_fault(c, item, index, "it is an ancestor or was an uncle before");
    }
    if (c.rules.proof_of_work == ProofOfWork::keccak && !proof_of_work_holds(uncle)) {
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
    Past past = look_back(c.rules, parent, ancestry);
    std::set<Hash256> nonces{Hash256::right_aligned(c.block.header.nonce)};
    std::size_t index = 0;
    for (const rlp::Item& item : c.block.uncles) {
        const auto uncle = decode_header(c.rules, item);
        if (!uncle) { return uncle_fault(c, item, index, uncle.error()); }
        if (auto fault = check_uncle(c, item, index, past, *uncle)) { return fault; }
        // Siblings of one parent differ in their nonces; a repeated nonce is a repeated uncle.
        const auto nonce = Hash256::right_aligned(uncle->nonce);
        if (!nonces.insert(nonce).second) { return uncle_fault(c, item, index, "it is there twice"); }
        past.taken.insert(keccak256(item.whole()));
        ++index;
    }
    return {};
}

} // namespace ethpoc::chain
