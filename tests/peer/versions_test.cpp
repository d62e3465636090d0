// Which version is said to whom.
#include "peer/versions.hpp"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

using namespace ethpoc;
using namespace ethpoc::peer;

TEST_CASE("versions: guesses name each row once, and every client that waits for us") {
    const auto silent = guesses(Direction::outbound);
    const std::set<const wire::Profile*> seen(silent.begin(), silent.end());
    CHECK(seen.size() == silent.size());
    CHECK_FALSE(seen.contains(nullptr));
    // spec CLIENTS 3, 3a and 2: Python, v9c among it, JavaScript of October 2014, Go 0.8.5
    for (const std::string_view name :
         {"12", "11", "15", "17", "19", "23", "9", "p2p0/eth33", "p2p2/eth38", "p2p2/eth36", "p2p3/eth54"}) {
        INFO(name);
        CHECK(seen.contains(wire::find_profile(name)));
    }
    CHECK(guesses(Direction::inbound).front() == wire::find_profile("p2p2/eth36"));
    CHECK(guesses(Direction::inbound).size() == silent.size());
}

TEST_CASE("versions: what is heard before hello tells the family") {
    const auto flat = guesses(Direction::outbound, 0x10);
    CHECK(flat[0] == wire::find_profile("8"));
    CHECK(flat[1] == wire::find_profile("9"));
    for (const wire::Profile* row : flat) {
        CHECK(row->family == wire::Family::flat);
    }
    for (const wire::Profile* row : guesses(Direction::outbound, 0x04)) {
        CHECK(row->family == wire::Family::p2p);
    }
    CHECK(flat.size() + guesses(Direction::outbound, 0x04).size() == guesses(Direction::outbound).size());
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
