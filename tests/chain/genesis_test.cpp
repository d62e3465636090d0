#include "chain/genesis.hpp"

#include <doctest/doctest.h>

#include <set>

#include "chain/block.hpp"
#include "chain/keccak.hpp"
#include "chain/trie.hpp"
#include "chain/verify.hpp"
#include "rlp/encode.hpp"
#include "rlp/legacy.hpp"
#include "tests/support/shared.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

constexpr auto go = Implementation::go;
constexpr auto cpp = Implementation::cpp;

U256 product(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide both = static_cast<Wide>(a) * b;
    U256 out{static_cast<std::uint64_t>(both)};
    out.limbs[1] = static_cast<std::uint64_t>(both >> 64);
    return out;
}

/// The first version whose header the row has: enough to take it apart.
const Rules& rules_of(const GenesisRow& row) {
    const Bytes bytes = test::hex(row.rlp_hex);
    for (const Rules& rules : all_rules()) {
        if (decode_block(rules, bytes)) { return rules; }
    }
    return all_rules().front();
}

} // namespace

TEST_CASE("genesis: both hashes of every row are those of its bytes") {
    CHECK(genesis_table().size() == 33);
    std::set<std::string_view> names;
    for (const GenesisRow& row : genesis_table()) {
        CAPTURE(row.name);
        CHECK(names.insert(row.name).second);
        const Bytes bytes = test::hex(row.rlp_hex);
        const bool counted = row.name == "poc1-counted";
        const auto block = decode_block(counted ? *find_rules(row.name) : rules_of(row), bytes);
        REQUIRE(block);
        CHECK(to_hex(counted ? block->hash : keccak256(bytes)) == row.block_hash_hex);
        CHECK(to_hex(keccak256(block->header.raw.whole())) == row.header_hash_hex);
        CHECK(block->header.parent_hash.is_zero());
        CHECK(block->header.number == 0);
        CHECK(block->transactions.empty());
        CHECK(block->uncles.empty());
        CHECK_FALSE(row.remark.empty());
    }
}

TEST_CASE("genesis: the one of january 2014 is hashed in the form that its client printed") {
    const Bytes printed = test::hex(
        "8389406056e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b4214060e724d40619441ced66a271e596"
        "27b7bcd39c77447a4315561b4d21e7b7c9321c6056e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
        "1a1000000040008080");
    const auto candidate = find_genesis_by_hash(0, keccak256(printed));
    REQUIRE(candidate);
    CHECK(candidate->genesis.name == "poc1-counted");
    CHECK(candidate->dialect == rlp::Dialect::item_counted);
    CHECK(rlp::legacy::to_modern(printed)); // today's form, but for the zeros in front of hashes
    CHECK(to_hex(candidate->genesis.hash).starts_with("b91b11c6"));
    const auto block = decode_block(*candidate->rules, candidate->genesis.rlp);
    REQUIRE(block);
    CHECK(block->hash == keccak256(printed));
    CHECK(block->header.difficulty == U256{1U << 20});
    const Candidate trial{*candidate->rules, candidate->genesis.rlp, *block};
    CHECK_FALSE(check_uncles_hash(trial)); // the Keccak of 80, an empty list of that time
    CHECK_FALSE(check_transactions_root(trial));
    CHECK_FALSE(find_genesis_by_hash(1, candidate->genesis.hash)); // no later version hashes so
}

