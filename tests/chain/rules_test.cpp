#include "chain/rules.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <set>
#include <string>

#include "chain/genesis.hpp"
#include "chain/verify.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/mini_transaction.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

constexpr auto go = Implementation::go;
constexpr auto cpp = Implementation::cpp;

} // namespace

TEST_CASE("rules: what each version has line by line of the spec") {
    struct Row {
        std::uint32_t version;
        HeaderLayout header;
        TransactionLayout transaction;
        EntryForm entry;
        HashOf hash_of;
        TransactionsRoot root;
        EmptyHash empty_root;
        EmptyHash empty_uncles;
        std::uint32_t seconds;
        std::uint32_t min_gas_limit;
        bool strict_time;
    };
    using enum HeaderLayout;
    using enum TransactionLayout;
    using enum EntryForm;
    using enum TransactionsRoot;
    using enum EmptyHash;
    constexpr auto block = HashOf::whole_block;
    constexpr auto head = HashOf::header;
    for (const Row& row : {
             Row{0, h9, t8, bare, block, list_hash, zeros, hash_of_empty, 42, 0, true},
             Row{1, h9, t8, bare, block, list_hash, zeros, hash_of_empty, 42, 0, true},
             Row{2, h9, t7, bare, block, list_hash, zeros, hash_of_empty, 42, 0, true},
             Row{5, h9, t7, bare, block, list_hash, zeros, hash_of_empty, 42, 0, false},
             Row{8, h9, t7, bare, block, list_hash, zeros, hash_of_empty, 42, 0, false},
             Row{9, h9, t9_calls, bare, block, list_hash, zeros, hash_of_empty, 42, 0, false},
             Row{10, h9, t9a, bare, block, list_hash, zeros, hash_of_empty, 42, 0, false},
             Row{12, h9, t9a, bare, block, list_hash, zeros, hash_of_empty, 42, 0, false},
             Row{13, h13, t9, with_state, block, trie, zeros, hash_of_empty, 42, 0, false},
             Row{15, h13, t9, with_state, block, trie, zeros, hash_of_empty, 42, 0, false},
             Row{16, h13, t9, with_state, block, trie, empty_string, hash_of_empty, 42, 10'000, false},
             Row{20, h13, t9, with_state, block, trie, empty_string, hash_of_empty, 42, 10'000, false},
             Row{21, h13, t9, with_state, block, trie, empty_string, hash_of_empty, 42, 125'000, false},
             Row{28, h13, t9, with_state, block, trie, empty_string, hash_of_empty, 42, 125'000, false},
             Row{29, h13, t9, with_state, block, trie, empty_string, hash_of_empty, 9, 125'000, false},
             Row{30, h13, t9, with_state, head, trie, empty_string, hash_of_empty, 5, 125'000, false},
             Row{35, h13, t9, with_state, head, trie, empty_string, hash_of_empty, 5, 125'000, false},
             Row{36, h13, t9, with_state, head, trie, empty_string, empty_string, 5, 125'000, false},
             Row{37, h13, t9, with_state, head, trie, hash_of_empty, hash_of_empty, 5, 125'000, false},
             Row{38, h15, t9, bare, head, trie, hash_of_empty, hash_of_empty, 5, 125'000, false},
             Row{44, h15, t9, bare, head, trie, hash_of_empty, hash_of_empty, 5, 125'000, false},
             Row{45, h14, t9, bare, head, trie, hash_of_empty, hash_of_empty, 5, 125'000, false},
             Row{49, h14, t9, bare, head, trie, hash_of_empty, hash_of_empty, 5, 125'000, false},
             Row{51, h14, t9, bare, head, trie, hash_of_empty, hash_of_empty, 8, 125'000, false},
             Row{53, h14, t9, bare, head, trie, hash_of_empty, hash_of_empty, 8, 125'000, true},
             Row{56, h16, t9, bare, head, trie, hash_of_empty, hash_of_empty, 8, 125'000, true},
         }) {
        CAPTURE(row.version);
        const Rules& rules = rules_for(row.version);
        CHECK(rules.header == row.header);
        CHECK(rules.transaction == row.transaction);
        CHECK(rules.entry == row.entry);
        CHECK(rules.hash_of == row.hash_of);
        CHECK(rules.transactions_root == row.root);
        CHECK(rules.empty_root == row.empty_root);
        CHECK(rules.empty_uncles == row.empty_uncles);
        CHECK(rules.difficulty_seconds == row.seconds);
        CHECK(rules.min_gas_limit == row.min_gas_limit);
        CHECK(rules.timestamp_strictly_greater == row.strict_time);
    }
}

TEST_CASE("rules: difficulty floors of the last versions") {
    CHECK(rules_for(54).difficulty_floor == 0);
    CHECK(rules_for(55).difficulty_floor == 1024);
    CHECK(rules_for(55).difficulty_divisor == 1024);
    CHECK(rules_for(56).difficulty_floor == 2048);
    CHECK(rules_for(56).difficulty_divisor == 2048);
    CHECK(rules_for(56).max_uncles == 2);
    CHECK(rules_for(56).proof_of_work == ProofOfWork::ethash);
    CHECK(rules_for(55).proof_of_work == ProofOfWork::keccak);
}

TEST_CASE("rules: the way in which go mined is right too") {
    CHECK(rules_for(17).gas_limit_also == GasLimitRule::go_minimum);
    CHECK(rules_for(19).gas_limit_also == GasLimitRule::go_minimum);
    CHECK(rules_for(20).gas_limit_also == GasLimitRule::go_own_gas_used);
    CHECK(rules_for(26).gas_limit_also == GasLimitRule::go_own_gas_used);
    CHECK(rules_for(27).gas_limit_also == GasLimitRule::formula);
    CHECK(rules_for(23).transactions_root_also == TransactionsRoot::trie_go_decimal);
    CHECK(rules_for(26).transactions_root_also == TransactionsRoot::trie_go_decimal); // on the genesis of 23
    CHECK(rules_for(27).transactions_root_also == TransactionsRoot::trie);
    CHECK(rules_for(8).max_coinbase == 65);
    CHECK(rules_for(13).max_coinbase == 20);
}

TEST_CASE("rules: uncles") {
    CHECK(rules_for(28).uncles == UncleRule::child_of_grandparent);
    CHECK(rules_for(29).uncles == UncleRule::seven_generations);
    CHECK(rules_for(49).uncles == UncleRule::seven_generations);
}

TEST_CASE("rules: python keeps five seconds where cpp and go have eight") {
    CHECK(rules_for(52).difficulty_seconds == 8);
    CHECK(rules_for(52, go).difficulty_seconds == 8);
    CHECK(rules_for(52, Implementation::py).name == "py-p52");
    CHECK(rules_for(52, Implementation::py).difficulty_seconds == 5);
    CHECK(rules_for(49, Implementation::py).name == "poc7");
}

TEST_CASE("rules: columns that a part of the versions has") {
    CHECK(rules_for(12).max_extra_data == 0);
    CHECK(rules_for(13).max_extra_data == 1024);
    CHECK(rules_for(11).max_seconds_ahead == 0);
    CHECK(rules_for(12).max_seconds_ahead == 900);
    CHECK(rules_for(9).min_transaction_price == 0);
    CHECK(rules_for(11).min_transaction_price == 10'000'000'000'000);
    CHECK(rules_for(13).min_transaction_price == 0);
    CHECK(rules_for(44).zero_byte_gas == 5);
    CHECK(rules_for(45).zero_byte_gas == 1);
    CHECK(rules_for(49).uncle_against_parent);
    CHECK_FALSE(rules_for(49, go).uncle_against_parent);
    CHECK(rules_for(54).timestamp_strictly_greater);
    CHECK(rules_for(54).equal_timestamp_also);
    CHECK_FALSE(rules_for(54, go).timestamp_strictly_greater);
}

namespace {

/// A block as a client of `of` makes it in one of its ways; nothing when it has no such way.
struct Way {
    const char* what;
    std::function<std::optional<test::MineOptions>(const Rules& of)> options;
};

std::optional<test::MineOptions> when(bool has_it, test::MineOptions options) {
    return has_it ? std::optional(std::move(options)) : std::nullopt;
}

const std::vector<Way>& ways() {
    static const std::vector<Way> out{
        {"soon", [](const Rules& r) { return when(true, {.seconds = r.difficulty_seconds - 1}); }},
        {"late", [](const Rules& r) { return when(true, {.seconds = r.difficulty_seconds}); }},
        {"at the time of its parent",
         [](const Rules& r) { return when(!r.timestamp_strictly_greater, {.seconds = 0}); }},
        {"with a transaction",
         [](const Rules& r) { return when(true, {.transactions = {test::sign_transaction(r.transaction, {})}}); }},
        {"with much extra data",
         [](const Rules& r) {
             return when(r.max_extra_data == 0, {.change = [](test::HeaderDraft& d) { d.extra_data.resize(3000); }});
         }},
        {"with a key as coinbase",
         [](const Rules& r) {
             return when(r.max_coinbase == 65, {.change = [](test::HeaderDraft& d) { d.coinbase.resize(65, 4); }});
         }},
        {"with go's gas limit",
         [](const Rules& r) {
             return when(r.gas_limit_also == GasLimitRule::go_minimum,
                         {.change = [](test::HeaderDraft& d) { d.gas_limit = 10'000; }});
         }},
    };
    return out;
}

/// The work is done for the header as it is: the difficulty is tiny.
Fault check_by(const Rules& rules, const test::MinedBlock& mined, const BlockRecord& parent) {
    class None final : public Ancestry {
        std::optional<BlockRecord> ancestor(const Hash256&) override { return {}; }
        std::optional<Bytes> ancestor_rlp(const Hash256&) override { return {}; }
    } none;
    const auto block = decode_block(rules, mined.rlp);
    if (!block) { return block.error(); }
    const Candidate candidate{rules, mined.rlp, *block};
    if (auto fault = check_standalone(candidate)) { return fault; }
    return check_child(candidate, parent, none);
}

/// Protocol 51 began on the genesis of protocol 49 with another difficulty: clients of 49 refuse such blocks, so do we.
/// Protocol 53 is later than the Python that keeps 5 seconds.
bool later_and_stricter(const Rules& by, const Rules& of) {
    return by.difficulty_seconds_also != of.difficulty_seconds && by.difficulty_seconds != of.difficulty_seconds &&
           ((by.difficulty_seconds == 5 && of.difficulty_seconds == 8 && by.name != "py-p52") ||
            (by.name.ends_with("poc8") || by.name == "go-p54"));
}

} // namespace

TEST_CASE("rules: clients on one genesis take the blocks of each other") {
    std::map<Hash256, std::set<const Rules*>> shared;
    for (std::uint32_t version = 0; version <= 56; ++version) {
        for (const Implementation by : every_implementation) {
            for (const GenesisCandidate& candidate : genesis_candidates(version, by)) {
                shared[candidate.genesis.hash].insert(candidate.rules);
            }
        }
    }
    std::size_t pairs = 0;
    std::size_t excused = 0;
    for (const auto& [hash, rows] : shared) {
        for (const Rules* const of : rows) {
            const test::MiniChain mini(*of, 1u << 12);
            for (const Way& way : ways()) {
                const auto options = way.options(*of);
                if (!options) { continue; }
                const auto mined = mini.mine(mini.genesis_block(), *options);
                for (const Rules* const by : rows) {
                    if (later_and_stricter(*by, *of)) {
                        ++excused;
                        continue;
                    }
                    CAPTURE(way.what);
                    CAPTURE(of->name);
                    CAPTURE(by->name);
                    const Fault fault = check_by(*by, mined, mini.genesis_block().record);
                    INFO((fault ? fault->message() : ""));
                    CHECK_FALSE(fault);
                    ++pairs;
                }
            }
        }
    }
    CHECK(shared.size() == 33); // 33 hashes of 32 rows: R has two, easy is of no version
    CHECK(pairs > 300);
    CHECK(excused < 60);
}

TEST_CASE("rules: go and cpp apart where one row cannot serve both") {
    CHECK(rules_for(7, go).name == rules_for(7, cpp).name);
    CHECK(rules_for(8, go).name == "go-p08");
    CHECK(rules_for(8, go).transaction == TransactionLayout::t9a_go);
    CHECK_FALSE(rules_for(8, go).count_genesis_difficulty);
    CHECK(rules_for(8, cpp).name == "poc3");
    CHECK(rules_for(17, go).name == rules_for(17, cpp).name);
    for (const std::uint32_t version : {28U, 33U, 36U, 37U, 40U, 49U, 51U, 54U}) {
        CAPTURE(version);
        const Rules& of_go = rules_for(version, go);
        CHECK_FALSE(of_go.count_genesis_difficulty);
        CHECK(rules_for(version, cpp).count_genesis_difficulty);
        CHECK(of_go.header == rules_for(version, cpp).header);
        CHECK(of_go.hash_of == rules_for(version, cpp).hash_of);
    }
    CHECK(rules_for(31, go).hash_of == HashOf::whole_block); // until 2014-09-15
    CHECK(rules_for(31, cpp).hash_of == HashOf::header);
}

TEST_CASE("rules: a name tells whose blocks are meant") {
    CHECK(implementation_of("go-p08") == Implementation::go);
    CHECK(implementation_of("go-p08-march") == Implementation::go);
    CHECK(implementation_of("py-0.7.38") == Implementation::py);
    CHECK(implementation_of("js-eth49") == Implementation::js);
    for (const std::string_view cpp_or_nobody : {"", "cpp-poc7", "poc3", "easy-poc5", "go", "gopher", "p17", "A"}) {
        CAPTURE(cpp_or_nobody);
        CHECK(implementation_of(cpp_or_nobody) == Implementation::cpp);
    }
    for (const Rules& row : all_rules()) {
        CAPTURE(row.name);
        CHECK((implementation_of(row.name) == Implementation::go) == row.name.starts_with("go-"));
    }
}

TEST_CASE("rules: names are unique and find their row") {
    std::set<std::string_view> names;
    for (const Rules& row : all_rules()) {
        CAPTURE(row.name);
        CHECK(names.insert(row.name).second);
        REQUIRE(find_rules(row.name) != nullptr);
        CHECK(find_rules(row.name)->name == row.name);
    }
    CHECK(find_rules("17") == &rules_for(17));
    CHECK(find_rules("p49") == &rules_for(49));
    CHECK(find_rules("go-p07") == &rules_for(7, go));
    for (const std::string_view wrong : {"", "57", "poc9", "p", "7x", "go-p"}) {
        CHECK(find_rules(wrong) == nullptr);
    }
}

TEST_CASE("rules: versions that never were get the nearest row") {
    CHECK(rules_for(57).name == rules_for(56).name);
    CHECK(rules_for(~0U).name == rules_for(56).name);
}
