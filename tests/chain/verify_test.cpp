// Each rule is broken once, in a block whose proof of work is right, and gives its own code and place.
#include "chain/verify.hpp"

#include <doctest/doctest.h>

#include <functional>

#include "chain/u256.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/mini_transaction.hpp"

using namespace ethpoc;
using namespace ethpoc::chain;
using test::HeaderDraft;

namespace {

constexpr std::uint64_t ten_szabo = 10'000'000'000'000; // what mini transactions pay

/// Ancestors of blocks without uncles are not asked for.
class NoAncestry final : public Ancestry {
  public:
    std::optional<BlockRecord> ancestor(const Hash256&) override { return {}; }
    std::optional<Bytes> ancestor_rlp(const Hash256&) override { return {}; }
};

Fault check_all(const Rules& rules, BytesView bytes, const BlockRecord& parent) {
    const auto block = decode_block(rules, bytes);
    if (!block) { return block.error(); }
    NoAncestry none;
    const Candidate candidate{rules, bytes, *block};
    if (auto fault = check_standalone(candidate)) { return fault; }
    return check_child(candidate, parent, none);
}

struct Broken {
    const char* what;
    std::uint32_t version;
    test::MineOptions options;
    const ErrorCode* code;
    const char* path;
};

Bytes transaction(const Rules& rules) {
    return test::sign_transaction(rules.transaction, {});
}

} // namespace

TEST_CASE("verify: an honest block of every row passes with and without transactions") {
    for (const Rules& rules : all_rules()) {
        CAPTURE(rules.name);
        const test::MiniChain mini(rules);
        const auto plain = mini.mine(mini.genesis_block());
        CHECK_FALSE(check_all(rules, plain.rlp, mini.genesis_block().record));
        const auto full = mini.mine(plain, {.transactions = {transaction(rules), transaction(rules)}});
        const Fault fault = check_all(rules, full.rlp, plain.record);
        INFO((fault ? fault->message() : ""));
        CHECK_FALSE(fault);
    }
}

