// Which chain the attacked node is on, and the table of all attacks.
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "chain/genesis.hpp"
#include "rlp/hex.hpp"
#include "tests/hostile/attack_rows.hpp"
#include "tests/support/shared.hpp"

namespace ethpoc::hostile {

namespace {

/// The recorded chain with this genesis; the node got the same file.
void read_chain(Scene& scene) {
    std::vector<std::filesystem::path> files = test::files_below(test::test_file("chains"), ".jsonl");
    if (const auto shared = test::shared_file("chains")) {
        const auto more = test::files_below(*shared, ".jsonl");
        files.insert(files.end(), more.begin(), more.end());
    }
    const std::string wanted = to_hex(scene.genesis);
    for (const auto& file : files) {
        std::ifstream in(file);
        std::string line;
        if (!std::getline(in, line)) { continue; }
        const auto first = nlohmann::json::parse(line, nullptr, false);
        if (!first.is_object() || !first.contains("chain") || first["chain"].value("genesis_hash", "") != wanted) {
            continue;
        }
        while (std::getline(in, line)) {
            const auto block = nlohmann::json::parse(line);
            scene.blocks.push_back(from_hex(block.at("rlp").get<std::string>()).value());
            scene.hashes.push_back(Hash256::right_aligned(from_hex(block.at("hash").get<std::string>()).value()));
        }
        return;
    }
}

} // namespace

Scene make_scene(std::string_view version, std::uint64_t seed) {
    Scene scene;
    scene.profile = wire::find_profile(version);
    if (scene.profile == nullptr) { throw std::runtime_error("no such version: " + std::string(version)); }
    scene.seed = seed;
    scene.genesis = chain::genesis_for(scene.profile->chain_version()).hash;
    read_chain(scene);
    return scene;
}

std::span<const Attack> attacks() {
    static const std::vector<Attack> all = [] {
        std::vector<Attack> out = message_attacks();
        for (auto more : {chain_attacks(), byte_attacks()}) {
            out.insert(out.end(), more.begin(), more.end());
        }
        return out;
    }();
    return all;
}

const Attack* find_attack(std::string_view name) {
    const auto all = attacks();
    const auto at = std::ranges::find(all, name, &Attack::name);
    return at == all.end() ? nullptr : &*at;
}

} // namespace ethpoc::hostile
