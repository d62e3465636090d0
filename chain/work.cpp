#include "chain/work.hpp"

#include <algorithm>
#include <array>

#include "chain/counted.hpp"
#include "chain/genesis.hpp"
#include "chain/keccak.hpp"
#include "chain/trie.hpp"
#include "chain/u256.hpp"
#include "rlp/encode.hpp"

namespace ethpoc::chain {

namespace {

constexpr std::array<std::uint8_t, bloom_bytes(HeaderLayout::h14)> no_logs{}; // the layouts with work in Keccak
constexpr std::array<std::uint8_t, Hash256::width> no_nonce{};
constexpr std::uint64_t usual_price = 10'000'000'000'000; // wei for a unit of gas: what miners of 2014 wrote

Error cannot_mine(std::string because) {
    return {&errors::cannot_mine, 0, 0, {}, std::move(because)};
}

Bytes list_of_raw(std::span<const Bytes> items) {
    rlp::BackwardWriter out;
    for (std::size_t i = items.size(); i-- > 0;) {
        out.put_raw(items[i]);
    }
    out.close_list(0);
    return out.take();
}

/// One that all clients on the genesis take. Where some of them want a block younger than its parent, it is; and where
/// they disagree how soon is so soon that the difficulty rises, the time goes back to what is soon for all.
std::uint64_t time_of(const Rules& rules, const BlockRecord& parent, std::uint64_t now) {
    const bool greater = rules.timestamp_strictly_greater || rules.equal_timestamp_also;
    const std::uint64_t least = parent.timestamp + (greater ? 1 : 0);
    const std::uint64_t time = std::max(now, least);
    const auto [soon, late] = std::minmax(rules.difficulty_seconds, rules.difficulty_seconds_also);
    const std::uint64_t age = time - parent.timestamp;
    return age >= soon && age < late ? std::max(parent.timestamp + soon - 1, least) : time;
}

/// A block that is being put together: the lists, and a header with views into the members.
class BlockDraft {
  public:
    BlockDraft(const Ingredients& from, const MinerChoice& choice) : rules_(from.rules), choice_(choice) {
        const BlockRecord& parent = from.parent;
        header_.parent_hash = parent.hash;
        header_.coinbase = choice_.coinbase;
        header_.timestamp = time_of(rules_, parent, choice_.now_seconds);
        header_.difficulty = child_difficulty(rules_, parent, header_.timestamp);
        header_.number = parent.number + 1;
        header_.min_gas_price = U256{usual_price};
        header_.gas_limit = child_gas_limit(rules_, rules_.gas_limit, parent);
        header_.extra_data = choice_.extra_data;
        header_.log_bloom = no_logs;
        header_.receipts_root = empty_root(rules_.empty_root);
        header_.nonce = no_nonce;
    }

    std::vector<Bytes> transactions{}; // entries, RLP
    std::vector<Bytes> uncles{};       // headers, RLP

    Header& header() noexcept { return header_; }

    /// The whole block, its roots and hashes those of the lists.
    Bytes compose() {
        const Bytes entries = list_of_raw(transactions);
        const Bytes uncle_list = list_of_raw(uncles);
        const auto items = rlp::list_items(entries);
        Root root;
        transactions_root(rules_, rules_.transactions_root, items ? *items : rlp::Items{}, root);
        header_.transactions_root = root.view;
        Hash256 uncles_hash = keccak256(uncle_list);
        header_.uncles_hash = uncles.empty() ? empty_uncles(rules_.empty_uncles) : BytesView{uncles_hash};
        if (rules_.hash_of == HashOf::counted_block) {
            root.hash = counted_hash(CountedPart::transactions, entries);
            uncles_hash = counted_hash(CountedPart::uncles, uncle_list);
            header_.transactions_root = root.hash;
            header_.uncles_hash = uncles_hash;
        }
        const Bytes header = encode_header(rules_.header, header_);
        return rlp::encode_list(rlp::Raw{header}, rlp::Raw{entries}, rlp::Raw{uncle_list});
    }

