#include "chain/named_genesis.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "chain/block.hpp"
#include "chain/block_stream.hpp"
#include "rlp/hex.hpp"

namespace ethpoc::chain {

namespace {

constexpr std::size_t largest_text = 1u << 20;
// One release of each layout and hash: its rules take the blocks of the versions around it.
constexpr std::array<std::uint32_t, 5> releases{11, 23, 33, 49, 54};

Error bad_file(const std::string& path, std::string detail) {
    return {&errors::bad_genesis_file, 0, 0, {}, path + ": " + std::move(detail)};
}

std::optional<GenesisCandidate> recorded(const GenesisBytes& bytes, std::uint32_t version) {
    for (GenesisCandidate& candidate : genesis_candidates(version, bytes.by)) {
        if (candidate.genesis.rlp == bytes.rlp) { return std::move(candidate); }
    }
    return {};
}

Result<GenesisCandidate> read_by(const GenesisBytes& bytes, const Rules& rules) {
    auto genesis = genesis_from_rlp(bytes.name, bytes.rlp, rules);
    if (!genesis) { return std::unexpected(std::move(genesis.error())); }
    genesis->premine = bytes.premine;
    return GenesisCandidate{std::move(*genesis), &rules};
}

Result<GenesisCandidate> fit_version(const GenesisBytes& bytes, std::uint32_t version) {
    if (auto known = recorded(bytes, version)) { return *std::move(known); }
    auto out = read_by(bytes, rules_for(version, bytes.by));
    for (const Rules& rules : all_rules()) {
        if (out) { break; }
        if (!serves_version(rules, version)) { continue; }
        if (auto other = read_by(bytes, rules)) { out = std::move(other); }
    }
    return out;
}

Result<GenesisCandidate> fit_any_version(const GenesisBytes& bytes) {
    for (const std::uint32_t version : releases) {
        if (auto known = recorded(bytes, version)) { return *std::move(known); }
    }
    for (std::uint32_t version = 0; version <= newest_version(); ++version) {
        if (auto known = recorded(bytes, version)) { return *std::move(known); }
    }
    std::optional<Error> first;
    const auto fits = [&](const Rules& rules) -> std::optional<GenesisCandidate> {
        auto out = read_by(bytes, rules);
        if (out) { return std::move(*out); }
        if (!first) { first = std::move(out.error()); }
        return {};
    };
    for (const std::uint32_t version : releases) {
        if (auto out = fits(rules_for(version, bytes.by))) { return *std::move(out); }
    }
    for (const Rules& rules : all_rules()) {
        if (auto out = fits(rules)) { return *std::move(out); }
    }
    return std::unexpected(*std::move(first));
}

/// That of a recorded chain, or the first block; what follows must be blocks too, else it is no such file.
Result<GenesisBytes> parse_genesis(const std::string& path, std::istream& file) {
    std::string name = std::filesystem::path(path).filename().string();
    const auto blocks = BlockStream::open(file, largest_text);
    if (!blocks) { return std::unexpected(blocks.error()); }
    if (const auto& head = (*blocks)->head()) {
        GenesisBytes out = genesis_of(*head);
        out.name = std::move(name);
        return out;
    }
    auto first = (*blocks)->next();
    if (!first) { return std::unexpected(std::move(first.error())); }
    if (!*first) { return std::unexpected(bad_file(path, "the file is empty or cannot be read")); }
    if (const auto second = (*blocks)->next(); !second) { return std::unexpected(second.error()); }
    return GenesisBytes{std::move(name), std::move(**first)};
}

} // namespace

Result<GenesisBytes> read_genesis(const std::string& name_or_path) {
    if (const GenesisRow* const row = find_genesis_row(name_or_path)) {
        return GenesisBytes{std::string(row->name), from_hex_digits(row->rlp_hex).value_or(Bytes{}),
                            implementation_of(row->name)};
    }
    std::error_code failure;
    if (!std::filesystem::is_regular_file(name_or_path, failure)) {
        return std::unexpected(bad_file(name_or_path, "no genesis and no file has this name"));
    }
    std::ifstream file(name_or_path, std::ios::binary);
    return parse_genesis(name_or_path, file);
}

GenesisBytes genesis_of(const ChainFileHead& head) {
    return {head.client, head.genesis_rlp, implementation_of(head.client), head.protocol, head.premine};
}

Result<GenesisCandidate> fit_genesis(const GenesisBytes& bytes, std::optional<std::uint32_t> version) {
    if (version) { return fit_version(bytes, *version); }
    if (bytes.version) {
        if (auto out = fit_version(bytes, *bytes.version)) { return out; }
    }
    return fit_any_version(bytes);
}

std::optional<GenesisCandidate> find_genesis_of_any_version(const Hash256& hash) {
    for (std::uint32_t version = 0; version <= newest_version(); ++version) {
        for (const Implementation by : every_implementation) {
            for (GenesisCandidate& candidate : genesis_candidates(version, by)) {
                if (candidate.genesis.hash == hash) { return std::move(candidate); }
            }
        }
    }
    return {};
}

bool serves_version(const Rules& rules, std::uint32_t version) {
    return std::ranges::any_of(every_implementation, [&](Implementation by) {
        return &rules_for(version, by) == &rules ||
               std::ranges::any_of(genesis_candidates(version, by),
                                   [&](const GenesisCandidate& candidate) { return candidate.rules == &rules; });
    });
}

} // namespace ethpoc::chain
