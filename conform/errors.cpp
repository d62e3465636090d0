#include "conform/errors.hpp"

#include <array>

namespace ethpoc::conform {

std::span<const ErrorCode* const> error_catalogue() noexcept {
    static constexpr std::array rows{
#define ETHPOC_ERROR(name, word, rule, hint) &errors::name,
#include "conform/errors.def"
#undef ETHPOC_ERROR
    };
    return rows;
}

} // namespace ethpoc::conform
