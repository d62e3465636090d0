// RapidCheck inside doctest: a property that does not hold is a doctest failure with the smallest counterexample.
//
//   test::property("reversed twice", [](const Bytes& b) { RC_ASSERT(reversed(reversed(b)) == b); });
//
// 100 cases, always the same ones. RC_PARAMS="seed=7 max_success=10000" in the environment tries others.
#pragma once

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <sstream>
#include <string>
#include <utility>

namespace ethpoc::test {

template <class Testable>
void property(const std::string& says, Testable&& testable) {
    rc::detail::TestParams params = rc::detail::configuration().testParams;
    if (std::getenv("RC_PARAMS") == nullptr) { params.seed = 2014; }
    const rc::detail::TestMetadata metadata{says, says};
    const auto result =
        rc::detail::checkProperty(rc::detail::toProperty(std::forward<Testable>(testable)), metadata, params);
    std::ostringstream story;
    rc::detail::printResultMessage(result, story);
    INFO(says << ": " << story.str());
    CHECK(result.template is<rc::detail::SuccessResult>());
}

} // namespace ethpoc::test
