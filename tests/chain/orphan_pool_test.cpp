#include "chain/orphan_pool.hpp"

#include <doctest/doctest.h>

using namespace ethpoc;
using namespace ethpoc::chain;

namespace {

Hash256 name(std::uint64_t n) {
    Hash256 out;
    out.bytes[30] = static_cast<std::uint8_t>(n >> 8);
    out.bytes[31] = static_cast<std::uint8_t>(n);
    return out;
}

std::vector<Bytes> take_children(OrphanPool& orphans, const Hash256& parent) {
    std::vector<Bytes> out;
    while (auto child = orphans.take_child(parent)) {
        CHECK_FALSE(orphans.contains(parent));
        out.push_back(std::move(*child));
    }
    CHECK_FALSE(orphans.has_child(parent));
    return out;
}

} // namespace

TEST_CASE("orphans: children come out once oldest first") {
    OrphanPool orphans;
    orphans.add(name(1), name(100), Bytes{1});
    orphans.add(name(2), name(200), Bytes{2});
    orphans.add(name(3), name(100), Bytes{3});
    orphans.add(name(3), name(100), Bytes{3}); // again
    CHECK(orphans.size() == 3);
    CHECK(orphans.bytes() == 3);
    CHECK(orphans.contains(name(3)));
    CHECK(take_children(orphans, name(100)) == std::vector<Bytes>{{1}, {3}});
    CHECK(take_children(orphans, name(100)).empty());
    CHECK(orphans.size() == 1);
    CHECK(orphans.bytes() == 1);
    CHECK_FALSE(orphans.contains(name(1)));
}

TEST_CASE("orphans: bounded in number the oldest leave") {
    OrphanPool orphans(1 << 20, 10);
    for (std::uint64_t i = 0; i < 1000; ++i) {
        orphans.add(name(i), name(i + 5000), Bytes(10));
        CHECK(orphans.size() <= 10);
    }
    CHECK(orphans.contains(name(999)));
    CHECK(orphans.contains(name(990)));
    CHECK_FALSE(orphans.contains(name(989)));
    CHECK(take_children(orphans, name(5000)).empty());
}

TEST_CASE("orphans: bounded in bytes") {
    OrphanPool orphans(100, 1000);
    orphans.add(name(1), name(7), Bytes(101));
    CHECK(orphans.size() == 0);
    for (std::uint64_t i = 0; i < 50; ++i) {
        orphans.add(name(i), name(7), Bytes(40));
        CHECK(orphans.bytes() <= 100);
    }
    CHECK(orphans.size() == 2);
    CHECK(take_children(orphans, name(7)).size() == 2);
    CHECK(orphans.bytes() == 0);
}

TEST_CASE("orphans: thousands that name one parent") {
    OrphanPool orphans(1 << 20, 4096);
    for (std::uint64_t i = 0; i < 20'000; ++i) {
        orphans.add(name(i), name(1), Bytes(1));
    }
    CHECK(orphans.size() == 4096);
    CHECK(take_children(orphans, name(1)).size() == 4096);
}

TEST_CASE("orphans: one sender does not push out what others sent") {
    OrphanPool orphans(100'000, 100);
    for (std::uint64_t i = 0; i < 20; ++i) {
        orphans.add(name(i), name(5000 + i), Bytes(1000), 1);
    }
    for (std::uint64_t i = 100; i < 5000; ++i) { // 8 others, by bytes or by number
        orphans.add(name(i), name(5000 + i), Bytes(i % 2 == 0 ? 20'000 : 1), 2 + i % 8);
        if (i % 500 == 0) { orphans.leave(2 + i % 8); }
        CHECK(orphans.bytes() <= 100'000);
        CHECK(orphans.size() <= 100);
    }
    std::size_t left = 0;
    for (std::uint64_t i = 0; i < 20; ++i) {
        left += orphans.contains(name(i)) ? 1 : 0;
    }
    CHECK(left >= 9); // a tenth of 100,000 bytes, the oldest first
    CHECK(orphans.contains(name(19)));
}
