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

// ---------------------------------------------------------------- headers of 9 fields

constexpr Rules poc1 = after({}, "poc1", [](Rules& r) {
    r.transaction = TransactionLayout::t8;
    r.transaction_also = TransactionLayout::t7;
    r.timestamp_strictly_greater = true;
    r.max_coinbase = 65; // C++ itself refuses more than 20 bytes, and so never follows a chain of Go
});
// cpp@b1d053e0c
constexpr Rules p02 = after(poc1, "p02", [](Rules& r) {
    r.transaction = TransactionLayout::t7;
    r.transaction_also = TransactionLayout::t8;
});
// cpp@c186d8f4d: equal timestamps, and the genesis that lasts until protocol 12
constexpr Rules poc3 = after(p02, "poc3", [](Rules& r) {
    r.transaction_also = TransactionLayout::t9a;
    r.timestamp_strictly_greater = false;
});
// go@720521ed4a, on the genesis of go@9c6aca7893
constexpr Rules go_p08 = after(poc3, "go-p08", [](Rules& r) {
    r.transaction = TransactionLayout::t9a_go;
    r.transaction_also = TransactionLayout::t7;
    r.count_genesis_difficulty = false;
});
// cpp@472323115
constexpr Rules p09 = after(poc3, "p09", [](Rules& r) {
    r.transaction = TransactionLayout::t9_calls;
    r.transaction_also = TransactionLayout::t7;
});
// cpp@85acf4b7b
constexpr Rules poc4 = after(poc3, "poc4", [](Rules& r) {
    r.transaction = TransactionLayout::t9a;
    r.transaction_also = TransactionLayout::t7;
});

// ---------------------------------------------------------------- 13 fields