TEST_CASE("verify: one broken rule one code") {
    using enum TransactionLayout;
    const auto one = [](std::uint32_t version) { return std::vector<Bytes>{transaction(rules_for(version))}; };
    const std::vector<Broken> rows{
        {"timestamp",
         7,
         {.change = [](HeaderDraft& d) { d.timestamp -= 11; }},
         &errors::bad_timestamp,
         "header.timestamp"},
        {"equal timestamp", 4, {.seconds = 0}, &errors::bad_timestamp, "header.timestamp"},
        {"equal timestamp", 0, {.seconds = 0}, &errors::bad_timestamp, "header.timestamp"},
        {"difficulty",
         7,
         {.change = [](HeaderDraft& d) { d.difficulty.limbs[0] += 1; }},
         &errors::bad_difficulty,
         "header.difficulty"},
        {"difficulty",
         49,
         {.change = [](HeaderDraft& d) { d.difficulty.limbs[0] -= 1; }},
         &errors::bad_difficulty,
         "header.difficulty"},
        {"number", 23, {.change = [](HeaderDraft& d) { d.number = 2; }}, &errors::bad_number, "header.number"},
        {"number", 49, {.change = [](HeaderDraft& d) { d.number = 0; }}, &errors::bad_number, "header.number"},
        {"gas limit",
         23,
         {.change = [](HeaderDraft& d) { d.gas_limit += 1; }},
         &errors::bad_gas_limit,
         "header.gas_limit"},
        {"gas limit",
         49,
         {.change = [](HeaderDraft& d) { d.gas_limit -= 1; }},
         &errors::bad_gas_limit,
         "header.gas_limit"},
        {"gas used of an empty block",
         23,
         {.change = [](HeaderDraft& d) { d.gas_used = 1; }},
         &errors::bad_gas_used,
         "header.gas_used"},
        {"gas used of an empty block",
         49,
         {.change = [](HeaderDraft& d) { d.gas_used = 1; }},
         &errors::bad_gas_used,
         "header.gas_used"},
        {"gas used, entries say less",
         23,
         {.transactions = one(23), .change = [](HeaderDraft& d) { d.gas_used = 501; }},
         &errors::bad_gas_used,
         "header.gas_used"},
        {"gas used above the limit",
         49,
         {.transactions = one(49), .change = [](HeaderDraft& d) { d.gas_used = 2'000'000; }},
         &errors::bad_gas_used,
         "header.gas_used"},
        {"gas used above the limit",
         23,
         {.transactions = one(23), .gas_each = 2'000'000},
         &errors::bad_gas_used,
         "header.gas_used"},
        {"uncles hash",
         7,
         {.change = [](HeaderDraft& d) { d.uncles_hash[0] ^= 1; }},
         &errors::bad_uncles_hash,
         "header.uncles_hash"},
        {"uncles hash",
         36,
         {.change = [](HeaderDraft& d) { d.uncles_hash.assign(32, 1); }},
         &errors::bad_uncles_hash,
         "header.uncles_hash"},
        {"transactions hash",
         7,
         {.change = [](HeaderDraft& d) { d.transactions_root[31] ^= 1; }},
         &errors::bad_transactions_root,
         "header.transactions_root"},
        {"transactions root",
         23,
         {.transactions = one(23), .change = [](HeaderDraft& d) { d.transactions_root[0] ^= 1; }},
         &errors::bad_transactions_root,
         "header.transactions_root"},
        {"root of an empty trie",
         49,
         {.change = [](HeaderDraft& d) { d.transactions_root.clear(); }},
         &errors::bad_transactions_root,
         "header.transactions_root"},
        {"extra data",
         23,
         {.change = [](HeaderDraft& d) { d.extra_data.resize(1025); }},
         &errors::bad_extra_data,
         "header.extra_data"},
        {"minimum price",
         23,
         {.transactions = one(23), .change = [](HeaderDraft& d) { d.min_gas_price = U256{ten_szabo + 1}; }},
         &errors::bad_gas_price,
         "transactions[0].gas_price"},
        {"minimum price",
         40,
         {.transactions = one(40), .change = [](HeaderDraft& d) { d.min_gas_price = U256{ten_szabo + 1}; }},
         &errors::bad_gas_price,
         "transactions[0].gas_price"},
    };
    for (const Broken& row : rows) {
        CAPTURE(row.what);
        CAPTURE(row.version);
        const test::MiniChain mini(rules_for(row.version));
        const auto block = mini.mine(mini.genesis_block(), row.options);
        const Fault fault = check_all(mini.rules(), block.rlp, mini.genesis_block().record);
        REQUIRE(fault);
        CHECK(fault->code->word == row.code->word);
        CHECK(fault->path == row.path);
        CHECK(fault->offset + fault->length <= block.rlp.size());
        CHECK(fault->offset > 0);
    }
}

