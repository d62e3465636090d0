// Which version is said to whom.
#include "peer/versions.hpp"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

using namespace ethpoc;
using namespace ethpoc::peer;

TEST_CASE("versions: guesses name each row once, and every python that waits for us") {
    const auto silent = guesses(false);
    const auto talkative = guesses(true);
    std::set<const wire::Profile*> seen(silent.begin(), silent.end());
    seen.insert(talkative.begin(), talkative.end());
    CHECK(seen.size() == silent.size() + talkative.size());
    CHECK_FALSE(seen.contains(nullptr));
    for (const std::string_view name : {"12", "11", "15", "17", "19", "23", "p2p0/eth33"}) { // spec CLIENTS 3
        INFO(name);
        CHECK(std::ranges::find(silent, wire::find_profile(name)) != silent.end());
    }
    // Only these speak first and say Hello second.
    REQUIRE(talkative.size() == 2);
    CHECK(talkative[0] == wire::find_profile("8"));
    CHECK(talkative[1] == wire::find_profile("9"));
}

TEST_CASE("versions: what worked is remembered, and the memory is bounded") {
    VersionMemory memory(3);
    CHECK(memory.find("a") == nullptr);
    memory.remember("a", *wire::find_profile("7"));
    memory.remember("a", *wire::find_profile("8"));
    CHECK(memory.find("a") == wire::find_profile("8"));
    for (const std::string name : {"b", "c", "d", "e", "f"}) {
        memory.remember(name, *wire::find_profile("12"));
        CHECK(memory.find(name) == wire::find_profile("12"));
    }
    int known = 0;
    for (const std::string name : {"a", "b", "c", "d", "e", "f"}) {
        known += memory.find(name) != nullptr ? 1 : 0;
    }
    CHECK(known == 3);
}
