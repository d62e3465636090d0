// The queue between two threads: bounded in bytes, and nothing is lost.
#include "sync/queue.hpp"

#include <thread>

#include <doctest/doctest.h>

using ethpoc::sync::BoundedQueue;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

TEST_CASE("queue: first in, first out, and its bytes are counted") {
    BoundedQueue<int> queue(100);
    CHECK(queue.push(1, 40));
    CHECK_FALSE(queue.push(2, 40)); // it was not empty
    CHECK(queue.bytes() == 80);
    CHECK_FALSE(queue.full());
    CHECK_FALSE(queue.push(3, 40)); // taken all the same: what was read is never lost
    CHECK(queue.full());
    CHECK(*queue.try_pop() == 1);
    CHECK(*queue.try_pop() == 2);
    CHECK(*queue.pop(Clock::now()) == 3);
    CHECK_FALSE(queue.try_pop());
    CHECK_FALSE(queue.pop(Clock::now()));
    CHECK(queue.bytes() == 0);
}

TEST_CASE("queue: room is told once, at half, and only to the side that found it full") {
    int told = 0;
    BoundedQueue<int> queue(100, [&] { ++told; });
    for (int i = 0; i < 10; ++i) {
        queue.push(i, 10);
    }
    for (int i = 0; i < 10; ++i) {
        queue.try_pop();
    }
    CHECK(told == 0); // nobody asked
    for (int i = 0; i < 12; ++i) {
        queue.push(i, 10);
    }
    CHECK(queue.full());
    for (int i = 0; i < 6; ++i) {
        queue.try_pop();
    }
    CHECK(told == 0);
    queue.try_pop();
    CHECK(told == 1);
    while (queue.try_pop()) {}
    CHECK(told == 1);
}

TEST_CASE("queue: an item larger than the queue fills it and leaves it") {
    int told = 0;
    BoundedQueue<int> queue(10, [&] { ++told; });
    queue.push(1, 1000);
    CHECK(queue.full());
    CHECK(*queue.try_pop() == 1);
    CHECK(told == 1);
    CHECK_FALSE(queue.full());
}

TEST_CASE("queue: a producer that waits goes on when there is room") {
    BoundedQueue<int> queue(10);
    queue.push(1, 10);
    std::thread producer([&] {
        for (int i = 2; i <= 100; ++i) {
            queue.wait_for_room();
            queue.push(i, 10);
        }
    });
    int expected = 1;
    while (expected <= 100) {
        const auto item = queue.pop(Clock::now() + 10s);
        REQUIRE(item);
        CHECK(*item == expected++);
        CHECK(queue.bytes() <= 10);
    }
    producer.join();
}

TEST_CASE("queue: closing wakes the one that waits, and what is in it can still be taken") {
    BoundedQueue<int> queue(10);
    queue.push(1, 10);
    std::thread producer([&] { queue.wait_for_room(); });
    BoundedQueue<int> empty(10);
    std::thread consumer([&] { CHECK_FALSE(empty.pop(Clock::now() + 60s)); });
    queue.close();
    empty.close();
    producer.join();
    consumer.join();
    CHECK(queue.closed());
    CHECK(*queue.pop(Clock::now() + 60s) == 1);
    CHECK_FALSE(queue.pop(Clock::now() + 60s));
}