  private:
    const Rules& rules_;
    const MinerChoice& choice_;
    Header header_{};
};

/// An entry of the list of transactions, with what it left.
Bytes entry_of(const Rules& rules, const SignedTransaction& one, const StateRoots::Entry& after) {
    const BytesView whole = one.entry.transaction.whole();
    if (rules.entry == EntryForm::bare) { return {whole.begin(), whole.end()}; }
    return rlp::encode_list(rlp::Raw{whole}, after.root, after.gas_used);
}

/// Those that can be carried out one after the other: by nonce, so that those of one sender follow each other; and once
/// more, since one may bring the money that another one needs.
std::vector<SignedTransaction> choose_transactions(const Ingredients& from, BlockDraft& draft) {
    std::vector<SignedTransaction> out;
    const Bytes empty = draft.compose();
    const auto block = decode_block(from.rules, empty);
    if (!block) { return out; }
    Block priceless = *block;
    priceless.header.min_gas_price = {}; // it follows from what is taken
    const Candidate candidate{from.rules, empty, priceless};
    State state = from.before;
    std::uint64_t used = 0;
    std::vector<SignedTransaction> waiting;
    for (const WaitingTransaction& one : from.transactions) {
        if (auto read = read_transaction_for(candidate, one.rlp, one.sender)) { waiting.push_back(*read); }
    }
    std::ranges::stable_sort(waiting, {}, [](const SignedTransaction& one) { return one.transaction.nonce; });
    const auto take = [&](const SignedTransaction& one) {
        const bool has_gas = from.rules.gas_limit != GasLimitRule::none && gas_is_priced(one.layout);
        if (has_gas && U256{draft.header().gas_limit - used} < one.transaction.gas) { return false; }
        if (out.size() == from.most_transactions || !carry_out(state, candidate, one, used)) { return false; }
        out.push_back(one);
        return true;
    };
    std::erase_if(waiting, take);
    std::erase_if(waiting, take);
    return out;
}

/// Takes a transaction's price down into the header, where it has one.
void note_price(Header& header, const SignedTransaction& one) {
    if (one.transaction.gas_price < header.min_gas_price) { header.min_gas_price = one.transaction.gas_price; }
}

/// Each uncle that the rules let pass beside those before it.
void choose_uncles(const Ingredients& from, BlockDraft& draft) {
    for (const Bytes& uncle : from.uncles) {
        if (draft.uncles.size() == from.most_uncles) { return; }
        draft.uncles.push_back(uncle);
        const Bytes bytes = draft.compose();
        const auto block = decode_block(from.rules, bytes);
        if (block && !check_uncles({from.rules, bytes, *block}, from.parent, from.ancestry)) { continue; }
        draft.uncles.pop_back();
    }
}

void set_entries(const Rules& rules, BlockDraft& draft, std::span<const SignedTransaction> chosen,
                 const StateRoots& made) {
    draft.transactions.clear();
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        const StateRoots::Entry after = i < made.entries.size() ? made.entries[i] : StateRoots::Entry{Bytes(32), 0};
        draft.transactions.push_back(entry_of(rules, chosen[i], after));
    }
}

/// The accounts after the block, or why they are not known.
Result<StateRoots> roots_of(const Ingredients& from, BlockDraft& draft, std::span<const SignedTransaction> chosen) {
    StateRoots made;
    set_entries(from.rules, draft, chosen, {});
    const Bytes bytes = draft.compose();
    const auto block = decode_block(from.rules, bytes);
    if (!block) { return std::unexpected(block.error()); }
    const auto after = state_after(from.before, {from.rules, bytes, *block}, from.parent.number + 1, chosen, &made);
    if (!after) { return std::unexpected(after.error()); }
    if (const auto* const gap = std::get_if<StateGap>(&*after)) { return std::unexpected(cannot_mine(gap->because)); }
    return made;
}

Work finish(const Ingredients& from, BlockDraft& draft) {
    Work out;
    out.block = draft.compose();
    const auto block = decode_block(from.rules, out.block); // our own bytes
    if (!block) { return out; }
    out.parent = from.parent.hash;
    out.number = from.parent.number + 1;
    out.timestamp = block->header.timestamp;
    out.difficulty = block->header.difficulty;
    out.preimage = proof_of_work_preimage(from.rules, block->header);
    out.nonce_at = static_cast<std::size_t>(block->header.nonce.data() - out.block.data());
    out.transactions = draft.transactions.size();
    out.uncles = draft.uncles.size();
    return out;
}

} // namespace