TEST_CASE("verify: what just holds") {
    struct Row {
        const char* what;
        std::uint32_t version;
        test::MineOptions options;
    };
    const auto one = [](std::uint32_t version) { return std::vector<Bytes>{transaction(rules_for(version))}; };
    for (const Row& row : {
             Row{"equal timestamp", 7, {.seconds = 0}},
             Row{"equal timestamp", 5, {.seconds = 0}},
             Row{"equal timestamp", 52, {.seconds = 0}},
             Row{"equal timestamp, as go 0.8.5 has it on the genesis of c++", 54, {.seconds = 0}},
             Row{"no limit of extra data yet", 7, {.change = [](HeaderDraft& d) { d.extra_data.resize(5000); }}},
             Row{"no limit of extra data yet", 11, {.change = [](HeaderDraft& d) { d.extra_data.resize(5000); }}},
             Row{"1024 bytes of extra data", 23, {.change = [](HeaderDraft& d) { d.extra_data.resize(1024); }}},
             Row{"minimum price is the price",
                 23,
                 {.transactions = one(23), .change = [](HeaderDraft& d) { d.min_gas_price = U256{ten_szabo}; }}},
             Row{"zeros and no bytes are the same root to c++",
                 17,
                 {.change = [](HeaderDraft& d) { d.transactions_root.assign(32, 0); }}},
             Row{"go's smaller gas limit", 17, {.change = [](HeaderDraft& d) { d.gas_limit = 10'000; }}},
             Row{"all the gas there is",
                 49,
                 {.transactions = one(49), .change = [](HeaderDraft& d) { d.gas_used = d.gas_limit; }}},
         }) {
        CAPTURE(row.what);
        const test::MiniChain mini(rules_for(row.version));
        const auto block = mini.mine(mini.genesis_block(), row.options);
        const Fault fault = check_all(mini.rules(), block.rlp, mini.genesis_block().record);
        INFO((fault ? fault->message() : ""));
        CHECK_FALSE(fault);
    }
}

TEST_CASE("verify: a block is at most a mebibyte before anything else is looked at") {
    CHECK_FALSE(check_size(Bytes(largest_block)));
    const Fault fault = check_size(Bytes(largest_block + 1));
    REQUIRE(fault);
    CHECK(fault->code->word == "chain.block_too_large");
    CHECK(fault->length == largest_block + 1);
    // Surplus items, which every client skips, count too.
    const test::MiniChain mini(rules_for(7));
    const auto padded =
        mini.mine(mini.genesis_block(), {.change = [](HeaderDraft& d) { d.extra_data.resize(largest_block); }});
    const Fault large = check_all(mini.rules(), padded.rlp, mini.genesis_block().record);
    REQUIRE(large);
    CHECK(*large->code == errors::block_too_large);
}

TEST_CASE("verify: numbers stay below two to the power of sixty three") {
    constexpr std::uint64_t edge = std::uint64_t{1} << 63;
    struct Row {
        const char* field;
        std::function<void(HeaderDraft&, std::uint64_t)> set;
    };
    for (const Row& row : {
             Row{"timestamp", [](HeaderDraft&d, std::uint64_t value) { d.timestamp = value; }},
             Row{"number", [](HeaderDraft&d, std::uint64_t value) { d.number = value; }},
             Row{"gas_limit", [](HeaderDraft&d, std::uint64_t value) { d.gas_limit = value; }},
             Row{"gas_used", [](HeaderDraft&d, std::uint64_t value) { d.gas_used = value; }},
         }) {
        for (const std::uint32_t version : {7U, 23U, 49U}) {
            if (version == 7 && std::string_view(row.field) != "timestamp") { continue; }
            for (const std::uint64_t value : {edge - 1, edge, ~std::uint64_t{0} - 10, ~std::uint64_t{0}}) {
                CAPTURE(row.field);
                CAPTURE(version);
                CAPTURE(value);
                const test::MiniChain mini(rules_for(version));
                const auto mined =
                    mini.mine(mini.genesis_block(), {.change = [&](HeaderDraft& d) { row.set(d, value); }});
                const auto block = decode_block(mini.rules(), mined.rlp);
                REQUIRE(block);
                const Candidate candidate{mini.rules(), mined.rlp, *block};
                const Fault fault = check_ranges(candidate);
                CHECK(fault.has_value() == (value >= edge));
                if (!fault) { continue; }
                CHECK(fault->code->word == "chain.number_too_large");
                CHECK(fault->path == "header." + std::string(row.field));
                CHECK(*check_standalone(candidate)->code == errors::number_too_large);
            }
        }
    }
}

TEST_CASE("verify: totals stop at the top instead of starting again") {
    U256 top;
    top.limbs.fill(~std::uint64_t{0});
    BlockRecord parent;
    parent.difficulty = top;
    parent.timestamp = 1000;
    CHECK(child_difficulty(rules_for(7), parent, 1000) == top);
    const test::MiniChain mini(rules_for(7));
    const auto mined = mini.mine(mini.genesis_block());
    const auto block = decode_block(mini.rules(), mined.rlp);
    parent.total_difficulty = difference(top, 1);
    CHECK(make_record({mini.rules(), mined.rlp, *block}, parent).total_difficulty == top);
}

TEST_CASE("verify: proof of work") {
    const test::MiniChain mini(rules_for(7), 1000);
    const auto block = mini.mine(mini.genesis_block());
    Bytes broken = block.rlp;
    broken[broken.size() - 3] ^= 1; // the last byte of the nonce, before two empty lists
    const Fault fault = check_all(mini.rules(), broken, mini.genesis_block().record);
    REQUIRE(fault);
    CHECK(fault->code->word == "chain.bad_proof_of_work");
    CHECK(fault->path == "header.nonce");
    CHECK(fault->offset == broken.size() - 35);
    CHECK(fault->length == 33);
}

TEST_CASE("verify: blocks from the future by versions that have a clock") {
    for (const std::uint32_t version : {7U, 23U}) {
        const test::MiniChain mini(rules_for(version));
        const auto mined = mini.mine(mini.genesis_block());
        const auto block = decode_block(mini.rules(), mined.rlp);
        REQUIRE(block);
        const Candidate candidate{mini.rules(), mined.rlp, *block};
        const std::uint64_t time = block->header.timestamp;
        CHECK_FALSE(check_not_ahead(candidate, time));
        CHECK_FALSE(check_not_ahead(candidate, time - 900));
        CHECK_FALSE(check_not_ahead(candidate, 0)); // no clock
        CHECK(check_not_ahead(candidate, time - 901).has_value() == (version == 23));
    }
}

TEST_CASE("verify: difficulty by age of the parent") {
    struct Row {
        std::uint32_t version;
        std::uint64_t seconds;
        std::uint64_t difficulty; // parent: 2^20
    };
    constexpr std::uint64_t parent = 1 << 20;
    for (const Row& row : {
             Row{7, 0, parent + 1024},
             Row{7, 41, parent + 1024},
             Row{7, 42, parent - 1024},
             Row{7, 100'000, parent - 1024},
             Row{29, 8, parent + 1024},
             Row{29, 9, parent - 1024},
             Row{33, 4, parent + 1024},
             Row{33, 5, parent - 1024},
             Row{49, 4, parent + 1024},
             Row{49, 5, parent - 1024},
             Row{51, 7, parent + 1024},
             Row{51, 8, parent - 1024},
             Row{56, 7, parent + 512},
             Row{56, 8, parent - 512},
         }) {
        CAPTURE(row.version);
        CAPTURE(row.seconds);
        BlockRecord record;
        record.difficulty = parent;
        record.timestamp = 1000;
        CHECK(child_difficulty(rules_for(row.version), record, 1000 + row.seconds) == row.difficulty);
    }
}

TEST_CASE("verify: difficulty at the ends") {
    BlockRecord record;
    record.difficulty = 1000; // a thousandth part of it is nothing
    CHECK(child_difficulty(rules_for(7), record, 1000) == 1000);
    CHECK(child_difficulty(rules_for(55), record, 1000) == 1024);
    record.timestamp = ~std::uint64_t{0};
    record.difficulty = 2048;
    CHECK(child_difficulty(rules_for(7), record, ~std::uint64_t{0}) == 2050);
    CHECK(child_difficulty(rules_for(7), record, 0) == 2050);
}

TEST_CASE("verify: gas limits") {
    struct Row {
        std::uint32_t version;
        GasLimitRule rule;
        std::uint64_t parent_limit;
        std::uint64_t parent_used;
        std::uint64_t limit;
    };
    using enum GasLimitRule;
    for (const Row& row : {
             Row{7, none, 5, 5, 0},
             Row{13, formula, 1'000'000, 0, 999'023},
             Row{13, formula, 1, 0, 0}, // it shrank to nothing in protocol 15
             Row{16, formula, 1, 0, 10'000},
             Row{23, formula, 1'000'000, 4'000, 999'028},
             Row{23, go_own_gas_used, 1'000'000, 4'000, 999'023},
             Row{23, formula, 125'000, 0, 125'000},
             Row{17, go_minimum, 1'000'000, 0, 10'000},
             Row{17, go_minimum, 10'000, 0, 9'990},
             Row{17, go_minimum, 9'990, 0, 9'980},
             Row{49, formula, ~std::uint64_t{0}, ~std::uint64_t{0}, ~std::uint64_t{0}},
         }) {
        CAPTURE(row.version);
        CAPTURE(row.parent_limit);
        BlockRecord record;
        record.gas_limit = row.parent_limit;
        record.gas_used = row.parent_used;
        CHECK(child_gas_limit(rules_for(row.version), row.rule, record) == row.limit);
    }
}