TEST_CASE("genesis: the hash that a client of each version announces") {
    struct Row {
        std::uint32_t version;
        Implementation by = cpp;
        std::string_view hash; // its first digits
    };
    for (const Row& row : {
             Row{0, cpp, "b9b5eee9"},
             Row{1, cpp, "b71d8d9f"},
             Row{3, cpp, "ea620c2f"},
             Row{4, cpp, "df4ccccaa"},
             Row{5, cpp, "ab6b9a56"},
             Row{7, cpp, "ab6b9a56"},
             Row{7, go, "ab6b9a56"},
             Row{8, cpp, "ab6b9a56"},
             Row{8, go, "c87939ff"},
             Row{11, cpp, "ab6b9a56"},
             Row{12, cpp, "ab6b9a56"},
             Row{14, cpp, "69a7356a"},
             Row{17, cpp, "c305511e"},
             Row{19, cpp, "77ef4fda"},
             Row{20, cpp, "56fff6ab"},
             Row{23, cpp, "a7722d61"},
             Row{23, go, "a7722d61"},
             Row{27, cpp, "b88f621f"},
             Row{28, cpp, "e0fe8269"},
             Row{28, go, "e0fe8269"},
             Row{29, cpp, "f6806728"},
             Row{30, cpp, "08436a4d"},
             Row{33, cpp, "08436a4d"},
             Row{33, go, "08436a4d"},
             Row{36, cpp, "9f0eb5da"},
             Row{37, cpp, "464099be"},
             Row{37, go, "47a8a76c"},
             Row{38, cpp, "955f36d0"},
             Row{44, cpp, "955f36d0"},
             Row{45, cpp, "779b1b62"},
             Row{49, go, "779b1b62"},
             Row{52, cpp, "c9cb614f"},
             Row{52, go, "c9cb614f"},
             Row{54, cpp, "32d9162f"},
             Row{54, go, "32d9162f"},
             Row{56, cpp, "b5d6d840"},
             Row{49, Implementation::js, "dcfdbe34"},
             Row{51, cpp, "779b1b62"},
             Row{52, Implementation::py, "c9cb614f"},
         }) {
        CAPTURE(row.version);
        CAPTURE(static_cast<int>(row.by));
        const Genesis genesis = genesis_for(row.version, row.by);
        CHECK(to_hex(genesis.hash).starts_with(row.hash));
        CHECK(block_hash(rules_for(row.version, row.by), genesis.rlp) == genesis.hash);
    }
}

TEST_CASE("genesis: all that clients of a version began with") {
    struct Row {
        std::uint32_t version;
        Implementation by = cpp;
        std::vector<std::string_view> names; // in order
    };
    constexpr auto py = Implementation::py;
    constexpr auto js = Implementation::js;
    for (const Row& row : std::vector<Row>{
             {0, cpp, {"A", "B", "C", "poc1-counted"}},
             {1, cpp, {"D", "E"}},
             {5, cpp, {"H", "G"}},
             {7, go, {"H"}},
             {8, cpp, {"H", "go-p08", "go-p08-march"}},
             {8, go, {"go-p08", "go-p08-march", "H"}},
             {13, cpp, {"J", "I"}},
             {16, cpp, {"L", "K"}},
             {23, cpp, {"O"}},
             {27, cpp, {"P", "O", "Q"}},
             {28, cpp, {"Q", "R"}},
             {37, cpp, {"T", "T2"}},
             {37, go, {"T2", "T"}},
             {38, cpp, {"V", "U", "py-0.7.38"}},
             {49, cpp, {"W", "js-eth49"}},
             {49, js, {"js-eth49", "W"}},
             {51, cpp, {"W", "X"}},
             {52, py, {"X"}},
             {54, go, {"poc8"}},
             {56, cpp, {"eth56"}},
             {~0U, cpp, {"eth56"}},
         }) {
        CAPTURE(row.version);
        CAPTURE(static_cast<int>(row.by));
        std::vector<std::string_view> names;
        const auto candidates = genesis_candidates(row.version, row.by);
        for (const GenesisCandidate& candidate : candidates) {
            names.push_back(candidate.genesis.name);
        }
        CHECK(names == row.names);
    }
}

