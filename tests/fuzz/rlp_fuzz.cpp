// RLP, any bytes: validation, tape, typed decoding and the item-counted dialect never crash and never contradict each
// other.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "rlp/hex.hpp"
#include "tests/rlp/agreement.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ethpoc::BytesView bytes{data, size};
    const std::string bad = ethpoc::test::all_agree(bytes);
    if (!bad.empty()) {
        std::fprintf(stderr, "%s\n%s\n", bad.c_str(), ethpoc::to_hex(bytes).c_str());
        std::abort();
    }
    const auto text = ethpoc::from_hex(ethpoc::as_text(bytes));
    if (!text && text.error().offset + text.error().length > size) { std::abort(); }
    return 0;
}
