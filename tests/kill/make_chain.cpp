// Mines a chain by the rules of protocol 11 at a tiny difficulty: FOLDER/genesis.hex and FOLDER/blocks.rlp, whole
// blocks one after the other, oldest first, as `ethpoc chain import` takes them. Its state is that of a recorded
// premine and of many miners.
//
//   ethpoc_make_chain FOLDER BLOCKS
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "chain/rules.hpp"
#include "tests/support/mini_chain.hpp"

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: ethpoc_make_chain FOLDER BLOCKS\n");
        return 2;
    }
    const std::string folder = argv[1];
    const auto premines = ethpoc::chain::all_premines();
    const auto* const premine = &*std::ranges::find(premines, "cpp@c186d8f4d", &ethpoc::chain::Premine::name);
    const ethpoc::test::MiniChain mini(ethpoc::chain::rules_for(11), 4, premine);
    std::ofstream(folder + "/genesis.hex") << ethpoc::to_hex(mini.genesis_block().rlp) << "\n";
    std::ofstream blocks(folder + "/blocks.rlp", std::ios::binary);
    ethpoc::test::MinedBlock last = mini.genesis_block();
    for (unsigned long left = std::strtoul(argv[2], nullptr, 10); left > 0; --left) {
        last = mini.mine(last, {.miner = static_cast<std::uint8_t>(1 + left % 200)});
        blocks.write(reinterpret_cast<const char*>(last.rlp.data()), std::ssize(last.rlp));
    }
    return blocks.flush() ? 0 : 3;
}
