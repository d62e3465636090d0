// A genesis like those of 2014, with other accounts and another difficulty.
#include <array>

#include "chain/block.hpp"
#include "chain/counted.hpp"
#include "chain/genesis.hpp"
#include "chain/keccak.hpp"
#include "chain/state.hpp"
#include "chain/trie.hpp"
#include "rlp/encode.hpp"

namespace ethpoc::chain {

namespace {

constexpr std::array<std::uint8_t, 1> forty_two{0x2a};
constexpr std::array<std::uint8_t, 1> empty_list{0xc0};
constexpr std::array<std::uint8_t, 256> bloom_of_zeros{};
constexpr std::array<std::uint8_t, Address::width> nobody{};
constexpr std::uint64_t gas_of_a_genesis = 1'000'000;

/// Of an empty list of transactions or uncles in the item-counted RLP of January 2014.
Hash256 counted_nothing(CountedPart part) {
    return counted_hash(part, empty_list);
}

} // namespace

Genesis make_genesis(std::string name, const Rules& rules, const U256& difficulty,
                     std::vector<PremineAccount> premine) {
    State state(rules, rules.accounts);
    for (const PremineAccount& account : premine) {
        state.set(account.address, {0, account.balance});
    }
    const Bytes state_root = state.root();
    const Hash256 nonce = keccak256(forty_two);
    const Hash256 counted_uncles = counted_nothing(CountedPart::uncles);
    const Hash256 counted_transactions = counted_nothing(CountedPart::transactions);
    Root transactions;
    transactions_root(rules, rules.transactions_root, {}, transactions);
    const bool counted = rules.hash_of == HashOf::counted_block;
    Header header;
    header.uncles_hash = counted ? BytesView{counted_uncles} : empty_uncles(rules.empty_uncles);
    header.coinbase = nobody;
    header.state_root = state_root;
    header.transactions_root = counted ? BytesView{counted_transactions} : transactions.view;
    header.receipts_root = empty_root(rules.empty_root);
    header.log_bloom = BytesView{bloom_of_zeros}.first(bloom_bytes(rules.header));
    header.difficulty = difficulty;
    header.gas_limit = gas_of_a_genesis;
    header.nonce = nonce;
    const Bytes bytes =
        rlp::encode_list(rlp::Raw{encode_header(rules.header, header)}, rlp::Raw{empty_list}, rlp::Raw{empty_list});
    Genesis out{std::move(name), bytes, block_hash(rules, bytes).value_or(Hash256{}), std::move(premine)};
    return out;
}

} // namespace ethpoc::chain
