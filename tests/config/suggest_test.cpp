#include "config/suggest.hpp"

#include <array>
#include <doctest/doctest.h>

using namespace ethpoc::config;

TEST_CASE("suggest: one slip of each kind finds the word") {
    constexpr std::array<std::string_view, 4> words{"listen", "dial", "max-peers", "limits.frame"};
    struct Row {
        std::string_view typed;
        std::string_view meant;
    };
    for (const Row& row :
         {Row{"lisen", "listen"}, Row{"listten", "listen"}, Row{"lsiten", "listen"}, Row{"lixten", "listen"},
          Row{"max_peers", "max-peers"}, Row{"maxpeers", "max-peers"}, Row{"limit.frame", "limits.frame"},
          Row{"dail", "dial"}, Row{"zebra", ""}, Row{"", ""}, Row{"x", ""}}) {
        CAPTURE(row.typed);
        CHECK(nearest_word(row.typed, words) == row.meant);
    }
}

TEST_CASE("suggest: the sentence") {
    constexpr std::array<std::string_view, 1> words{"listen"};
    CHECK(did_you_mean("lisen", words) == "; did you mean \"listen\"?");
    CHECK(did_you_mean("metrics", words).empty());
}

TEST_CASE("suggest: long words cost nothing and find nothing") {
    const std::string longest(64, 'a');
    const std::array<std::string_view, 2> words{longest, "listen"};
    CHECK(nearest_word(std::string(100'000, 'a'), words).empty());
    CHECK(nearest_word(std::string(63, 'a') + "b", words) == longest);
}
