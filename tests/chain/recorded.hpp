// Recorded chains for tests: a file read whole, and what follows from its first line.
#pragma once

#include <filesystem>
#include <fstream>
#include <vector>

#include "chain/chain_file.hpp"
#include "chain/genesis.hpp"

namespace ethpoc::test {

struct RecordedChain {
    chain::ChainFileHead head{};
    std::vector<Bytes> blocks{};

    const chain::Rules& rules() const { return chain::rules_for(head.protocol, chain::implementation_of(head.client)); }
    chain::Genesis genesis() const { return *chain::genesis_from_rlp(head.client, head.genesis_rlp, rules()); }
    std::vector<BytesView> views() const { return {blocks.begin(), blocks.end()}; }
};

/// Empty when the file cannot be read to its end.
inline RecordedChain read_chain(const std::filesystem::path& file) {
    RecordedChain out;
    std::ifstream in(file);
    chain::ChainFileReader reader(in);
    auto head = reader.head();
    if (!head) { return {}; }
    out.head = std::move(*head);
    for (auto block = reader.next(); block && *block; block = reader.next()) {
        out.blocks.push_back(std::move(**block));
    }
    return out;
}

} // namespace ethpoc::test
