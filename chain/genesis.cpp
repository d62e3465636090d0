#include "chain/genesis.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "chain/block.hpp"
#include "chain/chain_file.hpp"
#include "rlp/hex.hpp"

namespace ethpoc::chain {

namespace {

constexpr std::array table{
#define ETHPOC_GENESIS(name, remark, block_hash, header_hash, rlp)                                                     \
    GenesisRow{name, rlp, block_hash, header_hash, remark},
#include "chain/genesis_table.def"
#undef ETHPOC_GENESIS
};

/// The last version that a row serves; the next line begins one above. What began and ended inside one version (B, C,
/// G, I, K, U) is left to --genesis.
struct Period {
    std::uint32_t last;
    std::string_view cpp;
    std::string_view go;
};
constexpr std::array periods{
    Period{0, "A", "A"},
    Period{1, "D", "D"},
    Period{3, "E", "E"},
    Period{4, "F", "F"},
    Period{7, "H", "H"},
    Period{8, "H", "go-p08"},
    Period{12, "H", "H"},
    Period{15, "J", "J"},
    Period{17, "L", "L"},
    Period{19, "M", "M"},
    Period{20, "N", "N"},
    Period{26, "O", "O"},
    Period{27, "P", "P"},
    Period{28, "Q", "Q"},
    Period{35, "R", "R"},
    Period{36, "S", "S"},
    // C++ wrote another uncles hash than it meant, for a few days.
    Period{37, "T", "T2"},
    Period{44, "V", "V"},
    Period{51, "W", "W"},
    Period{~std::uint32_t{0}, "X", "X"},
};

struct Alias {
    std::string_view alias;
    std::string_view name;
};
constexpr std::array aliases{
    Alias{"poc1", "A"},   Alias{"poc2", "D"},   Alias{"poc3", "H"},      Alias{"poc4", "H"},
    Alias{"poc5", "O"},   Alias{"poc6", "R"},   Alias{"poc7", "W"},      Alias{"poc8", "X"},
    Alias{"go-p05", "H"}, Alias{"go-p07", "H"}, Alias{"easy-poc5", "P"}, Alias{"easy-poc3", "easy"},
};

const GenesisRow* find_row(std::string_view name) noexcept {
    if (const auto* const alias = std::ranges::find(aliases, name, &Alias::alias); alias != aliases.end()) {
        name = alias->name;
    }
    const auto* const row = std::ranges::find(table, name, &GenesisRow::name);
    return row == table.end() ? nullptr : row;
}

Genesis from_row(const GenesisRow& row, const Rules& rules) {
    const std::string_view hash = rules.hash_of == HashOf::header ? row.header_hash_hex : row.block_hash_hex;
    return {std::string(row.name), from_hex(row.rlp_hex).value_or(Bytes{}),
            Hash256::right_aligned(from_hex(hash).value_or(Bytes{}))};
}

Error bad_file(const std::string& path, std::string detail) {
    return {&errors::bad_genesis_file, 0, 0, path, std::move(detail)};
}

constexpr std::size_t largest_file = 1u << 20;

Result<Bytes> read_genesis_bytes(const std::string& path) {
    std::error_code failure;
    if (!std::filesystem::is_regular_file(path, failure)) {
        return std::unexpected(bad_file(path, "no genesis and no file has this name"));
    }
    std::ifstream file(path, std::ios::binary);
    std::string text(largest_file, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (file.bad() || text.empty()) { return std::unexpected(bad_file(path, "the file is empty or cannot be read")); }
    if (const std::string_view line = std::string_view(text).substr(0, text.find('\n')); is_chain_file_head(line)) {
        auto head = parse_chain_file_head(line);
        if (!head) { return std::unexpected(std::move(head.error())); }
        return std::move(head->genesis_rlp);
    }
    return from_hex(text);
}

} // namespace

std::span<const GenesisRow> genesis_table() noexcept {
    return table;
}

Genesis genesis_for(std::uint32_t version, std::string_view client_id) {
    const auto* const period =
        std::ranges::find_if(periods, [version](const Period& row) { return version <= row.last; });
    const GenesisRow* const row = find_row(is_go_client(client_id) ? period->go : period->cpp);
    return from_row(*row, rules_for(version, client_id));
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

Result<Genesis> load_genesis(const std::string& name_or_path, const Rules& rules) {
    if (const GenesisRow* const row = find_row(name_or_path); row != nullptr) {
        return genesis_from_rlp(std::string(row->name), from_hex(row->rlp_hex).value_or(Bytes{}), rules);
    }
    auto bytes = read_genesis_bytes(name_or_path);
    if (!bytes) { return std::unexpected(std::move(bytes.error())); }
    return genesis_from_rlp(std::filesystem::path(name_or_path).filename().string(), std::move(*bytes), rules);
}

} // namespace ethpoc::chain
