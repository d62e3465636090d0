// Fanout: which peers are told first, when not all are, by chance that is the same everywhere.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "rlp/split_mix.hpp"

namespace ethpoc::sync {

/// To whom a new head or transaction is told at once.
enum class RelayMode : std::uint8_t {
    all,    // every peer that does not have it
    fanout, // a few of them, by chance, and all that must be told; the others later, if they still do not have it
};

/// By the word that people give. Nothing: there is none such.
inline std::optional<RelayMode> relay_mode_named(std::string_view word) noexcept {
    constexpr std::array words{std::pair("all", RelayMode::all), std::pair("fanout", RelayMode::fanout)};
    const auto* const at =
        std::ranges::find(words, word, [](const auto& each) { return std::string_view(each.first); });
    return at == words.end() ? std::nullopt : std::optional(at->second);
}

/// Puts the chosen to the front: those first that were left out most often, among equals by chance. `times(each)`: how
/// often in a row.
template <class T, class Times>
void put_chosen_first(std::span<T> all, SplitMix64& chance, Times times) {
    for (std::size_t left = all.size(); left > 1; --left) {
        std::swap(all[left - 1], all[chance.below(left)]);
    }
    std::ranges::stable_sort(all, std::greater{}, times);
}

} // namespace ethpoc::sync
