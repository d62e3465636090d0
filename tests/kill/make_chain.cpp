// Mines a chain by the rules of protocol 11 at a tiny difficulty: FOLDER/genesis.hex and FOLDER/blocks.rlp, whole
// blocks one after the other, oldest first, as `ethpoc chain import` takes them. Its state is that of a recorded
// premine and of many miners.
//
//   ethpoc_make_chain FOLDER BLOCKS [AT COUNT]
//
// AT COUNT: also FOLDER/branch.rlp, so many blocks that leave the chain above block AT.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "chain/rules.hpp"
#include "tests/support/mini_chain.hpp"

namespace {

bool write_block(std::ofstream& out, const ethpoc::test::MinedBlock& block) {
    out.write(reinterpret_cast<const char*>(block.rlp.data()), std::ssize(block.rlp));
    return out.good();
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3 && argc != 5) {
        std::fprintf(stderr, "usage: ethpoc_make_chain FOLDER BLOCKS [AT COUNT]\n");
        return 2;
    }
    const auto number = [&](int index) { return argc > index ? std::strtoul(argv[index], nullptr, 10) : 0; };
    const std::string folder = argv[1];
    const auto premines = ethpoc::chain::all_premines();
    const auto* const premine = &*std::ranges::find(premines, "cpp@c186d8f4d", &ethpoc::chain::Premine::name);
    const ethpoc::test::MiniChain mini(ethpoc::chain::rules_for(11), 4, premine);
    std::ofstream(folder + "/genesis.hex") << ethpoc::to_hex(mini.genesis_block().rlp) << "\n";
    std::ofstream blocks(folder + "/blocks.rlp", std::ios::binary);
    ethpoc::test::MinedBlock last = mini.genesis_block();
    ethpoc::test::MinedBlock leaves = last;
    for (unsigned long left = number(2); left > 0; --left) {
        last = mini.mine(last, {.miner = static_cast<std::uint8_t>(1 + left % 200)});
        if (!write_block(blocks, last)) { return 3; }
        if (last.record.number == number(3)) { leaves = last; }
    }
    if (argc == 5) {
        std::ofstream branch(folder + "/branch.rlp", std::ios::binary);
        for (unsigned long left = number(4); left > 0; --left) {
            leaves = mini.mine(leaves, {.seconds = 11, .miner = 201});
            if (!write_block(branch, leaves)) { return 3; }
        }
        if (!branch.flush()) { return 3; }
    }
    return blocks.flush() ? 0 : 3;
}
