#include "chain/keccak.hpp"

int main() {
    // The hash of nothing, first byte. SHA3-256 would give a7.
    return *ethpoc::chain::keccak256(ethpoc::BytesView{}).data() == 0xc5 ? 0 : 1;
}
