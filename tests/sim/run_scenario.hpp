// A whole run of a scenario that is written in the test, with its figures and its journal.
#pragma once

#include <doctest/doctest.h>

#include "sim/simulation.hpp"
#include "tests/support/temporary.hpp"

namespace ethpoc::test {

struct Ran {
    sim::Outcome outcome;
    std::string journal;
    double figure(std::string_view name) const {
        for (const auto& [metric, value] : outcome.figures) {
            if (metric->name == name) { return value; }
        }
        return -1;
    }
};

inline Ran run_scenario(const std::string& text, std::uint64_t seed = 1) {
    auto scenario = sim::read_scenario(text);
    REQUIRE(scenario);
    scenario->seed = seed;
    const TemporaryFolder folder;
    Ran ran;
    sim::Simulation simulation(*std::move(scenario), folder.path().string(),
                               [&ran](std::string_view lines) { ran.journal += lines; });
    auto outcome = simulation.run([](const sim::Step&) { return true; });
    REQUIRE(outcome);
    ran.outcome = *std::move(outcome);
    return ran;
}

inline std::size_t count_of(const std::string& text, std::string_view word) {
    std::size_t out = 0;
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        ++out;
    }
    return out;
}

} // namespace ethpoc::test
