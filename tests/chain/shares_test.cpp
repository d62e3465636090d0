#include "chain/shares.hpp"

#include <doctest/doctest.h>

using namespace ethpoc::chain;

TEST_CASE("shares: the oldest of the largest share leaves") {
    Shares shares;
    shares.add(1, 10, 100);
    shares.add(2, 11, 60);
    shares.add(2, 12, 60);
    CHECK(shares.victim() == 11);
    shares.remove(2, 11, 60);
    CHECK(shares.victim() == 10);
    shares.remove(1, 10, 100);
    CHECK(shares.victim() == 12);
    CHECK(shares.weight(1) == 0);
    CHECK(shares.weight(2) == 60);
}

TEST_CASE("shares: a peer that comes again and again has one share with all that are gone") {
    Shares shares;
    shares.add(1, 0, 50);
    for (std::uint64_t id = 2; id < 10; ++id) {
        shares.add(id, id, 10);
        std::uint64_t moved = 0;
        shares.leave(id, [&](std::uint64_t entry) { moved = entry; });
        CHECK(moved == id);
        CHECK(shares.weight(id) == 0);
    }
    CHECK(shares.weight(Shares::gone) == 80);
    CHECK(shares.victim() == 2);
    shares.leave(99, [](std::uint64_t) { FAIL("it had nothing"); });
    shares.leave(Shares::gone, [](std::uint64_t) { FAIL("they are gone already"); });
    CHECK(shares.weight(Shares::gone) == 80);
}
