#include "rlp/bytes.hpp"
#include "rlp/encode.hpp"

int main() {
    const ethpoc::Bytes ping{0xc1, 0x02};
    return ethpoc::rlp::encode_list(2u) == ping ? 0 : 1;
}
