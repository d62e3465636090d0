// The RLP of January 2014, which PoC-1 spoke: lists count their items instead of their bytes, and integers are a type
// of their own. Today's RLP replaced it in the first days of February 2014 (spec WIRE 3.1; the frames in the wiki of
// 2014 are still in this one).
//
//   00..17            itself                          integer 0..23
//   18..37            17+n | n bytes                  integer of n = 1..32 bytes
//   38..3f            37+k | k bytes of n | n bytes   longer integer
//   40..77            40+n | n bytes                  string, n = 0..55
//   78..7f            77+k | k bytes of n | n bytes   longer string
//   80..b7            80+c | c items                  list of c = 0..55 items
//   b8..bf            b7+k | k bytes of c | c items   longer list
//   c0..ff            nothing
//
// The rest of the project knows today's RLP only. A PoC-1 payload is translated on its way in and on its way out.
#pragma once

#include <optional>

#include "rlp/bytes.hpp"
#include "rlp/decode.hpp"
#include "rlp/error.hpp"
#include "rlp/head.hpp"
#include "rlp/shape.hpp"
#include "rlp/tree.hpp"

/// The item-counted RLP of January 2014 (spec WIRE 3.1).
namespace ethpoc::rlp::legacy {

/// One header at `at` < `end`. In a list, `claimed` counts items, and `payload_size` is 0 because only its items can
/// tell. `nested`: see TreeOptions. Style faults are forms that are not the shortest.
Head read_head(BytesView bytes, std::size_t at, std::size_t end, bool nested) noexcept;

/// The tape of counted bytes; as rlp::read_tree(). Integers have `integer` set.
Tree read_tree(BytesView bytes, const TreeOptions& options = {});

/// As rlp::validate(), by way of the tape.
std::optional<Error> validate(BytesView bytes, Mode mode = Mode::strict, const Limits& limits = {});

/// The same item in today's RLP: integers and strings both become strings. Always possible for good bytes. Offsets in
/// errors count counted bytes.
Result<Bytes> to_modern(BytesView counted, Mode mode = Mode::strict, const Limits& limits = {});

/// The same item in the counted dialect. Today's bytes do not say which string is an integer: `shape` does. Scalars
/// become integers; fixed strings (hashes, addresses) lose their leading zero bytes, as the C++ client wrote them; all
/// other strings stay strings. A record's last part also stands for surplus items. Errors: what validate() finds,
/// integer_leading_zero.
Result<Bytes> from_modern(BytesView modern, const Shape& shape, const Limits& limits = {});

/// An error whose place is in `to_modern(counted)`, with its place in `counted`. The path stays: both have the same
/// items.
Error relocate(Error error, BytesView counted);

} // namespace ethpoc::rlp::legacy
