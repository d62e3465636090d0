#include "chain/genesis.hpp"

#include <algorithm>
#include <array>
#include <ranges>

#include "chain/block.hpp"
#include "rlp/hex.hpp"

namespace ethpoc::chain {

namespace {

constexpr std::array table{
#define ETHPOC_GENESIS(name, remark, block_hash, header_hash, rlp)                                                     \
    GenesisRow{name, rlp, block_hash, header_hash, remark},
#include "chain/genesis_table.def"
#undef ETHPOC_GENESIS
};

/// Which versions began with which genesis, under which rules. Of the rows of one version the first is the one in force
/// where nothing else is known; a row of one implementation alone goes before it.
struct Pairing {
    std::uint32_t first;
    std::uint32_t last;
    std::string_view genesis;
    std::string_view rules{};           // empty: rules_for(version, by)
    std::optional<Implementation> of{}; // nothing: any
    rlp::Dialect dialect = rlp::Dialect::modern;
};
constexpr std::uint32_t newest = ~std::uint32_t{0};
constexpr std::array pairings{
    Pairing{0, 0, "A"},
    Pairing{0, 0, "B"}, // cpp-poc1m, seen live
    Pairing{0, 0, "C"},
    Pairing{0, 0, "poc1-counted", "poc1-counted", {}, rlp::Dialect::item_counted}, // cpp-poc1, seen live
    Pairing{1, 1, "D"},
    Pairing{1, 1, "E"},
    Pairing{2, 3, "E"},
    Pairing{4, 4, "F"},
    Pairing{5, 12, "H"},
    Pairing{5, 5, "G", "p02"}, // for a day; times still had to rise
    Pairing{8, 8, "go-p08", "go-p08", Implementation::go},
    Pairing{8, 8, "go-p08-march", "go-p08", Implementation::go},
    Pairing{8, 8, "H", "poc3", Implementation::go}, // until 2014-03-10, with the transactions of 7
    Pairing{13, 15, "J"},
    Pairing{13, 13, "I", "p13-april"},
    Pairing{16, 17, "L"},
    Pairing{16, 16, "K", "p16-first"},
    Pairing{18, 19, "M"},
    Pairing{20, 20, "N"},
    Pairing{21, 26, "O"},
    Pairing{27, 27, "P"},
    Pairing{27, 27, "O", "poc5"}, // the difficulty went back to 2^22 for a day
    Pairing{27, 28, "Q"},
    Pairing{28, 28, "R", "p29"}, // from 2014-08-23 on, with the rules of 29
    Pairing{29, 35, "R"},
    Pairing{36, 36, "S"},
    // C++ wrote another uncles hash than it meant, for a few days; which other clients were there is not known.
    Pairing{37, 37, "T2", {}, Implementation::go},
    Pairing{37, 37, "T"},
    Pairing{37, 37, "T2"},
    Pairing{38, 44, "V"},
    Pairing{38, 38, "U"},
    Pairing{38, 38, "py-0.7.38", "py-p38", Implementation::py},
    Pairing{45, 51, "W"},
    Pairing{49, 49, "js-eth49", {}, Implementation::js},
    Pairing{49, 49, "js-eth49"},
    Pairing{51, 52, "X"},
    // What C++ began with at 53 and what anybody began with at 55 was not recorded: the nearest.
    Pairing{53, 55, "poc8"},
    Pairing{53, 53, "X"},
    Pairing{56, newest, "eth56"},
};

struct Alias {
    std::string_view alias;
    std::string_view name;
};
constexpr std::array aliases{
    Alias{"poc1", "A"},   Alias{"poc2", "D"},   Alias{"poc3", "H"},      Alias{"poc4", "H"},
    Alias{"poc5", "O"},   Alias{"poc6", "R"},   Alias{"poc7", "W"},      Alias{"go-p54", "poc8"},
    Alias{"go-p05", "H"}, Alias{"go-p07", "H"}, Alias{"easy-poc5", "P"}, Alias{"easy-poc3", "easy"},
};

/// A row without its hex digits: they are read once, because a genesis is chosen at each Hello and for each guess.
struct DecodedRow {
    Bytes rlp;
    Hash256 block_hash;
    Hash256 header_hash;
};

const DecodedRow& decoded(const GenesisRow& row) {
    static const auto rows = [] {
        std::array<DecodedRow, table.size()> out{};
        std::ranges::transform(table, out.begin(), [](const GenesisRow& one) {
            const auto hash = [](std::string_view hex) {
                return Hash256::right_aligned(from_hex_digits(hex).value_or(Bytes{}));
            };
            return DecodedRow{from_hex_digits(one.rlp_hex).value_or(Bytes{}), hash(one.block_hash_hex),
                              hash(one.header_hash_hex)};
        });
        return out;
    }();
    return rows[static_cast<std::size_t>(&row - table.data())];
}

const Hash256& hash_of(const GenesisRow& row, const Rules& rules) {
    return rules.hash_of == HashOf::header ? decoded(row).header_hash : decoded(row).block_hash;
}

Genesis from_row(const GenesisRow& row, const Rules& rules) {
    return {std::string(row.name), decoded(row).rlp, hash_of(row, rules)};
}

const Rules& rules_of(const Pairing& pairing, std::uint32_t version, Implementation by) {
    return pairing.rules.empty() ? rules_for(version, by) : *find_rules(pairing.rules);
}

} // namespace

std::span<const GenesisRow> genesis_table() noexcept {
    return table;
}

const GenesisRow* find_genesis_row(std::string_view name) noexcept {
    if (const auto* const alias = std::ranges::find(aliases, name, &Alias::alias); alias != aliases.end()) {
        name = alias->name;
    }
    const auto* const row = std::ranges::find(table, name, &GenesisRow::name);
    return row == table.end() ? nullptr : row;
}

Genesis genesis_for(std::uint32_t version, Implementation by) {
    return std::move(genesis_candidates(version, by).front().genesis);
}

std::vector<GenesisCandidate> genesis_candidates(std::uint32_t version, Implementation by) {
    std::vector<GenesisCandidate> out;
    const auto take = [&](const Pairing& pairing) {
        const Rules& rules = rules_of(pairing, version, by);
        const GenesisRow& row = *find_genesis_row(pairing.genesis);
        const auto same = [&](const GenesisCandidate& one) { return one.genesis.hash == hash_of(row, rules); };
        if (std::ranges::none_of(out, same)) { out.push_back({from_row(row, rules), &rules, pairing.dialect}); }
    };
    const auto of_version = [&](const Pairing& pairing) { return version >= pairing.first && version <= pairing.last; };
    const auto is_own = [&](const Pairing& pairing) { return pairing.of == by; };
    for (const Pairing& pairing : pairings | std::views::filter(of_version) | std::views::filter(is_own)) {
        take(pairing);
    }
    const auto is_common = [](const Pairing& pairing) { return !pairing.of; };
    for (const Pairing& pairing : pairings | std::views::filter(of_version) | std::views::filter(is_common)) {
        take(pairing);
    }
    for (const Pairing& pairing : pairings | std::views::filter(of_version)) {
        take(pairing);
    }
    return out;
}

std::optional<GenesisCandidate> find_genesis_by_hash(std::uint32_t version, const Hash256& hash, Implementation by) {
    for (const Implementation one : {by, Implementation::cpp, Implementation::go}) {
        for (GenesisCandidate& candidate : genesis_candidates(version, one)) {
            if (candidate.genesis.hash == hash) { return std::move(candidate); }
        }
    }
    const Rules& rules = rules_for(version, by);
    for (const GenesisRow& row : table) {
        if (hash_of(row, rules) != hash) { continue; }
        if (const auto block = decode_block(rules, decoded(row).rlp); block && block->hash == hash) {
            return GenesisCandidate{from_row(row, rules), &rules};
        }
    }
    return {};
}

Result<Genesis> genesis_from_rlp(std::string name, Bytes rlp, const Rules& rules) {
    const auto block = decode_block(rules, rlp);
    if (!block) {
        Error error = block.error();
        error.detail += (error.detail.empty() ? "" : "; ") + ("the genesis of the rules " + std::string(rules.name));
        return std::unexpected(std::move(error));
    }
    const Hash256 hash = block->hash;
    return Genesis{std::move(name), std::move(rlp), hash};
}

} // namespace ethpoc::chain
