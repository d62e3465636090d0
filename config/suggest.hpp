// "Did you mean": the known word that is nearest to a mistyped one.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace ethpoc::config {

/// The candidate with the fewest changed, missing, added or swapped letters, if that is at most a third of the word
/// (and at least one letter); "" otherwise. Words of more than 64 letters get no suggestion.
std::string_view nearest_word(std::string_view word, std::span<const std::string_view> candidates);

/// "; did you mean \"listen\"?", or "" when nothing is near.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

} // namespace ethpoc::config
