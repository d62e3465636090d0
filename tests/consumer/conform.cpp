// The tester as a library: the cases for a version, and what one of them sends.
#include "conform/case.hpp"
#include "conform/exceptions.hpp"
#include "conform/script.hpp"

int main() {
    const auto* const profile = ethpoc::wire::find_profile("7");
    const auto* const test = ethpoc::conform::find_case("frame.ping-one-write");
    if (profile == nullptr || test == nullptr || !ethpoc::conform::applies(*test, *profile)) { return 1; }
    ethpoc::conform::Facts facts;
    facts.profile = profile;
    const auto script = ethpoc::conform::read_stimulus(test->stimulus, test->id, facts);
    const auto expected = ethpoc::conform::read_exceptions("implementation = \"mine\"\n");
    return script && expected && script->steps.size() == 1 ? 0 : 1;
}
