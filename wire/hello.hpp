// Reading Hello in all its forms. Internal to wire/: decode.cpp reads it as one message of many, greeting.cpp to find
// out who is there.
#pragma once

#include "wire/message.hpp"
#include "wire/profile.hpp"

namespace ethpoc::wire {

struct HelloReading {
    Hello hello{};
    bool swapped_port = false;
    bool swapped_head = false;
};

/// The items are those of the list that `payload` begins with, the id included. Error offsets count from `payload`.
Result<HelloReading> read_flat_hello(BytesView payload, const rlp::Items& in_list);
Result<HelloReading> read_p2p_hello(BytesView payload, const rlp::Items& items);

/// `items`, and behind them what stands in the frame behind their list, up to `wanted` items in all. C++ protocols 2 to
/// 4 counted their lists too short: c1 01 07 is a Disconnect with reason 7.
Result<rlp::Items> with_outside(BytesView payload, const rlp::Items& items, std::size_t wanted);

} // namespace ethpoc::wire
