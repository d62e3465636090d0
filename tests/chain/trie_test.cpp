#include "chain/trie.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

#include "chain/keccak.hpp"
#include "tests/support/property.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

using Pairs = std::map<std::string, std::string>;

std::string root_of(const Pairs& pairs) {
    std::vector<TrieEntry> entries;
    for (const auto& [key, value] : pairs) {
        entries.push_back({as_bytes(key), as_bytes(value)});
    }
    const auto root = trie_root(entries);
    return root ? to_hex(*root) : "";
}

} // namespace

TEST_CASE("trie: roots that everybody agrees on") {
    CHECK(root_of({{"doe", "reindeer"}, {"dog", "puppy"}, {"dogglesworth", "cat"}}).starts_with("8aad789d"));
    CHECK(root_of({{"do", "verb"}, {"horse", "stallion"}, {"doge", "coin"}, {"dog", "puppy"}}).starts_with("5991bb8c"));
    CHECK(root_of({{"A", std::string(50, 'a')}}).starts_with("d23786fb"));
}

TEST_CASE("trie: nothing has no root") {
    CHECK(root_of({}).empty());
}

TEST_CASE("trie: a single short leaf is hashed all the same") {
    // [20 41, 62]: c4 82 20 41 62
    CHECK(root_of({{"A", "b"}}) == to_hex(keccak256(test::hex("c482204162"))));
}

TEST_CASE("trie: the order of the pairs does not count") {
    test::property("shuffled", [](std::vector<std::string> keys) {
        std::ranges::sort(keys);
        const auto same = std::ranges::unique(keys);
        keys.erase(same.begin(), same.end());
        std::vector<TrieEntry> forward;
        for (std::string& key : keys) {
            key.resize(std::min<std::size_t>(key.size(), 32));
        }
        for (const std::string& key : keys) {
            if (std::ranges::count(keys, key) == 1) { forward.push_back({as_bytes(key), as_bytes("value")}); }
        }
        std::vector<TrieEntry> backward(forward.rbegin(), forward.rend());
        RC_ASSERT(trie_root(forward) == trie_root(backward));
    });
}

TEST_CASE("trie: how nothing is written") {
    CHECK(to_hex(empty_root(EmptyHash::zeros)) == std::string(64, '0'));
    CHECK(empty_root(EmptyHash::empty_string).empty());
    CHECK(to_hex(empty_root(EmptyHash::hash_of_empty)).starts_with("56e81f17"));
    CHECK(empty_uncles(EmptyHash::empty_string).empty());
    CHECK(to_hex(empty_uncles(EmptyHash::hash_of_empty)).starts_with("1dcc4de8"));
}

TEST_CASE("trie: transactions by each convention") {
    const Bytes list = test::hex("c6c101c102c103");
    const auto entries = rlp::list_items(list);
    REQUIRE(entries);
    Rules rules = rules_for(45); // bare entries
    Root root;
    transactions_root(rules, TransactionsRoot::list_hash, *entries, root);
    CHECK(to_hex(root.view) == to_hex(keccak256(list)));

    // rlp(0) is 80, rlp(1) is 01; Go wrote the digits "0", "1", ..
    const Bytes one{0xc1, 0x01};
    const Bytes two{0xc1, 0x02};
    const Bytes three{0xc1, 0x03};
    const Bytes key0{0x80};
    const Bytes key1{0x01};
    const Bytes key2{0x02};
    std::vector<TrieEntry> by_rlp{{key0, one}, {key1, two}, {key2, three}};
    transactions_root(rules, TransactionsRoot::trie, *entries, root);
    CHECK(to_hex(root.view) == to_hex(*trie_root(by_rlp)));
    std::vector<TrieEntry> by_digits{{as_bytes("0"), one}, {as_bytes("1"), two}, {as_bytes("2"), three}};
    transactions_root(rules, TransactionsRoot::trie_go_decimal, *entries, root);
    CHECK(to_hex(root.view) == to_hex(*trie_root(by_digits)));

    transactions_root(rules, TransactionsRoot::trie, {}, root);
    CHECK(to_hex(root.view).starts_with("56e81f17"));
    transactions_root(rules, TransactionsRoot::list_hash, {}, root);
    CHECK(to_hex(root.view).starts_with("1dcc4de8"));
}

TEST_CASE("trie: go takes the transaction out of its entry") {
    const Bytes list = test::hex("c5c4c10180"
                                 "07");
    const auto entries = rlp::list_items(list);
    REQUIRE(entries);
    const Bytes bare{0xc1, 0x01};
    std::vector<TrieEntry> expected{{as_bytes("0"), bare}};
    Root root;
    transactions_root(rules_for(23), TransactionsRoot::trie_go_decimal, *entries, root);
    CHECK(to_hex(root.view) == to_hex(*trie_root(expected)));
}

TEST_CASE("trie: a few thousand entries whose keys have one to three bytes") {
    std::vector<std::string> keys;
    std::vector<TrieEntry> entries;
    Bytes list;
    for (std::size_t i = 0; i < 3000; ++i) {
        list.push_back(0x07);
        if (i == 0) {
            keys.emplace_back("\x80");
        } else if (i < 0x80) {
            keys.emplace_back(1, static_cast<char>(i));
        } else if (i < 0x100) {
            keys.push_back({static_cast<char>(0x81), static_cast<char>(i)});
        } else {
            keys.push_back({static_cast<char>(0x82), static_cast<char>(i >> 8), static_cast<char>(i)});
        }
    }
    const Bytes seven{0x07};
    for (const std::string& key : keys) {
        entries.push_back({as_bytes(key), seven});
    }
    Root root;
    transactions_root(rules_for(45), TransactionsRoot::trie, rlp::Items{list, 3000}, root);
    CHECK(to_hex(root.view) == to_hex(*trie_root(entries)));
}
