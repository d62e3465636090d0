// The error catalogue of this room.
#pragma once

#include <span>

#include "rlp/error.hpp"

namespace ethpoc::conform {

/// The rows of errors.def.
namespace errors {
#define ETHPOC_ERROR(name, word, rule, hint) inline constexpr ErrorCode name{word, rule, hint};
#include "conform/errors.def"
#undef ETHPOC_ERROR
} // namespace errors

/// All rows of conform/errors.def, in the order of the file.
std::span<const ErrorCode* const> error_catalogue() noexcept;

} // namespace ethpoc::conform
