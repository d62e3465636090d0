// The corpora of the RLP goals, made from a seed: the same at each run.
//
//   small   wire messages: Ping 25 %, Pong 25 %, GetPeers 10 %, Hello 10 %, Transactions with one in it 30 %
//   blocks  [header of 13, 0..50 transactions of 9, 0..2 uncles], as in PoC-5
//   nest    messages of 4,096 lists, each in the other
//   ones    one list of a million single bytes
#pragma once

#include <vector>

#include "rlp/bytes.hpp"

namespace ethpoc::bench {

struct Corpus {
    Bytes all{};                       // payloads, each after a frame header
    std::vector<BytesView> messages{}; // the payloads
    std::size_t payload = 0;           // their bytes

    Corpus() = default;
    Corpus(Corpus&&) = default; // a vector that moves takes its bytes along
    Corpus& operator=(Corpus&&) = default;
};

Corpus small_corpus(std::size_t messages);
Corpus block_corpus(std::size_t blocks);
Corpus nest_corpus();
Corpus ones_corpus();

/// Strings and lists of all messages, at all depths.
std::size_t count_items(const Corpus& corpus);

/// The blocks of the recorded chains in tests/chains and in the shared folder, when there is one.
Corpus recorded_blocks();

} // namespace ethpoc::bench
