#include "sync/budget.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace ethpoc::sync;

TEST_CASE("budget: an address has a quarter, and others go on when it is used up") {
    Budget budget(4'000);
    const auto a = budget.account("a");
    const auto b = budget.account("b");
    a->charge(1'000);
    CHECK(a->has_room());
    CHECK_FALSE(a->has_room(1));
    CHECK(b->has_room(1'000));
    a->release(400);
    CHECK(a->has_room(400));
    CHECK(budget.held() == 600);
}

TEST_CASE("budget: what all hold together is bounded too") {
    Budget budget(4'000);
    std::vector<std::shared_ptr<ethpoc::sync::Account>> all;
    for (const char* const name : {"a", "b", "c", "d"}) {
        all.push_back(budget.account(name));
        all.back()->charge(1'000);
    }
    CHECK_FALSE(budget.account("e")->has_room(1));
}

TEST_CASE("budget: one largest frame always fits when nothing else is held") {
    Budget budget(1'000, 3'000);
    CHECK(budget.account("a")->has_room(3'000));
    CHECK_FALSE(budget.account("a")->has_room(3'001));
}

TEST_CASE("budget: connections of one address share an account, and accounts of addresses that left are forgotten") {
    Budget budget(4'000);
    const auto first = budget.account("192.0.2.1");
    CHECK(budget.account("192.0.2.1") == first);
    first->charge(5);
    for (int i = 0; i < 10'000; ++i) {
        budget.account(std::to_string(i))->charge(0);
    }
    CHECK(budget.accounts() < 200);
    CHECK(budget.account("192.0.2.1")->held() == 5);
}
