// FakeRun: the tester at work on a fake target, in memory. What the tests of the tester are made of.
//
//   const FakeRun run = run_on_fake({.profile = wire::find_profile("23"), .bug = Bug::pong_late});
#pragma once

#include <string>
#include <vector>

#include "conform/runner.hpp"
#include "tests/conform/fake_house.hpp"

namespace ethpoc::test {

struct FakeRunOptions {
    const wire::Profile* profile = nullptr;
    Bug bug = Bug::none;                       // from the end of the introduction on
    std::vector<const conform::Case*> cases{}; // empty: all
    bool target_dials = false;                 // it makes every connection
    bool dials_too = false;                    // it has a connection open to us all the time, beside listening
    std::size_t jobs = 1;
};

struct FakeRun {
    std::vector<conform::Outcome> outcomes{};
    std::string failed{}; // the target could not be known
    bool over = false;    // false: the tester was still at it after an hour, or too many steps
    std::uint64_t steps = 0;
    std::uint64_t ticks = 0;          // of the tester
    std::chrono::milliseconds took{}; // by the clock of the net
    std::size_t left_open = 0;        // connections

    const conform::Outcome* find(std::string_view id) const noexcept;
};

FakeRun run_on_fake(const FakeRunOptions& options);

/// "R22" of "R22.01".
std::string_view case_of(std::string_view run_id) noexcept;

} // namespace ethpoc::test
