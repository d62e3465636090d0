#include "tests/support/mini_chain.hpp"

#include "chain/counted.hpp"
#include "chain/keccak.hpp"
#include "chain/list_prefix.hpp"
#include "chain/trie.hpp"
#include "chain/u256.hpp"
#include "rlp/encode.hpp"

namespace ethpoc::test {

using namespace chain;

namespace {

constexpr std::uint64_t first_gas_limit = 1'000'000;
constexpr std::uint64_t birthday = 1'390'000'000; // January 2014

Bytes bytes_of(BytesView view) {
    return {view.begin(), view.end()};
}

/// Finds the nonce, which is the last 32 bytes of the header.
void mine_header(const Rules& rules, Bytes& header, const U256& difficulty) {
    if (rules.proof_of_work != ProofOfWork::keccak) { return; }
    const auto decoded = decode_header(rules, *rlp::first_item(header));
    const Hash256 preimage = proof_of_work_preimage(rules, *decoded);
    Hash256 nonce = preimage; // so that no two blocks have the same, which the rules about uncles care for
    nonce.bytes[0] |= 1;      // a number in January 2014, so not a zero in front
    for (std::uint64_t tried = 0;; ++tried) {
        for (std::size_t i = 0; i < 8; ++i) {
            nonce.bytes[31 - i] = static_cast<std::uint8_t>(tried >> (8 * i));
        }
        if (product_within_2_256(from_bytes32(keccak256(preimage, nonce)), difficulty)) { break; }
    }
    std::ranges::copy(nonce.bytes, header.end() - 32);
}

std::vector<Bytes> make_entries(const Rules& rules, const MineOptions& options) {
    if (rules.entry == EntryForm::bare) { return options.transactions; }
    std::vector<Bytes> out;
    std::uint64_t used = 0;
    for (const Bytes& transaction : options.transactions) {
        used += options.gas_each;
        const Bytes root = out.size() < options.entry_roots.size() ? options.entry_roots[out.size()] : Bytes(32);
        out.push_back(rlp::encode_list(rlp::Raw{transaction}, root, used));
    }
    return out;
}

Bytes list_of(const std::vector<Bytes>& items) {
    rlp::BackwardWriter out;
    for (std::size_t i = items.size(); i-- > 0;) {
        out.put_raw(items[i]);
    }
    out.close_list(0);
    return out.take();
}

} // namespace

Bytes encode_header(HeaderLayout layout, const HeaderDraft& d) {
    switch (layout) {
    case HeaderLayout::h9:
        return rlp::encode_list(d.parent_hash, d.uncles_hash, d.coinbase, d.state_root, d.transactions_root,
                                d.difficulty, d.timestamp, d.extra_data, d.nonce);
    case HeaderLayout::h13:
        return rlp::encode_list(d.parent_hash, d.uncles_hash, d.coinbase, d.state_root, d.transactions_root,
                                d.difficulty, d.number, d.min_gas_price, d.gas_limit, d.gas_used, d.timestamp,
                                d.extra_data, d.nonce);
    case HeaderLayout::h15:
        return rlp::encode_list(d.parent_hash, d.uncles_hash, d.coinbase, d.state_root, d.transactions_root,
                                d.receipts_root, d.log_bloom, d.difficulty, d.number, d.min_gas_price, d.gas_limit,
                                d.gas_used, d.timestamp, d.extra_data, d.nonce);
    case HeaderLayout::h15_py:
        return rlp::encode_list(d.parent_hash, d.uncles_hash, d.coinbase, d.state_root, d.transactions_root,
                                d.receipts_root, d.difficulty, d.number, d.min_gas_price, d.gas_limit, d.gas_used,
                                d.timestamp, d.log_bloom, d.extra_data, d.nonce);
    case HeaderLayout::h14:
        return rlp::encode_list(d.parent_hash, d.uncles_hash, d.coinbase, d.state_root, d.transactions_root,
                                d.receipts_root, d.log_bloom, d.difficulty, d.number, d.gas_limit, d.gas_used,
                                d.timestamp, d.extra_data, d.nonce);
    case HeaderLayout::h16:
        return rlp::encode_list(d.parent_hash, d.uncles_hash, d.coinbase, d.state_root, d.transactions_root,
                                d.receipts_root, d.log_bloom, d.difficulty, d.number, d.gas_limit, d.gas_used,
                                d.timestamp, d.extra_data, d.seed_hash, d.mix_hash, d.nonce);
    }
    return {};
}

Bytes join_block(BytesView header, const std::vector<Bytes>& transactions, const std::vector<Bytes>& uncles) {
    return rlp::encode_list(rlp::Raw{header}, rlp::Raw{list_of(transactions)}, rlp::Raw{list_of(uncles)});
}

std::vector<BytesView> views(const std::vector<MinedBlock>& blocks) {
    std::vector<BytesView> out;
    out.reserve(blocks.size());
    for (const MinedBlock& block : blocks) {
        out.emplace_back(block.rlp);
    }
    return out;
}

MiniChain::MiniChain(const Rules& rules, std::uint64_t difficulty, const Premine* premine) : rules_(rules) {
    HeaderDraft first;
    first.uncles_hash = bytes_of(empty_uncles(rules.empty_uncles));
    first.coinbase.resize(20);
    first.state_root.assign(32, 6);
    if (premine != nullptr) {
        State& state = genesis_block_.state.emplace(rules, rules.accounts);
        for (const PremineAccount& account : premine->accounts) {
            state.set(account.address, {0, account.balance});
        }
        first.state_root = state.root();
    }
    Root root;
    transactions_root(rules, rules.transactions_root, {}, root);
    first.transactions_root = bytes_of(root.view);
    first.receipts_root = first.transactions_root;
    first.log_bloom.resize(64);
    first.difficulty = difficulty;
    first.gas_limit = first_gas_limit;
    first.timestamp = birthday;
    genesis_block_.header = encode_header(rules.header, first);
    genesis_block_.rlp = join_block(genesis_block_.header, {}, {});
    genesis_ = *genesis_from_rlp("mini", genesis_block_.rlp, rules);
    genesis_block_.record = make_genesis_record(*decode_block(rules, genesis_block_.rlp));
}

HeaderDraft MiniChain::draft(const MinedBlock& parent, const MineOptions& options) const {
    HeaderDraft out;
    out.parent_hash = parent.record.hash;
    out.uncles_hash = bytes_of(empty_uncles(rules_.empty_uncles));
    if (!options.uncles.empty()) { out.uncles_hash = bytes_of(keccak256(list_of(options.uncles))); }
    if (rules_.hash_of == HashOf::counted_block) {
        out.uncles_hash = bytes_of(counted_hash(CountedPart::uncles, list_of(options.uncles)));
    }
    out.coinbase = options.coinbase.empty() ? Bytes(20, options.miner) : options.coinbase;
    out.state_root.assign(32, 7);
    out.receipts_root = bytes_of(empty_root(rules_.empty_root));
    out.log_bloom.resize(64);
    out.timestamp = parent.record.timestamp + options.seconds;
    out.difficulty = child_difficulty(rules_, parent.record, out.timestamp);
    out.number = parent.record.number + 1;
    out.gas_limit = child_gas_limit(rules_, rules_.gas_limit, parent.record);
    if (rules_.gas_limit != GasLimitRule::none) { out.gas_used = options.gas_each * options.transactions.size(); }
    return out;
}

/// The roots of a block that is not mined yet, and the state after it.
StateRoots MiniChain::make_state(MinedBlock& block, const MinedBlock& parent, const HeaderDraft& header,
                                 const std::vector<Bytes>& entries, const MineOptions& options) const {
    StateRoots out;
    const Bytes rlp = join_block(encode_header(rules_.header, header), entries, options.uncles);
    const auto decoded = decode_block(rules_, rlp);
    if (!decoded) { return out; }
    const Candidate candidate{rules_, rlp, *decoded};
    std::vector<SignedTransaction> transactions;
    static_cast<void>(check_transactions(candidate, &transactions));
    const auto after = state_after(*parent.state, candidate, parent.record.number + 1, transactions, &out);
    if (after && std::holds_alternative<State>(*after)) { block.state = std::get<State>(*after); }
    return out;
}

MinedBlock MiniChain::mine(const MinedBlock& parent, const MineOptions& options) const {
    MinedBlock out;
    std::vector<Bytes> entries = make_entries(rules_, options);
    HeaderDraft header = draft(parent, options);
    if (parent.state) {
        const StateRoots roots = make_state(out, parent, header, entries, options);
        if (out.state) { header.state_root = roots.root; }
        MineOptions with_roots = options;
        for (const StateRoots::Entry& entry : roots.entries) {
            with_roots.entry_roots.push_back(entry.root);
        }
        entries = make_entries(rules_, with_roots);
    }
    const Bytes list = list_of(entries);
    Root root;
    transactions_root(rules_, rules_.transactions_root, *rlp::list_items(list), root);
    header.transactions_root = bytes_of(root.view);
    if (rules_.hash_of == HashOf::counted_block) {
        header.transactions_root = bytes_of(counted_hash(CountedPart::transactions, list));
    }
    if (options.change) { options.change(header); }
    out.header = encode_header(rules_.header, header);
    mine_header(rules_, out.header, header.difficulty);
    out.rlp = join_block(out.header, entries, options.uncles);
    if (const auto block = decode_block(rules_, out.rlp)) {
        out.record = make_record({rules_, out.rlp, *block}, parent.record);
    }
    return out;
}

std::vector<MinedBlock> MiniChain::mine_many(const MinedBlock& parent, std::size_t count,
                                             const MineOptions& options) const {
    std::vector<MinedBlock> out;
    out.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        out.push_back(mine(i == 0 ? parent : out.back(), options));
    }
    return out;
}

} // namespace ethpoc::test
