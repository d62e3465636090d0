// What a store or a file of blocks holds, read by the chain: a kept state, the accounts of a genesis, the first line of
// a recorded chain, blocks in any form. The first byte chooses which.
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "chain/block_stream.hpp"
#include "chain/state_book.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace ethpoc;

void demand(bool holds, const char* what) {
    if (holds) { return; }
    std::fprintf(stderr, "%s\n", what);
    std::abort();
}

void read_kept(BytesView bytes) {
    for (const chain::Rules& rules : chain::all_rules()) {
        const auto kept = chain::decode_kept(rules, bytes);
        if (!kept) { continue; }
        const auto again = chain::decode_kept(rules, chain::encode_kept(*kept));
        demand(again && again->state.root() == kept->state.root(), "a kept state does not come back");
    }
}

void read_premine(BytesView bytes) {
    const auto accounts = chain::decode_premine(bytes);
    if (!accounts) { return; }
    const auto again = chain::decode_premine(chain::encode_premine(*accounts));
    demand(again && again->size() == accounts->size(), "the accounts of a genesis do not come back");
}

void read_blocks(BytesView bytes) {
    std::istringstream in{std::string(as_text(bytes))};
    const auto stream = chain::BlockStream::open(in, 1u << 20);
    if (!stream) { return; }
    std::size_t count = 0;
    for (auto block = (*stream)->next(); block && *block; block = (*stream)->next()) {
        demand(!(*block)->empty() && ++count <= bytes.size(), "more blocks than bytes");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) { return 0; }
    const BytesView rest{data + 1, size - 1};
    switch (data[0] % 4) {
    case 0:
        read_kept(rest);
        break;
    case 1:
        read_premine(rest);
        break;
    case 2:
        static_cast<void>(chain::parse_chain_file_head(as_text(rest)));
        break;
    default:
        read_blocks(rest);
    }
    return 0;
}
