// The item-counted RLP of PoC-1 (spec WIRE 3.1) at the border of this room. Everything inside of wire/ reads and writes
// RLP as it is today; payloads of protocol 0 are translated on their way in and out. Used by wire/, show/ and conform/.
//
//   84 00 00 00 43414243        [0, 0, 0, "ABC"]: the list header counts items, numbers and strings differ
//   c7 80 80 80 83414243        the same today
#pragma once

#include "rlp/bytes.hpp"
#include "rlp/error.hpp"
#include "wire/message.hpp"

namespace ethpoc::wire {

/// True for a payload that begins as an item-counted list does: today's RLP has a string there, which is no message.
bool looks_item_counted(BytesView payload) noexcept;

/// `payload` in today's RLP. `scratch` owns the bytes of the answer.
Result<BytesView> from_item_counted(BytesView payload, Bytes& scratch);

/// A composed list in the old dialect. The row of `type` says which of its items are numbers.
Bytes to_item_counted(MessageType type, BytesView list);

/// An error in the translation, moved to the same item of `payload`.
Error place_in_item_counted(Error error, BytesView payload);

} // namespace ethpoc::wire
