// Reads and writes a struct of one's own as RLP. Needs ethpoc::rlp, which needs the C++ library only.
#include <cstdint>
#include <cstdio>
#include <string>

#include "rlp/decode.hpp"
#include "rlp/encode.hpp"

namespace rlp = ethpoc::rlp;

struct Cat {
    std::string name{};
    std::uint32_t lives = 0;
};
constexpr auto cat_fields = rlp::fields(rlp::field("name", &Cat::name), rlp::field("lives", &Cat::lives));

int main() {
    const ethpoc::Bytes bytes = rlp::encode(Cat{"Tom", 9}, cat_fields); // c5 83 54 6f 6d 09

    Cat cat;
    if (const auto read = rlp::decode(bytes, cat, cat_fields); !read) {
        std::puts(read.error().message().c_str());
        return 1;
    }
    std::printf("%s has %u lives\n", cat.name.c_str(), cat.lives);

    const ethpoc::Bytes wrong{0xc6, 0x83, 'T', 'o', 'm', 0x81, 0x09}; // a byte below 0x80 is written as itself
    const auto refused = rlp::decode(wrong, cat, cat_fields);
    std::puts(refused ? "nothing was wrong" : refused.error().message().c_str());
    return refused ? 1 : 0;
}
