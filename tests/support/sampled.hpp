// What a long list is under a sanitizer, where each try costs ten to twenty times as much: a fixed sample.
#pragma once

#include <cstddef>

namespace ethpoc::test {

#ifdef __SANITIZE_ADDRESS__
inline constexpr bool is_sampled = true;
#else
inline constexpr bool is_sampled = false;
#endif

/// The step through a list: `step` under the address sanitizer, 1 in all other builds, which try the whole list.
constexpr std::size_t sampled(std::size_t step) {
    return is_sampled ? step : 1;
}

} // namespace ethpoc::test
