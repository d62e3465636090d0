#include "chain/tail_index.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace ethpoc::chain;

namespace {

std::set<std::int64_t> rows_of(const TailIndex& index, std::int64_t key) {
    std::set<std::int64_t> out;
    index.find(key, [&](std::int64_t row) {
        out.insert(row);
        return false;
    });
    return out;
}

} // namespace

TEST_CASE("tail index: finds what was put under one key several") {
    TailIndex index;
    CHECK(rows_of(index, 1).empty());
    index.insert(1, 10);
    index.insert(1, 11);
    index.insert(-5, 12);
    CHECK(rows_of(index, 1) == std::set<std::int64_t>{10, 11});
    CHECK(rows_of(index, -5) == std::set<std::int64_t>{12});
    CHECK(rows_of(index, 2).empty());
    CHECK(index.size() == 3);
    CHECK(index.all().size() == 3);
    index.clear();
    CHECK(index.size() == 0);
    CHECK(rows_of(index, 1).empty());
}

TEST_CASE("tail index: keys that want the same slot") {
    TailIndex index;
    constexpr std::int64_t slots = 4 * TailIndex::capacity;
    for (std::int64_t i = 0; i < 1000; ++i) {
        index.insert(7 + i * slots, i + 1);
    }
    for (std::int64_t i = 0; i < 1000; ++i) {
        CHECK(rows_of(index, 7 + i * slots) == std::set<std::int64_t>{i + 1});
    }
}

TEST_CASE("tail index: says when it is full") {
    TailIndex index;
    for (std::size_t i = 0; i < TailIndex::capacity; ++i) {
        CHECK_FALSE(index.full());
        index.insert(static_cast<std::int64_t>(i * 2654435761U), static_cast<std::int64_t>(i + 1));
    }
    CHECK(index.full());
    CHECK_FALSE(index.bursting());
}
