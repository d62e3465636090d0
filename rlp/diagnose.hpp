// Diagnosis: the slow walk over bytes that the fast reader refused. Finds the first thing that is wrong, its place and
// its path.
#pragma once

#include <cstdint>

#include "rlp/bytes.hpp"
#include "rlp/error.hpp"

namespace ethpoc::rlp {

enum class Mode : std::uint8_t;
struct Limits;
struct Shape;

namespace detail {

/// `bytes` should be one item of this shape and nothing else (lenient: trailing bytes allowed).
/// errors::unexplained when nothing is wrong with them.
Error diagnose(BytesView bytes, const Shape& shape, Mode mode);
Error diagnose(BytesView bytes, const Shape& shape, Mode mode, const Limits& limits);

/// `payload` should be, from its item number `skip` on, the fields of `record`.
Error diagnose_items(BytesView payload, std::size_t skip, const Shape& record, Mode mode);

/// `bytes` should begin with an item whose header is good; what follows is not looked at.
Error diagnose_first(BytesView bytes, Mode mode);

/// `bytes` should be one well-formed item inside the limits; looks at every depth.
Error diagnose_structure(BytesView bytes, Mode mode, const Limits& limits);

} // namespace detail
} // namespace ethpoc::rlp
