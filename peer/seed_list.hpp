// A list of seeds as text: HOST:PORT in a line; what follows a # is for people.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace ethpoc::peer {

inline constexpr std::size_t most_seeds = 10'000; // addresses that are taken

/// One line that names a seed, or should. A view of the list.
struct SeedLine {
    std::size_t number = 0;  // from 1
    std::string_view text{}; // of the list; without blanks around it and without a comment; never empty
};

/// The lines that say something. Nobody has judged yet whether it is an address; at most `most_seeds` and one more.
std::vector<SeedLine> seed_lines(std::string_view list);

} // namespace ethpoc::peer
