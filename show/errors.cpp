#include "show/errors.hpp"

#include <array>

namespace ethpoc::show {

std::span<const ErrorCode* const> error_catalogue() noexcept {
    static constexpr std::array rows{
#define ETHPOC_ERROR(name, word, rule, hint) &errors::name,
#include "show/errors.def"
#undef ETHPOC_ERROR
    };
    return rows;
}

} // namespace ethpoc::show