TEST_CASE("genesis: the hash of the other side tells which is meant and under which rules") {
    struct Row {
        std::uint32_t version;
        Implementation by = cpp;
        std::string_view hash;
        std::string_view name;
        std::string_view rules;
    };
    for (const Row& row : {
             Row{28, cpp, "f68067286ddb7245c2203b18135456de1fc4ed6a24a2d9014195faa7900025bf", "R", "p29"},
             Row{28, go, "e0fe8269935ec326ab2834b1030bf4112bd1eace6e393163e26c2a12e7f4d7d9", "Q", "go-p28"},
             Row{31, go, "f68067286ddb7245c2203b18135456de1fc4ed6a24a2d9014195faa7900025bf", "R", "go-p31"},
             Row{49, cpp, "dcfdbe3440f1bb57a64d875844faf22ab373e79c41e45d5f0bdfcda53721fcad", "js-eth49", "poc7"},
             Row{51, go, "c9cb614fddd89b3bc6e2f0ed1f8e58e8a0d826612a607a6151be6f39c991a941", "X", "go-p51"},
             Row{52, Implementation::py, "c9cb614fddd89b3bc6e2f0ed1f8e58e8a0d826612a607a6151be6f39c991a941", "X",
                 "py-p52"},
             Row{54, go, "32d9162f861a01bc8274e70b3cdb9d688fd7d8566f2f8c25cf1a882f244081c4", "poc8", "go-p54"},
             // Not one of the version's own, but its rules can read it.
             Row{50, cpp, "dcfdbe3440f1bb57a64d875844faf22ab373e79c41e45d5f0bdfcda53721fcad", "js-eth49", "poc7"},
             Row{7, cpp, "f0ecb57870b63ff04799c10c05c61159cd3ea55cdab5930cb1203384baa24ac0", "easy", "poc3"},
         }) {
        CAPTURE(row.version);
        CAPTURE(row.hash);
        const auto found = find_genesis_by_hash(row.version, Hash256::right_aligned(test::hex(row.hash)), row.by);
        REQUIRE(found);
        CHECK(found->genesis.name == row.name);
        CHECK(found->rules->name == row.rules);
        CHECK(to_hex(found->genesis.hash) == row.hash);
    }
    CHECK_FALSE(find_genesis_by_hash(49, Hash256{}));
    // The hash of the header is not in force while whole blocks are hashed.
    CHECK_FALSE(find_genesis_by_hash(
        7, Hash256::right_aligned(test::hex("55158cca3ec4239b15a06f34332382ffe1f16cc464aec7e2c01bbb5fd63f1497"))));
}

TEST_CASE("genesis: the state root follows from the premine") {
    struct Row {
        std::string_view name;
        std::vector<std::string_view> accounts;
        Bytes account; // as the state trie holds it
    };
    U256 premine; // 2^200
    premine.limbs[3] = 256;
    const std::vector<std::string_view> poc3{
        "8a40bfaa73256b60764c1bf40675a99083efb075", "e6716f9544a56c530d868e4bfbacb172315bdead",
        "1e12515ce3e0f817a4ddef9ca55788a1d66bd2df", "1a26338f0d905e295fccb71fa9ea849ffa12aaf4"};
    const std::vector<std::string_view> poc5{
        "51ba59315b3a95761d0863b05ccc7a7f54703d99", "e6716f9544a56c530d868e4bfbacb172315bdead",
        "b9c015918bdaba24b4ff057a92a3873d6eb201be", "1a26338f0d905e295fccb71fa9ea849ffa12aaf4",
        "2ef47100e0787b915105fd5e3f4ff6752079d5cb", "cd2a3d9f938e13cd947ec05abc7fe734df8dd826",
        "6c386a4b26f73c802f34673f7248bb118f97424a", "e4157b34ea9615cfbde6b4fda419828124b70c78"};
    const Hash256 no_code = keccak256({});
    for (const Row& row : {
             Row{"H", poc3, rlp::encode_list(premine, 0U)},
             Row{"J", poc3, rlp::encode_list(premine, 0U, Hash256{}, no_code)},
             Row{"O", poc5, rlp::encode_list(0U, premine, Bytes{}, no_code)},
             Row{"R", poc5, rlp::encode_list(0U, premine, Bytes{}, Bytes{})},
             Row{"W", poc5, rlp::encode_list(0U, premine, empty_root(EmptyHash::hash_of_empty), no_code)},
         }) {
        CAPTURE(row.name);
        std::vector<Bytes> keys;
        std::vector<TrieEntry> entries;
        for (const std::string_view account : row.accounts) {
            keys.push_back(test::hex(account));
        }
        for (const Bytes& key : keys) {
            entries.push_back({key, row.account});
        }
        const auto at = std::ranges::find(genesis_table(), row.name, &GenesisRow::name);
        REQUIRE(at != genesis_table().end());
        const Bytes bytes = test::hex(at->rlp_hex);
        const auto block = decode_block(rules_of(*at), bytes);
        REQUIRE(block);
        CHECK(to_hex(*trie_root(entries)) == to_hex(block->header.state_root));
    }
}

