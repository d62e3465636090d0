// Payloads of genuine clients as they were observed, and some that follow from the rules. One of each form that
// decoders know; the tests cut and change every byte of them.
#pragma once

#include <array>
#include <string_view>

namespace ethpoc::test {

struct Payload {
    std::string_view profile; // whose wire form it has
    std::string_view what;
    std::string_view hex;
};

#define ETHPOC_HASH_A "a0ab6b9a5613970faa771b12d449b2e9bb925ab7a369f0a4b86b286e9d540099cf"
#define ETHPOC_HASH_B "a058894fda9e380223879b664bed0bdfafa7a393bea5075ab68f5dcc66b42c7687"
#define ETHPOC_KEY                                                                                                     \
    "b8404a0255fa4673faa30fc5abfd3c550bfdbc0d3c973d35f726463af81c54a03281cfff22c5f5965b38ac630152987757a31782478549c3" \
    "6f7c"                                                                                                             \
    "84cb4436ba79d6d9"

inline constexpr std::array payloads{
    Payload{"7", "Hello of C++", "f85c80078092457468657265756d282b2b292f302e302e310782765f" ETHPOC_KEY},
    Payload{"8", "Hello of py-v8", "f85c80088092457468657265756d287079292f302e302e3182765f07" ETHPOC_KEY},
    Payload{"7", "Hello of a listening Go", "c9800780808082925e80"},
    Payload{"8", "Hello of the first Python", "da00080092457468657265756d287079292f302e302e3182766207"},
    Payload{"2", "Hello with its key outside", "c980028083616263078080" ETHPOC_KEY},
    Payload{"28", "Hello with a head", "f872801c808361626307828200" ETHPOC_KEY "8301ff80" ETHPOC_HASH_A},
    Payload{"poc6", "Hello of p2p 0", "f85780808a457468657265756d2847c483657468828233" ETHPOC_KEY},
    Payload{"poc7", "Hello of p2p 2", "f85f80028a457468657265756d2847ccc58365746831c58373686802828233" ETHPOC_KEY},
    Payload{"0", "Hello of PoC-1", "860000004341424307 19765f"},
    Payload{"7", "Disconnect with a reason", "c20107"},
    Payload{"7", "Disconnect of Go", "c101"},
    Payload{"12", "Disconnect of Java", "c20100"},
    Payload{"3", "Disconnect with its reason outside", "c10107"},
    Payload{"7", "Ping", "c102"},
    Payload{"poc8", "Ping of Go 0.8.5", "c202c0"},
    Payload{"7", "Pong", "c103"},
    Payload{"7", "GetPeers", "c110"},
    Payload{"poc7", "GetPeers of p2p", "c104"},
    Payload{"8", "Peers of py-v8", "cb11c9c47f000001827d0180"},
    Payload{"12", "Peers as lists", "f84e11f84bc53681cc0a2982765f" ETHPOC_KEY},
    Payload{"12", "Peers with octets 80", "cc11cac47f80800182667680c0"},
    Payload{"23", "Peers as strings", "f84d11f84a847f0000018265f6" ETHPOC_KEY},
    Payload{"poc7", "Peers of 16 bytes", "d705d59000000000000000000000ffff7f00000182765f80"},
    Payload{"7", "no Peers", "c111"},
    Payload{"23", "Transactions", "cb12c405040302c405040303"},
    Payload{"8", "Transactions of py-v8", "cc12cac404030201c404030202"},
    Payload{"23", "no Transactions", "c112"},
    Payload{"7", "Blocks", "cd13cbc883000102830405 06c0c0"},
    Payload{"7", "no Blocks", "c113"},
    Payload{"5", "nil Blocks of Go", "c213c0"},
    Payload{"7", "GetChain", "e514" ETHPOC_HASH_A "820100"},
    Payload{"12", "GetChain of Java", "f82514" ETHPOC_HASH_A "820100"},
    Payload{"7", "GetChain of two", "f84614" ETHPOC_HASH_A ETHPOC_HASH_B "820100"},
    Payload{"7", "GetChain without a hash", "c414820100"},
    Payload{"23", "GetChain of py-poc5", "c21420"},
    Payload{"7", "bare GetChain", "c114"},
    Payload{"7", "NotInChain", "e215" ETHPOC_HASH_A},
    Payload{"7", "GetTransactions", "c116"},
    Payload{"27", "GetBlockHashes, limit first", "e51782 0100" ETHPOC_HASH_A},
    Payload{"28", "GetBlockHashes", "e417" ETHPOC_HASH_A "81c8"},
    Payload{"28", "BlockHashes", "f84318" ETHPOC_HASH_A ETHPOC_HASH_B},
    Payload{"28", "GetBlocks", "f84319" ETHPOC_HASH_A ETHPOC_HASH_B},
    Payload{"poc6", "Status", "f84910218083020000" ETHPOC_HASH_A ETHPOC_HASH_B},
    Payload{"poc7", "NewBlock", "cb17c6c3010203c0c0820102"},
    Payload{"p2p1/eth34", "NewBlock without difficulty", "c817c6c3010203c0c0"},
    Payload{"poc6", "Status of whisper", "c22080"},
    Payload{"poc6", "Messages of whisper", "c821c60102c20304 05"},
    Payload{"7", "Talk, an unofficial id", "c481ff8101"},
};

} // namespace ethpoc::test
