#include "chain/trie_map.hpp"

#include <doctest/doctest.h>

#include <map>
#include <vector>

#include "chain/keccak.hpp"
#include "chain/trie.hpp"
#include "tests/support/property.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

using Model = std::map<Bytes, Bytes>;

std::optional<Hash256> model_root(const Model& model) {
    std::vector<TrieEntry> entries;
    for (const auto& [key, value] : model) {
        entries.push_back({key, value});
    }
    return trie_root(entries);
}

Bytes key_of(std::uint64_t n) {
    const Hash256 hash = keccak256(BytesView{reinterpret_cast<const std::uint8_t*>(&n), sizeof n});
    return {hash.bytes.begin(), hash.bytes.begin() + 20};
}

TrieMap filled(std::uint64_t accounts) {
    TrieMap out;
    for (std::uint64_t n = 0; n < accounts; ++n) {
        out.put(key_of(n), Bytes(70, 1));
    }
    return out;
}

} // namespace

TEST_CASE("trie map: the root is that of the same pairs whatever was changed before") {
    // Few different bytes, so that keys share beginnings, and are beginnings of each other.
    test::property("changes", [](const std::vector<std::pair<std::vector<bool>, std::uint8_t>>& changes) {
        TrieMap map;
        Model model;
        for (const auto& [bits, length] : changes) {
            Bytes key;
            for (std::size_t i = 0; i < bits.size() && i < 65; ++i) {
                key.push_back(bits[i] ? 0x11 : 0x10);
            }
            const Bytes value(1 + length % 40, static_cast<std::uint8_t>(1 + length));
            map.put(key, value);
            model[key] = value;
            RC_ASSERT(map.root() == model_root(model));
            RC_ASSERT(map.size() == model.size());
        }
        for (const auto& [key, value] : model) {
            const auto found = map.find(key);
            RC_ASSERT(found.has_value());
            RC_ASSERT(std::ranges::equal(*found, value));
        }
        Model walked;
        map.for_each([&](BytesView key, BytesView value) {
            walked[Bytes(key.begin(), key.end())] = Bytes(value.begin(), value.end());
        });
        RC_ASSERT(walked == model);
    });
}

TEST_CASE("trie map: a key that is not there is not found") {
    TrieMap map;
    CHECK_FALSE(map.find(test::hex("00")));
    CHECK_FALSE(map.root());
    map.put(test::hex("1234"), test::hex("01"));
    map.put(test::hex("1256"), test::hex("02"));
    for (const char* const key : {"", "12", "1235", "123400", "1233", "1334", "1266"}) {
        CAPTURE(key);
        CHECK_FALSE(map.find(test::hex(key)));
    }
    CHECK(to_hex(*map.find(test::hex("1256"))) == "02");
}

TEST_CASE("trie map: a copy keeps what it had") {
    TrieMap map = filled(50);
    const TrieMap before = map;
    const auto root = before.root();
    std::vector<TrieMap> copies;
    for (std::uint64_t n = 0; n < 100; ++n) {
        copies.push_back(map);
        map.put(key_of(n), Bytes(1, static_cast<std::uint8_t>(1 + n)));
    }
    CHECK(before.root() == root);
    CHECK(before.size() == 50);
    CHECK(map.size() == 100);
    CHECK(filled(50).root() == root);
    TrieMap again = before;
    for (std::uint64_t n = 0; n < 100; ++n) {
        CHECK(copies[n].root() == again.root());
        again.put(key_of(n), Bytes(1, static_cast<std::uint8_t>(1 + n)));
    }
    CHECK(map.root() == again.root());
}

TEST_CASE("trie map: a change hashes its way to the root and nothing else") {
    TrieMap map = filled(20'000);
    std::uint64_t before = TrieMap::encoded();
    const auto root = map.root();
    CHECK(TrieMap::encoded() - before > 20'000); // all of them, once
    TrieMap copy = map;
    before = TrieMap::encoded();
    copy.put(key_of(77), Bytes(70, 2));
    CHECK(copy.root() != root);
    CHECK(TrieMap::encoded() - before <= 8); // 16^4 is more than the accounts
    copy.put(key_of(77), Bytes(70, 1));
    CHECK(copy.root() == root);
    before = TrieMap::encoded();
    CHECK(map.root() == root);
    CHECK(TrieMap::encoded() - before == 1);
}