TEST_CASE("genesis: the state roots of eth 54 and 56, whose accounts differ") {
    struct Account {
        std::string_view address;
        U256 balance;
    };
    U256 premine; // 2^200
    premine.limbs[3] = 256;
    // 154162184, 102774789, 51387394 and 69423399 times 10^15 wei
    const auto finney = [](std::uint64_t amount) { return product(amount, 1'000'000'000'000'000); };
    std::vector<Account> common;
    for (const std::string_view address :
         {"dbdbdb2cbd23b783741e8d7fcf51e459b497e4a6", "e4157b34ea9615cfbde6b4fda419828124b70c78",
          "b9c015918bdaba24b4ff057a92a3873d6eb201be", "6c386a4b26f73c802f34673f7248bb118f97424a",
          "cd2a3d9f938e13cd947ec05abc7fe734df8dd826", "2ef47100e0787b915105fd5e3f4ff6752079d5cb",
          "e6716f9544a56c530d868e4bfbacb172315bdead", "1a26338f0d905e295fccb71fa9ea849ffa12aaf4"}) {
        common.push_back({address, premine});
    }
    auto poc8 = common;
    poc8.push_back({"b0afc46d9ce366d06ab4952ca27db1d9557ae9fd", finney(154'162'184)});
    poc8.push_back({"f6b1e9dc460d4d62cc22ec5f987d726929c0f9f0", finney(102'774'789)});
    poc8.push_back({"cc45122d8b7fa0b1eaa6b29e0fb561422a9239d0", finney(51'387'394)});
    poc8.push_back({"b7576e9d314df41ec5506494293afb1bd5d3f65d", finney(69'423'399)});
    auto eth56 = common; // and the four precompiled contracts, one wei each; the keys of the trie are hashes
    for (const std::string_view address :
         {"0000000000000000000000000000000000000001", "0000000000000000000000000000000000000002",
          "0000000000000000000000000000000000000003", "0000000000000000000000000000000000000004"}) {
        eth56.push_back({address, 1});
    }
    for (const auto& [name, accounts, hashed] : {std::tuple{"poc8", poc8, false}, std::tuple{"eth56", eth56, true}}) {
        CAPTURE(name);
        std::vector<Bytes> keys;
        std::vector<Bytes> values;
        for (const Account& account : accounts) {
            const Bytes address = test::hex(account.address);
            const Hash256 hash = keccak256(address);
            keys.push_back(hashed ? Bytes(hash.bytes.begin(), hash.bytes.end()) : address);
            values.push_back(
                rlp::encode_list(0U, account.balance, empty_root(EmptyHash::hash_of_empty), keccak256({})));
        }
        std::vector<TrieEntry> entries;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            entries.push_back({keys[i], values[i]});
        }
        const auto row = std::ranges::find(genesis_table(), std::string_view(name), &GenesisRow::name);
        REQUIRE(row != genesis_table().end());
        const Bytes bytes = test::hex(row->rlp_hex);
        const auto block = decode_block(rules_of(*row), bytes);
        REQUIRE(block);
        CHECK(to_hex(*trie_root(entries)) == to_hex(block->header.state_root));
    }
}

TEST_CASE("errors: words are unique and of this room") {
    std::set<std::string_view> words;
    for (const ErrorCode* const code : error_catalogue()) {
        CHECK(code->word.starts_with("chain."));
        CHECK(words.insert(code->word).second);
        CHECK(code->rule.ends_with("."));
    }
}