Hash256 receipts_root(const StateRoots& made) {
    std::vector<Bytes> keys(made.entries.size());
    std::vector<Bytes> receipts(made.entries.size());
    std::vector<TrieEntry> pairs;
    for (std::size_t i = 0; i < made.entries.size(); ++i) {
        const StateRoots::Entry& after = made.entries[i];
        keys[i] = rlp::encode_item(i);
        receipts[i] = rlp::encode_list(after.root, after.gas_used, BytesView{no_logs}, rlp::Items{});
        pairs.push_back({keys[i], receipts[i]});
    }
    return trie_root(pairs).value_or(Hash256{});
}

Result<Work> make_work(const Ingredients& from, const MinerChoice& choice) {
    const Rules& rules = from.rules;
    if (rules.proof_of_work != ProofOfWork::keccak) {
        return std::unexpected(cannot_mine("blocks of " + std::string(rules.name) + " need ethash"));
    }
    if (rules.max_extra_data != 0 && choice.extra_data.size() > rules.max_extra_data) {
        return std::unexpected(
            cannot_mine("extra data has at most " + std::to_string(rules.max_extra_data) + " bytes"));
    }
    BlockDraft draft(from, choice);
    const auto chosen = choose_transactions(from, draft);
    for (const SignedTransaction& one : chosen) {
        note_price(draft.header(), one);
    }
    choose_uncles(from, draft);
    auto made = roots_of(from, draft, chosen);
    if (!made && !draft.uncles.empty()) { // what they get may not be recorded
        draft.uncles.clear();
        made = roots_of(from, draft, chosen);
    }
    if (!made) { return std::unexpected(std::move(made.error())); }
    set_entries(rules, draft, chosen, *made);
    draft.header().state_root = made->root;
    const Hash256 receipts = receipts_root(*made);
    if (!made->entries.empty()) { draft.header().receipts_root = receipts; }
    const bool counts_gas = rules.gas_limit != GasLimitRule::none;
    draft.header().gas_used = counts_gas && !made->entries.empty() ? made->entries.back().gas_used : 0;
    return finish(from, draft);
}

Bytes seal(const Work& work, const Hash256& nonce) {
    Bytes out = work.block;
    std::ranges::copy(nonce.bytes, out.begin() + static_cast<std::ptrdiff_t>(work.nonce_at));
    return out;
}

std::optional<Hash256> search(const Work& work, Hash256& next, std::uint64_t& left) noexcept {
    constexpr std::size_t tail_at = Hash256::width - sizeof(std::uint64_t); // these bytes count
    std::uint64_t tail = 0;
    for (const std::uint8_t byte : BytesView(next).subspan(tail_at)) {
        tail = tail << 8 | byte;
    }
    next.bytes[0] |= 1; // it was a scalar in January 2014: no zero byte in front
    const auto step = [&] {
        --left;
        ++tail;
        for (std::size_t i = 0; i < sizeof tail; ++i) {
            next.bytes[Hash256::width - 1 - i] = static_cast<std::uint8_t>(tail >> (8 * i));
        }
    };
    for (; left > 0; step()) {
        const U256 above = sum(from_bytes32(keccak256(work.preimage, next)), U256{1});
        if (above == U256{} || !product_within_2_256(above, work.difficulty)) { continue; }
        const Hash256 found = next;
        step();
        return found;
    }
    return {};
}

} // namespace ethpoc::chain
