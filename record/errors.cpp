#include "record/errors.hpp"

#include <array>

namespace ethpoc::record {

std::span<const ErrorCode* const> error_catalogue() noexcept {
    static constexpr std::array rows{
#define ETHPOC_ERROR(name, word, rule, hint) &errors::name,
#include "record/errors.def"
#undef ETHPOC_ERROR
    };
    return rows;
}

} // namespace ethpoc::record
