#include <array>

#include "chain/genesis.hpp"

namespace ethpoc::chain {

std::span<const ErrorCode* const> error_catalogue() noexcept {
    static constexpr std::array rows{
#define ETHPOC_ERROR(name, word, rule, hint) &errors::name,
#include "chain/errors.def"
#undef ETHPOC_ERROR
    };
    return rows;
}

} // namespace ethpoc::chain
