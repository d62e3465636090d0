// The rows, as a diary: each is its predecessor plus what changed, with the commit that changed it (spec CHAIN 2 to 6).
#include "chain/rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace ethpoc::chain {

namespace {

template <class Change>
constexpr Rules after(Rules row, std::string_view name, Change change) {
    row.name = name;
    change(row);
    return row;
}

constexpr std::uint32_t quarter_hour = 900;
constexpr std::uint64_t ten_szabo = 10'000'000'000'000;
constexpr std::uint64_t wei_of_a_finney = 1'000'000'000'000'000;
constexpr std::uint64_t miner_reward = 1500 * wei_of_a_finney;

// ---------------------------------------------------------------- headers of 9 fields

constexpr Rules poc1 = after({}, "poc1", [](Rules& r) {
    r.transaction = TransactionLayout::t8;
    r.transaction_also = {TransactionLayout::t7, TransactionLayout::t8};
    r.timestamp_strictly_greater = true;
    r.max_coinbase = 65; // C++ itself refuses more than 20 bytes, and so never follows a chain of Go
});
// The item-counted RLP, until cpp@a70f350b2; only the genesis of cpp@0fc422a16 (2014-01-31) is known
constexpr Rules poc1_counted = after(poc1, "poc1-counted", [](Rules& r) { r.hash_of = HashOf::counted_block; });
// cpp@b1d053e0c
constexpr Rules p02 = after(poc1, "p02", [](Rules& r) {
    r.transaction = TransactionLayout::t7;
    r.transaction_also = {TransactionLayout::t8, TransactionLayout::t7};
    r.block_reward = miner_reward; // cpp@b7ab00a79; that of uncles was not recorded (four thirds by mistake)
});
// cpp@c186d8f4d: equal timestamps, and the genesis that lasts until protocol 12
constexpr Rules poc3 = after(p02, "poc3", [](Rules& r) {
    r.transaction_also = {TransactionLayout::t9a, TransactionLayout::t9_calls};
    r.timestamp_strictly_greater = false;
    r.uncle_reward = miner_reward / 4 * 3; // cpp@8dc00e8b2
    r.nephew_reward = miner_reward / 8;
    r.flat_fee = 10 * wei_of_a_finney; // cpp@0726a0966: 100 times 100 szabo
});
// go@d5efeab8f9: a genesis of its own, and at first the transactions from before
constexpr Rules go_p08 = after(poc3, "go-p08", [](Rules& r) {
    r.transaction = TransactionLayout::t9a_go; // go@720521ed4a
    r.transaction_also = {TransactionLayout::t7, TransactionLayout::t9_calls};
    r.count_genesis_difficulty = false;
    r.accounts = AccountForm::go_four; // go@9c6aca7893; two items before, on other genesis blocks
    r.flat_fee = 0;                    // no transfer of its T7 was recorded
});
// cpp@472323115
constexpr Rules p09 = after(poc3, "p09", [](Rules& r) {
    r.transaction = TransactionLayout::t9_calls;
    r.transaction_also = {TransactionLayout::t7, TransactionLayout::t9a};
});
// cpp@85acf4b7b
constexpr Rules poc4 = after(poc3, "poc4", [](Rules& r) {
    r.transaction = TransactionLayout::t9a;
    r.transaction_also = {TransactionLayout::t7, TransactionLayout::t9_calls};
    r.min_transaction_price = ten_szabo; // cpp@472b5451a
});
// cpp@b52b629c0 refuses every block from the future. Clocks differ, so a quarter of an hour is let pass, here and
// later: ten seconds in cpp@78dae17c4, a queue from cpp@b7b17b996 on. Go never refuses any (its test compares
// nanoseconds), but a block of the far future would end a chain for everybody.
constexpr Rules p12 = after(poc4, "p12", [](Rules& r) { r.max_seconds_ahead = quarter_hour; });
// cpp@5f6e53316: the last night with 9 fields, and today's transactions
constexpr Rules p13_april = after(p12, "p13-april", [](Rules& r) {
    r.transaction = TransactionLayout::t9;
    r.transaction_also = {TransactionLayout::t9, TransactionLayout::t9};
    r.min_transaction_price = 0;
    r.max_coinbase = 20;
    r.accounts = AccountForm::balance_first;
    r.accounts_also = AccountForm::balance_first;
    r.built_in = 4; // they came in 2014; when is not recorded
});

// ---------------------------------------------------------------- 13 fields

// cpp@ca65afe8f; go@7d3e99a2ab mines by its own gas limit until 2014-06-10
constexpr Rules p13 = after(p13_april, "p13", [](Rules& r) {
    r.header = HeaderLayout::h13;
    r.entry = EntryForm::with_state;
    r.transactions_root = TransactionsRoot::trie;
    r.transactions_root_also = TransactionsRoot::trie_go_decimal;
    r.gas_limit = GasLimitRule::formula;
    r.gas_limit_also = GasLimitRule::go_minimum;
    r.max_extra_data = 1024;
});
// cpp@f5def8f2f, for an afternoon
constexpr Rules p16_first = after(p13, "p16-first", [](Rules& r) { r.min_gas_limit = 10'000; });
// cpp@8dd065bb4
constexpr Rules p16 = after(p16_first, "p16", [](Rules& r) {
    r.empty_root = EmptyHash::empty_string;
    r.accounts = AccountForm::nonce_first; // cpp@9f1191370, protocol 18, on a new genesis
});
// go@753f749423
constexpr Rules p20 = after(p16, "p20", [](Rules& r) { r.gas_limit_also = GasLimitRule::go_own_gas_used; });
// cpp@f96ab229e: a genesis for protocols 21 to 26. Go keyed the trie its own way until go@5d2669dbd3 (07-21) and
// counted its own gas until go@27290e1277 (08-09); a chain on this genesis has both.
constexpr Rules poc5 = after(p20, "poc5", [](Rules& r) {
    r.min_gas_limit = 125'000;
    r.accounts_also = AccountForm::nonce_first;
});
// A new genesis (cpp@f5c22035f), after both
constexpr Rules p27 = after(poc5, "p27", [](Rules& r) {
    r.transactions_root_also = r.transactions_root;
    r.gas_limit_also = r.gas_limit;
});
// cpp@4fe807536. Go keeps 42 seconds until go@2f614900e8.
constexpr Rules p29 = after(p27, "p29", [](Rules& r) {
    r.uncles = UncleRule::seven_generations;
    r.difficulty_seconds = 9;
    r.uncle_reward = miner_reward / 16 * 15;
    r.nephew_reward = miner_reward / 32;
    r.empty_code = EmptyHash::empty_string; // cpp@e067be15e
});
// cpp@278995e19, cpp@ac0fce1b4
constexpr Rules poc6 = after(p29, "poc6", [](Rules& r) {
    r.hash_of = HashOf::header;
    r.difficulty_seconds = 5;
    r.difficulty_seconds_also = 5;
});
// cpp@eec6a3c9c
constexpr Rules p36 = after(poc6, "p36", [](Rules& r) {
    r.empty_uncles = EmptyHash::empty_string;
    r.gas_refunds = true; // inferred: SSTORE began to give gas back in that month
});
// cpp@15013a3e8
constexpr Rules p37 = after(p36, "p37", [](Rules& r) {
    r.empty_root = EmptyHash::hash_of_empty;
    r.empty_uncles = EmptyHash::hash_of_empty;
    r.empty_code = EmptyHash::hash_of_nothing;
});

// ---------------------------------------------------------------- receipts and bloom: 15, 14, 16 fields

// cpp@2c193627e
constexpr Rules p38 = after(p37, "p38", [](Rules& r) {
    r.header = HeaderLayout::h15;
    r.entry = EntryForm::bare;
});
// cpp@fa78d8bb9; a zero byte at 1 gas from cpp@d9bdfe5b4 on, the same day
constexpr Rules poc7 = after(p38, "poc7", [](Rules& r) {
    r.header = HeaderLayout::h14;
    r.zero_byte_gas = 1;
    r.accounts_also = AccountForm::nonce_first_js;
});
// cpp@d6aee2364. Protocol 51 began on the genesis of 49, and Python keeps 5 seconds on that of 52.
constexpr Rules p51 = after(poc7, "p51", [](Rules& r) { r.difficulty_seconds = 8; });
// cpp@7b573c499; Go 0.8.5 (eth 54) has the same genesis and allows an equal time
constexpr Rules poc8 = after(p51, "poc8", [](Rules& r) {
    r.timestamp_strictly_greater = true;
    r.equal_timestamp_also = true;
    r.difficulty_seconds_also = 8;
});
// cpp@2d9060218
constexpr Rules p55 = after(poc8, "p55", [](Rules& r) {
    r.difficulty_floor = 1024;
    r.hashed_keys = true; // cpp@a22208b03
});
// cpp@10dccac64, cpp@2ffb554a9
constexpr Rules p56 = after(p55, "p56", [](Rules& r) {
    r.header = HeaderLayout::h16;
    r.proof_of_work = ProofOfWork::ethash;
    r.difficulty_floor = 2048;
    r.difficulty_divisor = 2048;
    r.max_uncles = 2;
});

// ---------------------------------------------------------------- Go, where total difficulty is on the wire

constexpr auto starts_at_zero = [](Rules& r) { r.count_genesis_difficulty = false; };
// core/block_manager.go of December 2014 does not hold an uncle against its parent, nor does Go 0.8.5
constexpr auto takes_any_uncle = [](Rules& r) {
    r.count_genesis_difficulty = false;
    r.uncle_against_parent = false;
};
constexpr Rules go_p28 = after(p27, "go-p28", starts_at_zero);
// Go changed hash and threshold only on 2014-09-15 (go@33a0dec8a1, go@2f614900e8)
constexpr Rules go_p31 = after(p29, "go-p31", [](Rules& r) {
    r.difficulty_seconds = 42;
    r.difficulty_seconds_also = 9;
    r.count_genesis_difficulty = false;
});
constexpr Rules go_p33 = after(poc6, "go-p33", starts_at_zero);
constexpr Rules go_p36 = after(p36, "go-p36", starts_at_zero);
constexpr Rules go_p37 = after(p37, "go-p37", starts_at_zero);
constexpr Rules go_p38 = after(p38, "go-p38", starts_at_zero);
constexpr Rules go_p49 = after(poc7, "go-p49", takes_any_uncle);
constexpr Rules go_p51 = after(p51, "go-p51", takes_any_uncle);
constexpr Rules go_p54 = after(poc8, "go-p54", [](Rules& r) {
    r.timestamp_strictly_greater = false;
    r.count_genesis_difficulty = false;
    r.uncle_against_parent = false;
});

// ---------------------------------------------------------------- Python

// py-0.7.52: refused live by C++, and refuses C++; a chain on their genesis says by its second block whose it is
constexpr Rules py_p52 = after(p51, "py-p52", [](Rules& r) {
    r.difficulty_seconds = 5;
    r.difficulty_seconds_also = 8;
});

// py-0.7.38, on a genesis of its own: block 1 of a recorded session. What stands in its list of transactions was not
// recorded; taken to be bare, as with all clients at eth 38.
constexpr Rules py_p38 = after(p38, "py-p38", [](Rules& r) {
    r.header = HeaderLayout::h15_py;
    r.empty_root = EmptyHash::hash_of_nothing;
});

constexpr std::array rows{poc1,   poc1_counted, p02,    poc3,   go_p08, p09,    poc4,   p12,    p13_april,
                          p13,    p16_first,    p16,    p20,    poc5,   p27,    p29,    poc6,   p36,
                          p37,    p38,          poc7,   p51,    poc8,   p55,    p56,    go_p28, go_p31,
                          go_p33, go_p36,       go_p37, go_p38, go_p49, go_p51, go_p54, py_p52, py_p38};

/// The last version that a row serves; the next line begins one above. What comes after the last line has its rules.
struct Period {
    std::uint32_t last;
    std::string_view cpp;
    std::string_view go;
    std::string_view py{}; // empty: as C++
};
// clang-format off
constexpr std::array periods{
    Period{1, "poc1", "poc1"},
    Period{4, "p02", "p02"},
    Period{7, "poc3", "poc3"},
    Period{8, "poc3", "go-p08"},
    Period{9, "p09", "p09"},
    Period{11, "poc4", "poc4"},
    Period{12, "p12", "p12"},
    Period{15, "p13", "p13"},
    Period{19, "p16", "p16"},
    Period{20, "p20", "p20"},
    Period{26, "poc5", "poc5"},
    Period{27, "p27", "p27"},
    Period{28, "p27", "go-p28"},
    Period{29, "p29", "go-p31"},
    Period{31, "poc6", "go-p31"},
    Period{35, "poc6", "go-p33"},
    Period{36, "p36", "go-p36"},
    Period{37, "p37", "go-p37"},
    Period{44, "p38", "go-p38"},
    Period{50, "poc7", "go-p49"},
    Period{51, "p51", "go-p51"},
    Period{52, "p51", "go-p51", "py-p52"},
    Period{54, "poc8", "go-p54"},
    Period{55, "p55", "go-p54"},
    Period{56, "p56", "p56"},
};
// clang-format on

constexpr const Rules& named(std::string_view name) {
    const auto* const at = std::ranges::find(rows, name, &Rules::name);
    return at == rows.end() ? rows.front() : *at;
}

} // namespace

Implementation implementation_of(std::string_view name) noexcept {
    if (name.starts_with("go-")) { return Implementation::go; }
    if (name.starts_with("py-")) { return Implementation::py; }
    return name.starts_with("js-") ? Implementation::js : Implementation::cpp;
}

std::array<TransactionLayout, 3> transaction_layouts(const Rules& rules) noexcept {
    return {rules.transaction, rules.transaction_also[0], rules.transaction_also[1]};
}

std::uint32_t newest_version() noexcept {
    return periods.back().last;
}

const Rules& rules_for(std::uint32_t version, Implementation by) noexcept {
    const auto known = std::min(version, newest_version());
    const auto* const period = std::ranges::find_if(periods, [known](const Period& row) { return known <= row.last; });
    if (by == Implementation::go) { return named(period->go); }
    if (by == Implementation::py && !period->py.empty()) { return named(period->py); }
    return named(period->cpp);
}

const Rules* find_rules(std::string_view name) noexcept {
    if (const auto* const at = std::ranges::find(rows, name, &Rules::name); at != rows.end()) { return at; }
    const bool go = name.starts_with("go-p");
    std::string_view digits = name;
    digits.remove_prefix(go ? 4 : name.starts_with('p') ? 1 : 0);
    std::uint32_t version = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), version);
    if (failure != std::errc{} || end != digits.data() + digits.size() || version > newest_version()) {
        return nullptr;
    }
    return &rules_for(version, implementation_of(name));
}

std::span<const Rules> all_rules() noexcept {
    return rows;
}

} // namespace ethpoc::chain
