#include "chain/waiting.hpp"

#include <doctest/doctest.h>

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

Hash256 hash_named(std::uint64_t n) {
    Hash256 out;
    out.bytes[30] = static_cast<std::uint8_t>(n >> 8);
    out.bytes[31] = static_cast<std::uint8_t>(n);
    return out;
}

std::vector<Bytes> take_children(WaitingBlocks& waiting, const Hash256& parent) {
    std::vector<Bytes> out;
    while (auto child = waiting.take_child(parent)) {
        CHECK_FALSE(waiting.contains(parent));
        out.push_back(std::move(*child));
    }
    CHECK_FALSE(waiting.has_child(parent));
    return out;
}

} // namespace

TEST_CASE("waiting: children come out once oldest first") {
    WaitingBlocks waiting;
    waiting.add(hash_named(1), hash_named(100), Bytes{1});
    waiting.add(hash_named(2), hash_named(200), Bytes{2});
    waiting.add(hash_named(3), hash_named(100), Bytes{3});
    waiting.add(hash_named(3), hash_named(100), Bytes{3}); // again
    CHECK(waiting.size() == 3);
    CHECK(waiting.bytes() == 3);
    CHECK(waiting.contains(hash_named(3)));
    CHECK(take_children(waiting, hash_named(100)) == std::vector<Bytes>{{1}, {3}});
    CHECK(take_children(waiting, hash_named(100)).empty());
    CHECK(waiting.size() == 1);
    CHECK(waiting.bytes() == 1);
    CHECK_FALSE(waiting.contains(hash_named(1)));
}

TEST_CASE("waiting: bounded in number the oldest leave") {
    WaitingBlocks waiting(1 << 20, 10);
    for (std::uint64_t i = 0; i < 1000; ++i) {
        waiting.add(hash_named(i), hash_named(i + 5000), Bytes(10));
        CHECK(waiting.size() <= 10);
    }
    CHECK(waiting.contains(hash_named(999)));
    CHECK(waiting.contains(hash_named(990)));
    CHECK_FALSE(waiting.contains(hash_named(989)));
    CHECK(take_children(waiting, hash_named(5000)).empty());
}

TEST_CASE("waiting: bounded in bytes") {
    WaitingBlocks waiting(100, 1000);
    waiting.add(hash_named(1), hash_named(7), Bytes(101));
    CHECK(waiting.size() == 0);
    for (std::uint64_t i = 0; i < 50; ++i) {
        waiting.add(hash_named(i), hash_named(7), Bytes(40));
        CHECK(waiting.bytes() <= 100);
    }
    CHECK(waiting.size() == 2);
    CHECK(take_children(waiting, hash_named(7)).size() == 2);
    CHECK(waiting.bytes() == 0);
}

TEST_CASE("waiting: thousands that name one parent") {
    WaitingBlocks waiting(1 << 20, 4096);
    for (std::uint64_t i = 0; i < 20'000; ++i) {
        waiting.add(hash_named(i), hash_named(1), Bytes(1));
    }
    CHECK(waiting.size() == 4096);
    CHECK(take_children(waiting, hash_named(1)).size() == 4096);
}

TEST_CASE("waiting: one sender does not push out what others sent") {
    WaitingBlocks waiting(100'000, 100);
    for (std::uint64_t i = 0; i < 20; ++i) {
        waiting.add(hash_named(i), hash_named(5000 + i), Bytes(1000), 1);
    }
    for (std::uint64_t i = 100; i < 5000; ++i) { // 8 others, by bytes or by number
        waiting.add(hash_named(i), hash_named(5000 + i), Bytes(i % 2 == 0 ? 20'000 : 1), 2 + i % 8);
        if (i % 500 == 0) { waiting.leave(2 + i % 8); }
        CHECK(waiting.bytes() <= 100'000);
        CHECK(waiting.size() <= 100);
    }
    std::size_t left = 0;
    for (std::uint64_t i = 0; i < 20; ++i) {
        left += waiting.contains(hash_named(i)) ? 1 : 0;
    }
    CHECK(left >= 9); // a tenth of 100,000 bytes, the oldest first
    CHECK(waiting.contains(hash_named(19)));
}
