// The error catalogue of this room.
#pragma once

#include <span>

#include "rlp/error.hpp"

namespace ethpoc::peer {

/// The rows of errors.def.
namespace errors {
#define ETHPOC_ERROR(name, word, rule, hint) inline constexpr ErrorCode name{word, rule, hint};
#include "peer/errors.def"
#undef ETHPOC_ERROR
} // namespace errors

/// All rows of peer/errors.def, in the order of the file.
std::span<const ErrorCode* const> error_catalogue() noexcept;

} // namespace ethpoc::peer