// cpp@ca65afe8f; go@7d3e99a2ab mines by its own gas limit until 2014-06-10. C++ of this time (cpp@b52b629c0) refuses
// every block from the future; clocks differ, so a quarter of an hour is let pass.
constexpr Rules p13 = after(poc4, "p13", [](Rules& r) {
    r.header = HeaderLayout::h13;
    r.transaction = TransactionLayout::t9;
    r.transaction_also = TransactionLayout::t9;
    r.entry = EntryForm::with_state;
    r.transactions_root = TransactionsRoot::trie;
    r.transactions_root_also = TransactionsRoot::trie_go_decimal;
    r.gas_limit = GasLimitRule::formula;
    r.gas_limit_also = GasLimitRule::go_minimum;
    r.max_coinbase = 20;
    r.max_seconds_ahead = quarter_hour;
});
// cpp@8dd065bb4, cpp@f5def8f2f
constexpr Rules p16 = after(p13, "p16", [](Rules& r) {
    r.empty_root = EmptyHash::empty_string;
    r.min_gas_limit = 10'000;
});
// go@753f749423
constexpr Rules p20 = after(p16, "p20", [](Rules& r) { r.gas_limit_also = GasLimitRule::go_own_gas_used; });
// cpp@f96ab229e
constexpr Rules poc5 = after(p20, "poc5", [](Rules& r) { r.min_gas_limit = 125'000; });
// go@5d2669dbd3, within the life of Go's protocol 23
constexpr Rules p24 = after(poc5, "p24", [](Rules& r) { r.transactions_root_also = r.transactions_root; });
// go@27290e1277
constexpr Rules p26 = after(p24, "p26", [](Rules& r) { r.gas_limit_also = r.gas_limit; });
// cpp@4fe807536
constexpr Rules p29 = after(p26, "p29", [](Rules& r) {
    r.uncles = UncleRule::six_generations;
    r.difficulty_seconds = 9;
});
// cpp@278995e19, cpp@ac0fce1b4
constexpr Rules poc6 = after(p29, "poc6", [](Rules& r) {
    r.hash_of = HashOf::header;
    r.difficulty_seconds = 5;
});
// cpp@eec6a3c9c
constexpr Rules p36 = after(poc6, "p36", [](Rules& r) { r.empty_uncles = EmptyHash::empty_string; });
// cpp@15013a3e8
constexpr Rules p37 = after(p36, "p37", [](Rules& r) {
    r.empty_root = EmptyHash::hash_of_empty;
    r.empty_uncles = EmptyHash::hash_of_empty;
});

// ---------------------------------------------------------------- receipts and bloom: 15, 14, 16 fields

// cpp@2c193627e
constexpr Rules p38 = after(p37, "p38", [](Rules& r) {
    r.header = HeaderLayout::h15;
    r.entry = EntryForm::bare;
});
// cpp@fa78d8bb9
constexpr Rules poc7 = after(p38, "poc7", [](Rules& r) { r.header = HeaderLayout::h14; });
// cpp@d6aee2364
constexpr Rules p51 = after(poc7, "p51", [](Rules& r) { r.difficulty_seconds = 8; });
// cpp@7b573c499
constexpr Rules poc8 = after(p51, "poc8", [](Rules& r) { r.timestamp_strictly_greater = true; });
// cpp@2d9060218
constexpr Rules p55 = after(poc8, "p55", [](Rules& r) { r.difficulty_floor = 1024; });
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
constexpr Rules go_p28 = after(p26, "go-p28", starts_at_zero);
// Go changed hash and threshold only on 2014-09-15 (go@33a0dec8a1, go@2f614900e8)
constexpr Rules go_p31 = after(p26, "go-p31", starts_at_zero);
constexpr Rules go_p33 = after(poc6, "go-p33", starts_at_zero);
constexpr Rules go_p36 = after(p36, "go-p36", starts_at_zero);
constexpr Rules go_p37 = after(p37, "go-p37", starts_at_zero);
constexpr Rules go_p38 = after(p38, "go-p38", starts_at_zero);
constexpr Rules go_p49 = after(poc7, "go-p49", starts_at_zero);
constexpr Rules go_p51 = after(p51, "go-p51", starts_at_zero);
constexpr Rules go_p54 = after(poc8, "go-p54", starts_at_zero);

constexpr std::array rows{poc1,   p02,    poc3,   go_p08, p09,    poc4,   p13,    p16,    p20,   poc5, p24,
                          p26,    p29,    poc6,   p36,    p37,    p38,    poc7,   p51,    poc8,  p55,  p56,
                          go_p28, go_p31, go_p33, go_p36, go_p37, go_p38, go_p49, go_p51, go_p54};

/// The last version that a row serves; the next line begins one above.
struct Period {
    std::uint32_t last;
    std::string_view cpp;
    std::string_view go;
};
constexpr std::array periods{
    Period{1, "poc1", "poc1"},    Period{4, "p02", "p02"},      Period{7, "poc3", "poc3"},
    Period{8, "poc3", "go-p08"},  Period{9, "p09", "p09"},      Period{12, "poc4", "poc4"},
    Period{15, "p13", "p13"},     Period{19, "p16", "p16"},     Period{20, "p20", "p20"},
    Period{23, "poc5", "poc5"},   Period{25, "p24", "p24"},     Period{26, "p26", "p26"},
    Period{28, "p26", "go-p28"},  Period{29, "p29", "go-p28"},  Period{31, "poc6", "go-p31"},
    Period{35, "poc6", "go-p33"}, Period{36, "p36", "go-p36"},  Period{37, "p37", "go-p37"},
    Period{44, "p38", "go-p38"},  Period{50, "poc7", "go-p49"}, Period{52, "p51", "go-p51"},
    Period{54, "poc8", "go-p54"}, Period{55, "p55", "go-p54"},  Period{~std::uint32_t{0}, "p56", "p56"},
};

constexpr const Rules& named(std::string_view name) {
    const auto* const at = std::ranges::find(rows, name, &Rules::name);
    return at == rows.end() ? rows.front() : *at;
}

} // namespace

bool is_go_client(std::string_view client_id) noexcept {
    if (client_id.data() == nullptr) { return false; }
    return client_id.empty() || client_id.contains("Ethereum(G)") || client_id.starts_with("go-");
}

const Rules& rules_for(std::uint32_t version, std::string_view client_id) noexcept {
    const auto* const period =
        std::ranges::find_if(periods, [version](const Period& row) { return version <= row.last; });
    return named(is_go_client(client_id) ? period->go : period->cpp);
}

const Rules* find_rules(std::string_view name) noexcept {
    if (const auto* const at = std::ranges::find(rows, name, &Rules::name); at != rows.end()) { return at; }
    const bool go = name.starts_with("go-p");
    std::string_view digits = name;
    digits.remove_prefix(go ? 4 : name.starts_with('p') ? 1 : 0);
    std::uint32_t version = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), version);
    if (failure != std::errc{} || end != digits.data() + digits.size() || version > 56) { return nullptr; }
    return &rules_for(version, go ? name : std::string_view{});
}

std::span<const Rules> all_rules() noexcept {
    return rows;
}

} // namespace ethpoc::chain
